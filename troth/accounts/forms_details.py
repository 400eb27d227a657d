"""The forms of what a client may tell and change about itself."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from troth.accounts.forms import NewPasswordForm, make_password_field
from troth.accounts.models import Profile
from troth.vault.api import DeclaredForm


class DetailsForm(DeclaredForm):
    """The optional details; beside each stands what giving it changes (B4)."""

    class Meta:
        """All of them, none required."""

        model = Profile
        attributes = (
            "greeting",
            "language",
            "time_zone",
            "currency",
            "units",
            "birthday",
            "telephone",
            "address",
            "collects",
        )
        asked_at = ("accounts:details",)


class InterestsForm(DeclaredForm):
    """The services of which a client wants news (B3)."""

    class Meta:
        """The choice alone; when it was made, and what stood beside it, is noted by itself."""

        model = Profile
        attributes = ("interests",)
        asked_at = ("accounts:interests",)


class NewAddressForm(DeclaredForm):
    """Another e-mail address."""

    class Meta:
        """Asked as at registration; it counts once it is confirmed."""

        model = Profile
        attributes = ("email",)
        asked_at = ("accounts:email_change",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


class ChangePasswordForm(NewPasswordForm):
    """The old password, and a new one."""

    before = make_password_field(label=_("Present password"), new=False)

    class Meta:
        """No personal value."""

        plain: ClassVar[dict[str, str]] = {
            "before": "Compared with its hash, and forgotten.",
            "password": "Only its hash is kept.",
        }
        order: ClassVar[list[str]] = ["before", "password"]
        asked_at = ("accounts:password_change",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password: forms.Field = self.fields["password"]
        password.label = _("New password")
