"""The canary walk: values that stand nowhere else in the world go through the whole site, and stand nowhere in clear.

One is put into every declared attribute that takes a text, and into all else that a person sends: passwords, wrong ones
too, the secret of the one-time codes, names of files, the browser's name, referrers, addresses that do not exist. Then
the program is stopped, and every file that it wrote is searched: databases and their logs, index, keys, static files,
its output. They may stand in the mails to that very person, which lie in the demo's mailbox, and nowhere else.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.canary import CanaryFinding, find_canaries, find_canaries_in, forms_of, read_outside
from tests.journeys.walk_account import AccountWalk
from tests.journeys.walk_house import HouseWalk
from tests.journeys.walk_orders import OrderWalk
from tests.journeys.walk_support import SupportWalk
from tests.journeys.walk_surveys import SurveyWalk
from tests.running import Site, find_port, start_site, wait_until
from troth.config.mailbox import Mailbox
from troth.vault.api import all_attributes

pytestmark = pytest.mark.slow

WITHOUT_TEXT = {
    *("birthday", "language", "time_zone", "currency", "units", "interests", "interest_records", "rating", "page"),
    *("brand", "last4", "expires", "customer_ref", "age_group", "distance", "household"),
}
"""Attributes whose values come from a list, a calendar, or a program: too common to be told apart.

The payer's number at the card processor (``customer_ref``) is named in clear as well, where we note whom to ask for its
deletion (``processors.HeldThere``).
"""


class Wanderer(AccountWalk, OrderWalk, SupportWalk, HouseWalk, SurveyWalk):
    """Goes everywhere."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.left = Leaver(site)

    def walk(self) -> None:
        """Go everywhere."""
        self.join()
        self.give_details()
        self.ask_and_report()
        self.buy()
        self.ask_support()
        self.answer_surveys()
        self.meet_the_house()
        self.add_codes()
        self.add_passkey()
        self.change_address_and_password()
        self.go_wrong()
        self.look_everywhere()
        self.leave()


class Leaver(AccountWalk, SurveyWalk):
    """Joins, answers surveys, and has all of it deleted."""

    sealed: Sequence[bytes] = ()

    def walk(self) -> None:
        """Come and go."""
        self.join()
        self.answer_surveys()
        self.sealed = self.leave_for_good()


@pytest.fixture(scope="module")
def left(walked: Wanderer) -> Leaver:
    """Whoever left before the program was stopped."""
    return walked.left


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wanderer]:
    site = start_site(tmp_path_factory.mktemp("canaries") / "data", find_port())
    walker = Wanderer(site)
    try:
        walker.walk()
        walker.left.walk()
        wait_until(lambda: site.mails_to(walker.email), longest=60)
    finally:
        walker.left.go_home()
        walker.go_home()
        code = site.stop()
    assert code == 0
    yield walker


def test_every_declared_text_had_a_canary(walked: Wanderer) -> None:
    declared = {f"{each.model.__name__}.{each.name}" for each in all_attributes() if each.name not in WITHOUT_TEXT}
    assert declared <= set(walked.canaries)


def test_no_file_that_the_program_wrote_holds_a_canary_but_the_mails(walked: Wanderer) -> None:
    folder = walked.site.place.parent
    assert len([path for path in folder.rglob("*") if path.is_file()]) > 20
    assert search(folder, walked) == []


def test_of_answers_to_surveys_nothing_stays_once_the_client_is_erased(left: Leaver) -> None:
    folder = left.site.place.parent
    said = [each for name, each in left.canaries.items() if name.startswith(("OwnAnswers.", "Contact.", "answer of"))]
    assert len(said) == 7
    standins = [str(left.site.place / name) for name in ("mailbox", "standins")]
    found = find_canaries(folder, said, allowed=standins)
    assert [finding for finding in found if finding.form != "last digits"] == []
    assert len(left.sealed) == 3
    places = [path for path in folder.rglob("*") if path.is_file()]
    assert [path.name for path in places for sealed in left.sealed if sealed in read_outside(path)] == []
    assert left.site.run(COUNT_ROWS).split() == ["2", "1"], "Rows of who stays are gone, or of who went are left."


def test_mails_hold_canaries_of_their_reader_and_only_the_address_in_a_header(walked: Wanderer) -> None:
    told = 0
    for mail in Mailbox(walked.site.place / "mailbox").read_all():
        head = "\n".join(f"{name}: {value}" for name, value in mail.message.items() if name != "To")
        assert find_canaries_in(head.encode(), walked.canaries.values(), place=mail.key) == []
        secrets = [canary for name, canary in walked.canaries.items() if "password" in name or "credential" in name]
        assert find_canaries_in(mail.message.as_bytes(), secrets, place=mail.key) == []
        told += any(canary.value in mail.part("plain") for canary in walked.canaries.values())
    assert told > 0


def test_a_planted_canary_is_found(walked: Wanderer) -> None:
    plant = walked.site.place / "planted.log"
    for name in ("Profile.name", "password", "Factor.credential", "address of the browser", "file name"):
        plant.write_text(f"something before {walked.canaries[name].value} and after")
        assert name in {finding.canary for finding in search(plant.parent, walked)}
        assert forms_of(walked.canaries[name].value)
    plant.unlink()


COUNT_ROWS = """
from troth.surveys.models import Contact, OwnAnswers
print(OwnAnswers.objects.count(), Contact.objects.count())
"""


def search(folder: Path, walked: Wanderer) -> list[CanaryFinding]:
    """Search a folder; seven digits of a telephone number alone are too common among ids to count."""
    mailbox = walked.site.place / "mailbox"
    found = find_canaries(folder, walked.canaries.values(), allowed=[str(mailbox), str(walked.site.place / "standins")])
    return [finding for finding in found if finding.form != "last digits"]
