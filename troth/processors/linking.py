"""Which adapter speaks to which organisation: the register names it, the adapter registers itself at start-up."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from troth.kernel.errors import Refused
from troth.kernel.ports import Registry
from troth.processors.card import CardProcessor
from troth.processors.models import Answer, HeldThere, Kind, Processor, State
from troth.processors.parcel import ParcelCarrier


@dataclass(frozen=True, slots=True)
class Reference:
    """An organisation's own name of a thing that is about a client, such as ``customer`` and ``cus_1``."""

    what: str
    ref: str


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What an organisation answered to a request to delete.

    Arguments:
        answer: deleted; by itself, by the agreement; or failed. ``waiting`` asks again later.
        words: the answer in words for the client's receipt; no value in it.
    """

    answer: Answer
    words: str


type Forget = Callable[[UUID, Sequence[Reference]], Forgotten]

card_adapters: Registry[str, Callable[[], CardProcessor]] = Registry("card adapter")
CUSTOMER = "customer"
"""What a payer's entry at the card processor is called among the references."""
parcel_adapters: Registry[str, Callable[[], ParcelCarrier]] = Registry("parcel adapter")
forgetters: Registry[str, Forget] = Registry("forgetter")
"""Name of an adapter → asks the organisation to delete; raises ``Unreachable`` where nobody answers."""


def find_active(kind: Kind) -> Processor:
    """Return the organisation of this kind that is in use; raise Refused where there is none."""
    processor = Processor.objects.filter(kind=kind, state=State.ACTIVE).exclude(adapter="").first()
    if processor is None:
        raise Refused(
            _("Nobody is registered who does this for us now."),
            kept=_("Nothing was changed."),
            next_step=_("We go on with it as soon as somebody is. You need do nothing."),
        )
    return processor


def card_processor() -> CardProcessor:
    """Return the adapter of the card processor in use; raise Refused where there is none."""
    return _make(card_adapters, find_active(Kind.CARD))


def parcel_carrier(*, adapter: str = "") -> ParcelCarrier:
    """Return the adapter of the parcel carrier in use; raise Refused where there is none.

    Arguments:
        adapter: another way to the same carrier, such as ``by_hand``; the register's own where it is empty.
    """
    carrier = find_active(Kind.PARCEL)
    return _make_named(parcel_adapters, adapter or carrier.adapter)


def remember_reference(*, subject_id: UUID, processor: str, what: str, ref: str) -> None:
    """Keep under which name an organisation holds something about a client, so that it can be asked to delete it.

    An adapter calls it with every reference that an answer brings. May run twice.
    """
    HeldThere.objects.get_or_create(processor=processor, what=what, ref=ref, defaults={"subject_id": subject_id})


def find_whose(*, processor: str, what: str, ref: str) -> UUID | None:
    """Return whose thing an organisation calls by this name; None where none of ours is called so."""
    return (
        HeldThere.objects.filter(processor=processor, what=what, ref=ref).values_list("subject_id", flat=True).first()
    )


def find_payer(ref: str) -> UUID | None:
    """Return whom the card processor in use calls by this name, or None."""
    return find_whose(processor=find_active(Kind.CARD).key, what=CUSTOMER, ref=ref)


def drop_reference(*, processor: str, what: str, ref: str) -> None:
    """Forget a reference, once the organisation has deleted what it named."""
    HeldThere.objects.filter(processor=processor, what=what, ref=ref).delete()


def _make[T](adapters: Registry[str, Callable[[], T]], processor: Processor) -> T:
    return _make_named(adapters, processor.adapter)


def _make_named[T](adapters: Registry[str, Callable[[], T]], adapter: str) -> T:
    make = adapters.get(adapter)
    if make is None:
        raise Refused(_("The program cannot speak to the organisation that is registered for this."))
    return make()
