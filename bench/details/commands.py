"""What the process of the two details pages is asked to do."""

import os
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

from bench.browser import Browser
from bench.house import make_browser, make_ready, sign_in
from bench.measuring import measure, measure_in_turn
from bench.values import VALUES

_browsers: list[Browser] = []


def prepare() -> dict[str, str]:
    """Make the place and one client with the same details twice, and sign it in."""
    make_ready()
    from bench.details.models import PlainDetails, SealedDetails
    from troth.accounts.api import Account, AccountState
    from troth.kernel import clock
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose

    values = {name: value for name, (_label, value) in VALUES.items()}
    account = Account.objects.create(password="!", state=AccountState.ACTIVE, verified_at=clock.now())  # noqa: S106  opens nothing
    with acting(actor=client(account.id), purpose=Purpose.ACCOUNT):
        SealedDetails(subject_id=account.id, **values).save()
    PlainDetails.objects.create(subject_id=account.id, **values)
    _browsers.append(make_browser())
    sign_in(_browsers[0], account.id)
    sealed, plain = (_browsers[0].get(f"/bench/{kind}/").body.decode() for kind in ("sealed", "plain"))
    missing = [name for name, value in values.items() if value not in sealed or value not in plain]
    return {"missing": ", ".join(missing)}


def measure_pages(*, seconds: float) -> dict[str, dict[str, float]]:
    """Measure both pages, a request to each in turn."""
    pages = {kind: partial(_browsers[0].get, f"/bench/{kind}/") for kind in ("plain", "sealed")}
    return {kind: sample.as_facts() for kind, sample in measure_in_turn(pages, seconds=seconds).items()}


def seal_rows(*, values: int) -> dict[str, float]:
    """Seal rows of fifteen values, each under a key of its own, and store them; return seconds for one value."""
    from bench.population import store_details

    rows = -(-values // len(VALUES))
    sample = measure(lambda: store_details(rows), seconds=0)
    return {
        "values": rows * len(VALUES),
        "wall": sample.wall / rows / len(VALUES),
        "cpu": sample.cpu / rows / len(VALUES),
    }


def open_rows(*, values: int) -> dict[str, float]:
    """Open so many values through the door, row by row, each as its own client; return seconds for one value."""
    rows = -(-values // len(VALUES))
    opened: list[int] = []
    sample = measure(lambda: opened.append(sum(_open_all(rows))), seconds=0)
    return {"values": opened[0], "wall": sample.wall / opened[0], "cpu": sample.cpu / opened[0]}


def correct_value(*, seconds: float) -> dict[str, float]:
    """Change one value of one client and save: seal anew, ledger row, commit to the disk."""
    from bench.details.models import SealedDetails
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose

    row = SealedDetails.objects.all()[0]

    def correct() -> None:
        with acting(actor=client(row.subject_id), purpose=Purpose.ACCOUNT):
            row.city = os.urandom(4).hex()
            row.save()

    return measure(correct, seconds=seconds).as_facts()


def _open_all(rows: int) -> Iterator[int]:
    from bench.details.models import SealedDetails
    from troth.kernel.acting import acting, client
    from troth.kernel.purposes import Purpose

    for row in islice(SealedDetails.objects.order_by("pk").iterator(chunk_size=2000), rows):
        with acting(actor=client(row.subject_id), purpose=Purpose.ACCOUNT):
            yield len(row.open())


COMMANDS: dict[str, Any] = {
    "measure_pages": measure_pages,
    "seal_rows": seal_rows,
    "open_rows": open_rows,
    "correct_value": correct_value,
}
