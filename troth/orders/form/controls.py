"""The checks of the order form and of what is kept of an order (C1, C2, A13)."""

from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy as _

from troth.kernel import clock
from troth.kernel.acting import acting, client
from troth.kernel.card_numbers import find_card_numbers
from troth.kernel.ids import new_id
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.kernel.purposes import Purpose
from troth.kernel.undoing import undone
from troth.orders import kept
from troth.orders.actions.ordering import OrderContactValues, place_order
from troth.orders.form import sabotages, searching
from troth.orders.form.canary import FormSeen, make_service, one_of_each_kind, vanishing_buyer
from troth.orders.holders import BOOKS_FOR
from troth.orders.models import Order, OrderContact, OrderState, ProductKind, WaitCause
from troth.orders.pricing import LineWanted
from troth.processors.api import ProcessorKind, lapse_agreements

_ASKED = {"name", "email", "telephone", "renewal", "save_address", "csrfmiddlewaretoken"}
_ADDRESSES = ("shipping_address__", "billing_address__")
_OF_A_CARD = ("card", "cc-", "cvc", "cvv", "pan", "iban")
_KNOWN = "4242424242424242"
"""A number that card processors publish for tests: the search must find it, or it finds nothing."""


@dataclass
class _Notes:
    examined: int = 0
    failures: list[str] = field(default_factory=list)

    def expect(self, held: object, otherwise: str) -> None:
        self.examined += 1
        if not held:
            self.failures.append(otherwise)

    def observation(self, **evidence: object) -> Observation:
        return Observation(examined=self.examined, failures=self.failures, evidence=evidence)


# -- C1: what the order form asks --------------------------------------------------------------------------------------


def observe_form() -> Observation:
    """Open the order form for one product of each kind as an invented client, and read every input of it."""
    notes, kinds = _Notes(), []
    with vanishing_buyer() as buyer:
        for product in [*one_of_each_kind(), make_service()]:
            buyer.choose(product)
            seen = buyer.open_form()
            kinds.append(product.kind)
            notes.expect(seen.status == 200, f"the order form does not open for a {product.kind}")
            if seen.status == 200:
                _judge_form(notes, seen, shipped=product.kind == ProductKind.GOODS)
    return notes.observation(kinds=sorted(set(kinds)))


def _judge_form(notes: _Notes, seen: FormSeen, *, shipped: bool) -> None:
    for name, attributes in seen.inputs.items():
        of_address = name.startswith(_ADDRESSES)
        notes.expect(name in _ASKED or of_address, f"the order form asks {name or 'something without a name'}")
        notes.expect(shipped or not name.startswith("shipping"), f"{name} is asked where nothing is shipped")
        words = f"{name} {attributes.get('autocomplete', '')} {attributes.get('id', '')}".lower()
        notes.expect(not any(part in words for part in _OF_A_CARD), f"{name} is an input for a card")
        if attributes.get("type") != "hidden" and (not of_address or name.endswith("country_code")):
            is_choice = name in {"renewal", "save_address"}
            notes.expect(is_choice or attributes.get("id") in seen.reasons, f"{name} does not say why it is asked")
    for name in ("name", "email", *(("shipping_address__street_address",) if shipped else ())):
        notes.expect(name in seen.inputs, f"the order form does not ask {name}")
    _judge_surroundings(notes, seen)


def _judge_surroundings(notes: _Notes, seen: FormSeen) -> None:
    """What PCI DSS asks of a page that leads to a payment (SAQ A, 6.4.3 and 11.6.1): nobody else's hand in it."""
    policy = seen.headers.get("content-security-policy", "")
    for script in seen.scripts:
        host = urlsplit(script.get("src", "")).netloc
        notes.expect(script.get("src") and host in {"", settings.ENVIRONMENT.site_host}, "a script is not our own file")
        notes.expect(script.get("integrity") or not script.get("src"), "a script comes without its checksum")
    notes.expect(not seen.frames, "the order form has a frame of somebody else in it")
    notes.expect("frame-ancestors 'none'" in policy, "the order form can be put into another page's frame")
    notes.expect("form-action 'self'" in policy, "the order form could be sent elsewhere")
    notes.expect("'unsafe-inline'" not in policy and policy, "a script written into the page would run")


def observe_card_numbers() -> Observation:
    """Look for card numbers in the newest rows of every table and in our files; and that the search can see one."""
    failures = [] if list(find_card_numbers(f"paid by {_KNOWN}.")) else ["the search does not know a card number"]
    rows = files = 0
    for place, text in searching.read_rows():
        rows += 1
        failures += [f"a card number stands in {place}"] * bool(list(find_card_numbers(text)))
    for place, text in searching.read_files():
        files += 1
        failures += [f"a card number stands in the file {place}"] * bool(list(find_card_numbers(text)))
    return Observation(examined=rows + files, failures=failures[:50], evidence={"values": rows, "files": files})


# -- A13: an order waits, and says why -----------------------------------------------------------------------------


