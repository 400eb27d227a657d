"""The shred test: an attacker with every old backup and all of today's secrets recovers nobody who was erased.

The naive layout, with the keys in the database that is backed up, must fail the same test: else the test is void.
"""

import pytest
from django.conf import settings

from tests.unit.vault.samples import Person, as_client, make_person
from troth.kernel.errors import TrothError
from troth.kernel.secrets import read_root
from troth.vault import cipher, index
from troth.vault.api import replay_erasures, rotate_keys, run_erasures, start_erasure
from troth.vault.models import IndexEntry, WrappedKey

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("samples")]


def attack(*, rows, keyrings, keks):
    """Return the names that an attacker reads out of these rows with all of these wrapped keys and wrapping keys."""
    names = []
    for row in rows:
        for wrapped in (copy for keyring in keyrings for copy in keyring if copy["key_id"] == row["key_id"]):
            for kek in keks:
                try:
                    key = cipher.unwrap_key(
                        wrapping_key=kek,
                        wrapped=bytes(wrapped["wrapped"]),
                        key_id=wrapped["key_id"],
                        epoch=wrapped["epoch"],
                    )
                    place = cipher.Binding("vault.Person", row["key_id"], row["id"], row["seal_version"])
                    names.append(cipher.unseal(key=key, binding=place, message=bytes(row["sealed"]))["v"]["name"])
                except TrothError:
                    continue
    return set(names)


def secrets_of_today():
    return [path.read_bytes() for path in settings.ENVIRONMENT.secrets.glob("kek.*")]


@pytest.fixture
def erased():
    """Ten people, backed up in every way; five of them then erased; then the epoch ends."""
    people = [make_person(name=f"Person Number{number}", email=f"person{number}@example.org") for number in range(10)]
    backup = {
        "rows": list(Person._base_manager.values()),
        "keyring": list(WrappedKey.objects.values()),
        "keks": secrets_of_today(),
    }
    for person in people[:5]:
        with as_client(person.subject_id):
            start_erasure(subject_id=person.subject_id)
    assert run_erasures() == 5
    rotate_keys()
    return backup


def test_an_old_backup_and_an_old_keyring_with_todays_secrets_give_nobody(erased):
    today = list(WrappedKey.objects.values())
    found = attack(
        rows=erased["rows"],
        keyrings=[erased["keyring"], today],
        keks=[*secrets_of_today(), read_root(settings.ENVIRONMENT.secrets)],
    )
    assert found == {f"Person Number{number}" for number in range(5, 10)}


def test_the_naive_layout_gives_them_all(erased):
    """Were keys and wrapping key in the backup, the attack would work: so it can fail."""
    found = attack(rows=erased["rows"], keyrings=[erased["keyring"]], keks=erased["keks"])
    assert found == {f"Person Number{number}" for number in range(10)}


def test_the_index_confirms_nobody_who_was_erased(erased):
    digests = {bytes(entry.digest) for entry in IndexEntry.objects.all()}
    known = [index.digests_of(Person.email, f"person{number}@example.org")[0] in digests for number in range(10)]
    assert known == [False] * 5 + [True] * 5


def test_a_restored_backup_is_erased_again(erased):
    Person._base_manager.all().delete()
    Person._base_manager.bulk_create([Person(**row) for row in erased["rows"]])
    replay_erasures()
    assert Person._base_manager.count() == 5
