"""The forms of second factors, of showing again to be the one, and of coming back."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from troth.accounts.forms import make_password_field
from troth.accounts.models import Factor
from troth.vault.api import DeclaredForm

_FORGOTTEN = "Compared, and forgotten."


def make_code_field(*, or_recovery: bool) -> forms.CharField:
    """Return the input of a code, which a telephone fills in by itself where it can.

    Arguments:
        or_recovery: whether a recovery code will do as well.
    """
    box = forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "spellcheck": "false"})
    field = forms.CharField(label=_("Code"), max_length=60, widget=box)
    field.help_text = (
        _("The six digits that your generator shows now; or one of your recovery codes.")
        if or_recovery
        else _("The six digits that the generator shows now.")
    )
    field.error_messages["required"] = _("Give the code.")
    return field


class SecondFactorForm(DeclaredForm):
    """A code of the generator, or a recovery code."""

    code = make_code_field(or_recovery=True)

    class Meta:
        """No personal value."""

        plain: ClassVar[dict[str, str]] = {"code": _FORGOTTEN}
        asked_at = ("accounts:second_factor",)


class AddCodesForm(DeclaredForm):
    """The first code of a new generator, and what the client calls it."""

    code = make_code_field(or_recovery=False)

    class Meta:
        """What is asked, in this order."""

        model = Factor
        attributes = ("label",)
        plain: ClassVar[dict[str, str]] = {"code": _FORGOTTEN}
        order: ClassVar[list[str]] = ["code", "label"]
        asked_at = ("accounts:add_codes",)


class PasskeyForm(DeclaredForm):
    """What the browser answers when a passkey is used; a script fills it in."""

    answer = forms.CharField(max_length=20_000, widget=forms.HiddenInput)

    class Meta:
        """No personal value."""

        plain: ClassVar[dict[str, str]] = {"answer": "A signature over a random number; checked, and forgotten."}
        asked_at = ("accounts:passkey_sign_in", "accounts:second_factor_passkey", "accounts:confirm_passkey")


class AddPasskeyForm(DeclaredForm):
    """What the browser answers when a passkey is made, and what the client calls it."""

    answer = forms.CharField(max_length=20_000, widget=forms.HiddenInput)

    class Meta:
        """What is asked, in this order."""

        model = Factor
        attributes = ("label",)
        plain: ClassVar[dict[str, str]] = {"answer": "Of it the passkey's number and public key are kept, sealed."}
        asked_at = ("accounts:add_passkey",)


class LabelForm(DeclaredForm):
    """What the client calls a passkey or a generator."""

    class Meta:
        """What is asked."""

        model = Factor
        attributes = ("label",)
        asked_at = ("accounts:rename_factor",)


class ConfirmIdentityForm(DeclaredForm):
    """The password again; and a code, where the account has a second factor that this session did not show yet."""

    password = make_password_field(label=_("Password"), new=False)
    code = make_code_field(or_recovery=True)

    class Meta:
        """No personal value is kept."""

        plain: ClassVar[dict[str, str]] = {"password": _FORGOTTEN, "code": _FORGOTTEN}
        asked_at = ("accounts:confirm_identity",)

    def __init__(self, *args: Any, needs_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_code:
            del self.fields["code"]