def observe_waiting() -> Observation:
    """Order while the card processor's agreement has run out: nothing is sent, and the order says what it waits for."""
    notes = _Notes()
    with vanishing_buyer() as buyer:
        lapse_agreements(ProcessorKind.CARD)
        buyer.choose(make_service())
        order = buyer.order(buyer.open_form())
        notes.expect(order is not None, "an order is lost where it cannot be paid")
        if order is not None:
            notes.expect(
                (order.state, order.waits_for) == (OrderState.WAITING, WaitCause.PROCESSOR),
                "an order that a promise stands in the way of does not wait",
            )
            page = reverse("orders:order", kwargs={"number": order.number})
            text = " ".join(strip_tags(buyer.browser.get(page).content.decode()).split())
            for words in (str(WaitCause.PROCESSOR.label), "nothing was charged", "Nothing was sent"):
                notes.expect(words.casefold() in text.casefold(), f"the order that waits does not say: {words}")
    return notes.observation()


# -- C2: used for billing and filling, and kept as long as the law wants -----------------------------------------------


def observe_use() -> Observation:
    """Look for what purposes orders' contacts may be opened, and let two invented orders pass their ten years."""
    notes = _Notes()
    allowed = {Purpose.ORDERS, Purpose.BILLING, Purpose.SHIPPING, Purpose.SUPPORT}
    for name, attribute in OrderContact.sealed_attributes.items():
        notes.expect(set(attribute.purposes) <= allowed, f"{name} of an order is opened for more than the order")
    with undone():
        young, old = _place(days=BOOKS_FOR.days - 2), _place(days=BOOKS_FOR.days + 2)
        kept.purge_books()
        notes.expect(Order.objects.filter(pk=young.pk).exists(), "the books of an order go before their ten years")
        notes.expect(not Order.objects.filter(pk=old.pk).exists(), "the books of an order stay after their ten years")
        notes.expect(timedelta(days=3650) <= BOOKS_FOR, "the books are kept for less than ten years")
    return notes.observation()


def _place(*, days: int) -> Order:
    """Place an invented order so many days ago."""
    subject_id = new_id()
    with acting(actor=client(subject_id), purpose=Purpose.ORDERS):
        order = place_order(
            subject_id=subject_id,
            wanted=[LineWanted(product=make_service())],
            contact=OrderContactValues(name="Canary", email="canary@example.org"),
            currency=make_service().prices.get().currency,
        )
    Order.objects.filter(pk=order.pk).update(placed_at=clock.now() - timedelta(days=days))
    return order


def register() -> None:
    """Register the checks."""
    for control in (
        Control(
            key="orders.form",
            clauses=("C1",),
            words=_("The order form asks name, e-mail address and where a parcel goes, each with its reason; no card."),
            observe=observe_form,
            sabotages=(
                Sabotage("card_field", _("The order form asks for the card’s number."), sabotages.ask_for_card),
                Sabotage("other_question", _("The order form asks one thing more."), sabotages.ask_more),
                Sabotage("needless", _("A shipping address is asked where nothing is shipped."), sabotages.ship_all),
                Sabotage("script", _("A script of somebody else is put into the page."), sabotages.add_script),
                Sabotage("no_reason", _("The reasons beside the questions are gone."), sabotages.drop_reasons),
            ),
            every=timedelta(hours=6),
        ),
        Control(
            key="orders.card_numbers",
            clauses=("C1",),
            words=_("No number of a card stands in our tables, tasks, mails or files."),
            observe=observe_card_numbers,
            sabotages=(
                Sabotage("in_a_row", _("The row of an order holds a card’s number."), sabotages.write_into_row),
                Sabotage("in_a_task", _("A task carries a card’s number."), sabotages.write_into_task),
                Sabotage("in_a_file", _("A file of ours holds a card’s number."), sabotages.write_into_file),
                Sabotage("blind", _("The search sees no card’s number."), sabotages.see_nothing),
            ),
            every=timedelta(hours=12),
        ),
        Control(
            key="orders.waiting",
            clauses=("A13",),
            words=_("An order that a promise stands in the way of waits, and says why; nothing is sent or charged."),
            observe=observe_waiting,
            sabotages=(
                Sabotage("not_noted", _("The order does not note that it waits."), sabotages.note_nothing),
                Sabotage("silent", _("The order’s page does not say why it waits."), sabotages.say_nothing),
            ),
            every=timedelta(hours=12),
        ),
        Control(
            key="orders.use",
            clauses=("C2",),
            words=_("What an order asks is used for the order alone, and its books stay ten years and no longer."),
            observe=observe_use,
            sabotages=(
                Sabotage("other_use", _("An order’s name may be opened for surveys."), sabotages.allow_surveys),
                Sabotage("too_short", _("The books go after nine years."), sabotages.keep_for_nine_years),
                Sabotage("for_ever", _("The books never go."), sabotages.keep_for_ever),
            ),
            every=timedelta(hours=24),
        ),
    ):
        controls.register(control.key, control)
