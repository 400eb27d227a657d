"""The forms of joining, confirming, signing in, and setting a new password.

An input that is no personal value to keep stands in ``Meta.plain`` with the reason.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from troth.accounts.models import Profile
from troth.accounts.passwords import LEAST, MOST, judge_password
from troth.kernel.ports import Words
from troth.ui.api import Strength
from troth.vault.api import DeclaredForm

_LONGEST_TYPED = 1000


def make_password_field(*, label: Words, new: bool) -> forms.CharField:
    """Return a password's input. A new one is judged by its form; spaces are kept, and pasting works."""
    attributes = {"autocomplete": "current-password"}
    if new:
        attributes = {"autocomplete": "new-password", "minlength": str(LEAST)}
    box = forms.PasswordInput(attrs=attributes)
    field = forms.CharField(strip=False, max_length=_LONGEST_TYPED, widget=box)
    field.label = label  # type: ignore[assignment]
    field.error_messages["required"] = _("Give the password.")
    if new:
        rule = _(
            "At least {least} characters, at most {most}. Any character, spaces too; no other rule. Four or five "
            "unusual words that do not belong together are strong, and easy to remember."
        )
        field.help_text = format_lazy(rule, least=LEAST, most=MOST)
        field.why = _("You sign in with it. We keep only a fingerprint that cannot be turned back.")  # type: ignore[attr-defined]
    return field


class NewPasswordForm(DeclaredForm):
    """Asks a new password and judges it."""

    password = make_password_field(label=_("Password"), new=True)

    class Meta:
        """No personal value."""

        plain: ClassVar[dict[str, str]] = {"password": "Only its hash is kept."}
        asked_at = ("accounts:reset",)

    def __init__(self, *args: Any, own_words: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._own_words = tuple(own_words)
        self.strength: Strength | None = None

    def clean(self) -> dict[str, Any]:
        """Judge the password against what is known of the person; tell how strong it is, whatever comes of it."""
        cleaned = super().clean()
        password = cleaned.get("password")
        if password:
            verdict = judge_password(password, own_words=self._list_own_words())
            self.strength = self.fields["password"].strength = verdict.strength  # type: ignore[attr-defined]
            for problem in verdict.problems:
                self.add_error("password", str(problem))
        return cleaned

    def tell_strength(self) -> dict[str, str]:
        """Return what the next page's address tells, so that it can say how strong the password is."""
        return {"strength": str(self.strength.level)} if self.strength else {}

    def _list_own_words(self) -> list[str]:
        return list(self._own_words)


class JoinForm(NewPasswordForm):
    """The registration: name, e-mail address, user name, password; and interests, if the visitor wishes (B1–B3)."""

    class Meta:
        """What is asked, in this order."""

        model = Profile
        attributes = ("name", "email", "user_name", "interests")
        plain: ClassVar[dict[str, str]] = {"password": "Only its hash is kept."}
        order: ClassVar[list[str]] = ["name", "email", "user_name", "password", "interests"]
        asked_at = ("accounts:join",)

    def _list_own_words(self) -> list[str]:
        return [str(self.values[name]) for name in ("name", "email", "user_name") if self.values.get(name)]


class ConfirmForm(DeclaredForm):
    """The password once more, beside the user name, to confirm an account."""

    password = make_password_field(label=_("Password"), new=False)

    class Meta:
        """No personal value."""

        plain: ClassVar[dict[str, str]] = {"password": "Compared with its hash, and forgotten."}
        asked_at = ("accounts:confirm",)


class SignInForm(DeclaredForm):
    """User name or e-mail address, password, and the wish to be kept signed in."""

    login = forms.CharField(
        label=_("User name or e-mail address"),
        max_length=254,
        widget=forms.TextInput(
            attrs={"autocomplete": "username webauthn", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    password = make_password_field(label=_("Password"), new=False)
    keep = forms.BooleanField(label=_("Keep me signed in on this device"), required=False)
    next = forms.CharField(required=False, max_length=500, widget=forms.HiddenInput)

    class Meta:
        """No personal value is kept."""

        plain: ClassVar[dict[str, str]] = {
            "login": "Looked up by its digest, and forgotten.",
            "password": "Compared with its hash, and forgotten.",
            "keep": "A wish, not a fact about the person.",
            "next": "A path of this site.",
        }
        asked_at = ("accounts:sign_in", "home")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].why = _(  # type: ignore[attr-defined]
            "It sets a cookie that stays, so that you need not type your password again. Leave it on no shared device. "
            "You can end it on your Admin page."
        )


class LoginForm(DeclaredForm):
    """User name or e-mail address, to be sent a link for a new password."""

    login = forms.CharField(
        label=_("User name or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )

    class Meta:
        """No personal value is kept."""

        plain: ClassVar[dict[str, str]] = {"login": "Looked up by its digest, and forgotten."}
        asked_at = ("accounts:reset_ask",)


class ResendForm(DeclaredForm):
    """An e-mail address, to be sent the welcome mail again."""

    class Meta:
        """The address is looked up and not kept anew."""

        model = Profile
        attributes = ("email",)
        asked_at = ("accounts:resend",)
