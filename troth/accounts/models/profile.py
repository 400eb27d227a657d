"""What a client tells about itself: each value declared once, with why it is asked and what giving it changes."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from troth.accounts import own_choice
from troth.accounts.models.doubts import Doubt
from troth.accounts.names import PersonName, UserName
from troth.kernel.operator import read_operator
from troth.kernel.ports import Words
from troth.kernel.purposes import Purpose
from troth.ui.api import name_currency
from troth.vault.api import (
    Choice,
    Choices,
    Date,
    Email,
    Json,
    JsonPart,
    LongText,
    Lookup,
    PostalAddress,
    SealedModel,
    Telephone,
    show_moment,
)

_CONTACT = (
    Purpose.ACCOUNT,
    Purpose.SECURITY,
    Purpose.SERVICE_MESSAGES,
    Purpose.NEWS,
    Purpose.ORDERS,
    Purpose.BILLING,
    Purpose.SHIPPING,
    Purpose.SUPPORT,
    Purpose.LEGAL,
)
_FIT = (Purpose.ACCOUNT, Purpose.PERSONALISATION, Purpose.SERVICE_MESSAGES)

CURRENCIES = ("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "JPY")


def list_interests() -> Sequence[tuple[str, Words]]:
    """Return the services that a client may show interest in, key and name, in the operator's order (B3)."""
    return list(read_operator().name_interests(get_language() or "").items())


class Profile(SealedModel):
    """The one row of details of a client. Name, e-mail address and user name are required, and these alone (B2)."""

    name = PersonName(
        label=_("Name"),
        category="user.name",
        purposes=_CONTACT,
        why=_("We address you by it when we contact you about the services that you showed interest in."),
        example=_("As you would sign a letter."),
        required=True,
        lookup=Lookup.WORDS,
        autocomplete="name",
    )
    email = Email(
        label=_("E-mail address"),
        category="user.contact.email",
        purposes=_CONTACT,
        why=_("We contact you there, and send you a mail first to make sure that the address is yours."),
        example=_("Such as name@example.org."),
        required=True,
        lookup=Lookup.UNIQUE,
        max_length=254,
    )
    user_name = UserName(
        label=_("User name"),
        category="user.account.username",
        purposes=(Purpose.ACCOUNT, Purpose.SECURITY, Purpose.SERVICE_MESSAGES, Purpose.SUPPORT),
        why=_("You sign in with it. Nobody but you and our trained staff sees it."),
        example=_("3 to 40 letters, digits, dots, hyphens or underscores."),
        required=True,
        lookup=Lookup.UNIQUE,
    )
    greeting = PersonName(
        label=_("How may we greet you?"),
        category="user.name",
        purposes=_FIT,
        why=_("So that we greet you as you like to be greeted, and not by a name on a form."),
        effect=_("The Admin page and our mails greet you so, in place of your name."),
        example=_("Such as “Ms Okafor” or “Sam”."),
        max_length=80,
    )
    telephone = Telephone(
        label=_("Telephone"),
        category="user.contact.phone_number",
        purposes=(Purpose.SUPPORT, Purpose.ORDERS, Purpose.SHIPPING),
        why=_("We call you on it if you wish to be answered by telephone."),
        effect=_("No page changes. Who handles a request of yours can then call you, if you ask for it there."),
        example=_("With its country code, such as +44 20 7946 0018."),
        lookup=Lookup.EXACT,
    )
    address = PostalAddress(
        label=_("Postal address"),
        category="user.contact.address",
        purposes=(
            Purpose.PERSONALISATION,
            Purpose.ORDERS,
            Purpose.BILLING,
            Purpose.SHIPPING,
            Purpose.RIGHTS,
            Purpose.SUPPORT,
        ),
        why=_("So that a letter or parcel can reach you, and no form need ask it again."),
        effect=_("An answer that goes to you by letter is printed with it."),
    )
    birthday = Date(
        label=_("Birthday"),
        category="user.demographic.date_of_birth",
        purposes=(Purpose.PERSONALISATION,),
        why=_("Only so that we can wish you a happy one."),
        effect=_("On that day the Admin page congratulates you."),
        is_past=True,
    )
    language = Choice(
        label=_("Language"),
        category="user.demographic.language",
        purposes=(*_FIT, Purpose.NEWS),
        choices=list(settings.LANGUAGES),
        why=_("So that the site and our mails speak your language on every device."),
        effect=_("Pages and mails come in this language once you are signed in."),
    )
    time_zone = Choice(
        label=_("Time zone"),
        category="user.account.settings",
        purposes=_FIT,
        choices=[(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())],
        why=_("So that a time means the same to you and to us."),
        effect=_("Every page shows times in this zone once you are signed in."),
    )
    currency = Choice(
        label=_("Currency"),
        category="user.account.settings",
        purposes=_FIT,
        choices=[(code, lazy(name_currency, str)(code)) for code in CURRENCIES],
        why=_("So that you see prices in the currency that you think in."),
        effect=_("Prices are shown in it wherever there is a price in it, in the shop and in your basket."),
    )
    units = Choice(
        label=_("Units of measurement"),
        category="user.account.settings",
        purposes=_FIT,
        choices=[("metric", _("Centimetres and kilograms")), ("imperial", _("Inches and pounds"))],
        why=_("So that sizes and weights say something to you."),
        effect=_("No page shows a size or weight yet. Those that will show it in these units."),
    )
    collects = LongText(
        label=_("What you collect"),
        category="user.demographic.profile",
        purposes=(Purpose.PERSONALISATION, Purpose.SUPPORT),
        why=_("So that who answers you knows what you care for."),
        effect=_("No page changes. Who handles a request of yours can read it, and answer with it in mind."),
        max_length=2000,
    )
    interests = Choices(
        label=_("Services that interest you"),
        category="user.demographic.profile",
        purposes=(Purpose.NEWS, Purpose.PERSONALISATION),
        choices=list_interests,
        why=_("We send you news of these services, and of no other. You can change it at any time."),
        effect=_("You get news of what you choose. Choose nothing, and you get none."),
        lookup=Lookup.EXACT,
    )
    interest_records = Json(
        label=_("When you chose your interests, and what we told you"),
        category="user.demographic.profile",
        purposes=(Purpose.NEWS,),
        why=_("It shows that you chose, and what stood beside the choice."),
        parts={
            "*": JsonPart(names=list_interests),
            "*.chosen_at": JsonPart(label=_("Chosen"), show=show_moment),
            "*.wording": JsonPart(label=_("What we told you")),
        },
    )

    class Meta:
        """Named as the Admin page and the plan of an erasure name it."""

        verbose_name_plural = _("Your details")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; what its owner wrote anew is doubtful no more (A9).

        Raises AccessDenied where anybody but the client chooses news for it (B3), and what the vault raises.
        """
        if chosen := self._pending.get("interests"):
            own_choice.require_own_choice(Profile.interests, subject_id=self.subject_id, chosen=chosen)
        written = [] if self._state.adding else list(self._pending)
        super().save(*args, **kwargs)
        if written:
            Doubt.objects.filter(subject_id=self.subject_id, what__in=written).delete()

    def confirm(self) -> None:
        """Note that the client said that all is right: nothing is doubtful any more."""
        super().confirm()
        Doubt.objects.filter(subject_id=self.subject_id).delete()
