"""The deliberate breaches of what this room promises, for the drills. None knows how the checks look."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

from django.db.models import Q

from troth.fulfilment import filling, queries, shipments
from troth.fulfilment.actions import addresses, tracking
from troth.fulfilment.canary import Canary
from troth.fulfilment.models import Parcel
from troth.kernel.ids import new_id
from troth.kernel.sabotage import swap
from troth.kernel.undoing import undone
from troth.processors.api import Personal


def _with_recipient(**other: str) -> AbstractContextManager[None]:
    """Let the carrier be asked with another value of the order's contact in place of the right one."""
    write = shipments.write_request

    def write_wrongly(parcel: Parcel) -> Any:
        request = write(parcel)
        row = request.recipient["name"].row
        wrong = {place: getattr(row, name) for place, name in other.items()}
        return replace(request, recipient={**request.recipient, **wrong})

    return swap(shipments, "write_request", write_wrongly)


@contextmanager
def tell_more() -> Iterator[None]:
    """Let the carrier be handed the e-mail address, through a door that lets it pass."""
    with _with_recipient(name="email"), swap(Personal, "fits", lambda *_all: True):
        yield


def send_elsewhere() -> AbstractContextManager[None]:
    """Let the label be made for the address that stands on the invoice."""
    return _with_recipient(address="billing_address")


def keep_pieces() -> AbstractContextManager[None]:
    """Let what is taken back stay where it is."""
    return swap(filling, "_take_out", lambda _row, quantity: quantity)


def take_back_packed() -> AbstractContextManager[None]:
    """Let pieces be taken out of any parcel."""
    return swap(filling, "_UNPACKED", Q())


@contextmanager
def label_without_record() -> Iterator[None]:
    """Let a parcel have a label of which nothing was written down."""
    with undone():
        canary = Canary()
        canary.ship()
        Parcel.objects.filter(pk=canary.parcel.pk).update(label_key=new_id())
        yield


def mark_nothing() -> AbstractContextManager[None]:
    """Let a returned parcel raise no doubt."""
    return swap(tracking, "note_doubt", lambda *_all, **_more: None)


def tell_nobody() -> AbstractContextManager[None]:
    """Let nobody be told of a parcel."""
    return swap(tracking, "tell_owner", lambda *_all, **_more: None)


def ask_nothing() -> AbstractContextManager[None]:
    """Let the order's page say only that it is on its way."""
    return swap(queries, "say_where", lambda _parcel: "It is on its way to you.")


def keep_doubting() -> AbstractContextManager[None]:
    """Let what the owner says leave the doubt."""
    return swap(addresses, "trust_details", lambda *_all, **_more: 0)
