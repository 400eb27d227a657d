"""A program that is killed while it makes labels. Commands and answers as in ``mortal``: a line of JSON each.

``{"number": 7, "delay": 0.02}``  make the label of parcel 7 in a child, and kill it after so many seconds (never: null)
``{"settle": true}``  let the schedule find out what became of each; tell how every parcel stands
``{"finish": true}``  make the labels that are still wanting; tell how every parcel stands
"""

import json
import os
import signal
import sys
import time
from datetime import timedelta
from typing import Any

from tests.kill.mortal import answer, be_silent, close_connections

LATER = timedelta(minutes=10)


def main() -> None:
    """Set the place up, then serve commands until the input ends."""
    from troth.config.environment import read_environment
    from troth.config.setup import set_up

    set_up(read_environment(), tell=be_silent)
    prepare_house()
    close_connections()
    answer({"ready": True})
    for line in sys.stdin:
        command = json.loads(line)
        if "settle" in command:
            answer({"parcels": settle()})
        elif "finish" in command:
            answer({"parcels": finish()})
        else:
            answer(live_and_die(**command))


def prepare_house() -> None:
    """Open what a place without its worker keeps shut: nobody has run the checks yet."""
    from troth.kernel import ports

    class Watch:
        def reason_closed(self, _feature: Any) -> str:
            return ""

    ports.interlocks._items["assessment"] = Watch()


def live_and_die(*, number: int, delay: float | None) -> dict[str, Any]:
    """Fork a child that packs a parcel and makes its label; kill it after ``delay`` seconds of the making."""
    parcel_id = make_packed_parcel(number)
    close_connections()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        code = 1
        try:
            os.write(writing, b"ready.")
            make(parcel_id)
            os.write(writing, b"done.")
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    os.read(reading, 6)
    began = time.monotonic()
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    rest = os.read(reading, 6)
    os.close(reading)
    os.waitpid(child, 0)
    return {"done": rest == b"done.", "took": time.monotonic() - began}


def make_packed_parcel(number: int) -> str:
    """Make a client with a paid, packed order; return its parcel."""
    from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX

    from tests.factories.orders import make_order, make_product, settle
    from tests.kill.clerk import values_of
    from troth.accounts.api import open_account, verify
    from troth.fulfilment.actions.packing import pack_parcel
    from troth.fulfilment.models import Parcel
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose
    from troth.orders.models import Product

    account = open_account(values=values_of(number), encoded=UNUSABLE_PASSWORD_PREFIX, welcome=False)
    product = Product.objects.filter(key="vase").first() or make_product(weight_grams=700)
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        verify(account)
    order = make_order(account.id, product, name=f"Person {number}")
    settle(order)
    parcel = Parcel.objects.select_related("order").get(order=order)
    with acting(actor=client(account.id), purpose=Purpose.ORDERS):
        pack_parcel(parcel)
    return str(parcel.pk)


def make(parcel_id: str) -> None:
    """Check the address, ask for the ways to send, and make the label, as the page does."""
    from troth.fulfilment import jobs
    from troth.fulfilment.actions.labels import check_address, list_rates, make_label
    from troth.fulfilment.models import Parcel
    from troth.kernel.acting import acting, system
    from troth.kernel.purposes import Purpose

    parcel = Parcel.objects.select_related("order").get(pk=parcel_id)
    with acting(actor=system(jobs.LABELS), purpose=Purpose.SHIPPING):
        check_address(parcel)
        make_label(parcel, rate_ref=list_rates(parcel)[0].rate_ref)


def settle() -> list[dict[str, Any]]:
    """Do what the schedule does after a while, and tell how every parcel stands."""
    import time_machine

    from troth.fulfilment.tasks import look_for_labels
    from troth.kernel import clock

    with time_machine.travel(clock.now() + LATER, tick=True):
        look_for_labels.call()
    return describe()


def finish() -> list[dict[str, Any]]:
    """Make every label that is still wanting."""
    from troth.fulfilment.models import Parcel

    for parcel_id in list(Parcel.objects.filter(labelled_at=None).values_list("pk", flat=True)):
        make(str(parcel_id))
    return describe()


def describe() -> list[dict[str, Any]]:
    """Tell how every parcel stands."""
    from troth.fulfilment.models import Parcel
    from troth.processors.models import HeldThere

    rows = [
        {
            "key": str(parcel.label_key),
            "ref": parcel.parcel_ref,
            "tracking": parcel.tracking_number,
            "asked": parcel.label_asked_at is not None,
            "held_there": list(
                HeldThere.objects.filter(subject_id=parcel.subject_id, what="shipment").values_list("ref", flat=True)
            ),
        }
        for parcel in Parcel.objects.order_by("made_at")
    ]
    close_connections()
    return rows


if __name__ == "__main__":
    main()
