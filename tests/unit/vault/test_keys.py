"""Root, epochs and their change: wrong keys are told at start, rotation loses nothing, old copies are worthless."""

import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.db import connections

from tests.unit.vault.samples import Person, as_client, make_person
from troth.kernel import clock
from troth.kernel.errors import CannotOpen, NotConfigured, Refused
from troth.vault import keyring, rotation
from troth.vault.api import check_start, read_key_status, rotate_keys
from troth.vault.models import Epoch, EpochState, OrphanKey, RootCheck, SubjectKey, WrappedKey
from troth.vault.startup import check_key_material

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("samples", "secrets_kept")]


@pytest.fixture
def secrets_kept():
    """Put the secrets folder back as it was."""
    root = settings.ENVIRONMENT.secrets / "root"
    before = root.read_bytes()
    yield
    root.write_bytes(before)


def state_of_disk():
    files = {p.name: p.read_bytes() for p in settings.ENVIRONMENT.secrets.iterdir() if p.is_file()}
    return files, list(WrappedKey.objects.values()), list(Epoch.objects.values()), list(RootCheck.objects.values())


def name_of(person):
    with as_client(person.subject_id):
        return Person._base_manager.get(pk=person.pk).open("name").name


# -- Start ------------------------------------------------------------------------------------------------------------


def test_a_start_with_the_right_keys_changes_nothing():
    make_person()
    before = state_of_disk()
    check_start()
    assert check_key_material(databases=["keys"]) == []
    assert state_of_disk() == before


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda folder: (folder / "root").write_bytes(b"\1" * 32), "another system"),
        (lambda folder: (folder / "root").write_bytes(b"short"), "damaged"),
        (lambda folder: (folder / "root").unlink(), "missing"),
        (lambda folder: (folder / "kek.1").write_bytes(b"\1" * 32), "not the one"),
        (lambda folder: (folder / "kek.1").write_bytes(b"short"), "damaged"),
        (lambda folder: (folder / "kek.1").unlink(), "missing"),
        (lambda _folder: Epoch.objects.all().delete(), "keys' database is empty"),
        (lambda _folder: RootCheck.objects.all().delete(), "does not know the root key"),
    ],
)
def test_a_wrong_or_lost_key_is_one_clear_line_and_nothing_is_overwritten(harm, words):
    make_person()
    check_start()
    harm(settings.ENVIRONMENT.secrets)
    before = state_of_disk()
    with pytest.raises(NotConfigured, match=words) as refusal:
        check_start()
    assert "\n" not in refusal.value.message
    assert state_of_disk() == before


def test_the_system_check_says_the_same():
    (settings.ENVIRONMENT.secrets / "kek.1").unlink()
    (error,) = check_key_material(databases=["keys"])
    assert error.id == "troth.E008"
    assert check_key_material(databases=["default"]) == []


def test_a_start_that_was_killed_before_the_first_epoch_was_noted_goes_on():
    kek = keyring.read_kek(1)
    Epoch.objects.all().delete()
    RootCheck.objects.all().delete()
    check_start()
    assert keyring.read_kek(1) == kek
    assert Epoch.objects.get().state == EpochState.CURRENT


# -- Change of epochs -------------------------------------------------------------------------------------------------


def test_after_a_rotation_everything_opens_and_the_old_wrapping_key_is_gone():
    people = [make_person() for _person in range(5)]
    assert rotate_keys() == 5
    assert [name_of(person) for person in people] == ["Ada Example"] * 5
    assert not keyring.kek_path(1).exists()
    assert [epoch.state for epoch in Epoch.objects.order_by("number")] == [EpochState.DESTROYED, EpochState.CURRENT]
    status = read_key_status()
    assert (status.epoch, status.keys, status.waiting, status.age_days) == (2, 5, 0, 0)
    check_start()


def test_an_old_copy_of_the_keyring_with_the_new_secrets_opens_nothing():
    people = [make_person() for _person in range(5)]
    old_keyring = list(WrappedKey.objects.all())
    rotate_keys()
    WrappedKey.objects.all().delete()
    WrappedKey.objects.bulk_create(old_keyring)
    for person in people:
        with pytest.raises((CannotOpen, NotConfigured)):
            name_of(person)


class Killed(BaseException):
    """What a SIGKILL is to the code that it hits."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "step", ["write_kek", "_begin_epoch", "_store", "_try_some", "destroy_kek", "_end_epoch", "record"]
)
def test_a_rotation_killed_anywhere_goes_on_and_loses_nothing(monkeypatch, step, when):
    people = [make_person() for _person in range(5)]
    monkeypatch.setattr(rotation, "_BATCH", 2)
    real = getattr(rotation, step)

    def die(*args, **kwargs):
        if when == "after":
            real(*args, **kwargs)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(rotation, step, die)
        with pytest.raises(Killed):
            rotate_keys()
    check_start()
    assert [name_of(person) for person in people] == ["Ada Example"] * 5
    rotate_keys()
    assert [name_of(person) for person in people] == ["Ada Example"] * 5
    living = Epoch.objects.exclude(state=EpochState.DESTROYED).count()
    assert living == 1
    assert len(list(settings.ENVIRONMENT.secrets.glob("kek.*"))) == 1


def test_a_key_that_does_not_open_keeps_the_old_wrapping_key():
    people = [make_person() for _person in range(3)]
    WrappedKey.objects.filter(key_id=people[0].key_id).update(wrapped=b"damaged")
    with pytest.raises(Refused, match="1 keys do not open"):
        rotate_keys()
    assert keyring.kek_path(1).exists()
    assert [name_of(person) for person in people[1:]] == ["Ada Example"] * 2
    WrappedKey.objects.filter(key_id=people[0].key_id).delete()
    rotate_keys()
    assert not keyring.kek_path(1).exists()


def test_rotation_under_load_makes_no_error_and_loses_nothing():
    """Four threads seal, open and join while the epochs change under them."""
    people = [make_person() for _person in range(8)]
    stop = threading.Event()
    errors: list[BaseException] = []
    work = [0] * 4

    def use_the_site(number):
        try:
            mine = people[number * 2 : number * 2 + 2]
            turn = 0
            while not stop.is_set():
                person = mine[turn % 2]
                with as_client(person.subject_id):
                    row = Person._base_manager.get(pk=person.pk)
                    row.notes = f"turn {turn}"
                    row.save()
                    assert Person._base_manager.get(pk=person.pk).open("notes").notes == f"turn {turn}"
                if turn % 5 == 0:
                    people.append(make_person())
                turn += 1
                work[number] = turn
                time.sleep(0.005)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=use_the_site, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    # On a busy machine a thread may wait long for its turn: the epochs go on until each has worked under some.
    deadline = time.monotonic() + 60
    epochs = 0
    while epochs < 5 or (min(work) < 2 and not errors and time.monotonic() < deadline):
        rotate_keys()
        epochs += 1
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    assert min(work) > 1
    assert {name_of(person) for person in people} == {"Ada Example"}
    assert read_key_status().waiting == 0
    assert Epoch.objects.exclude(state=EpochState.DESTROYED).count() == 1


def test_an_epoch_is_due_when_its_days_are_over():
    assert not read_key_status().is_due
    with time_machine.travel(clock.now() + timedelta(days=read_key_status().longest_days)):
        assert read_key_status().is_due


# -- Keys that belong to nobody ---------------------------------------------------------------------------------------


def test_a_key_that_belongs_to_nobody_is_destroyed_after_a_day_and_others_stay():
    person = make_person()
    orphan = keyring.create_key()
    assert rotation.sweep_orphans() == 0
    assert rotation.sweep_orphans() == 0
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1)):
        assert rotation.sweep_orphans() == 1
    assert not WrappedKey.objects.filter(key_id=orphan).exists()
    assert not OrphanKey.objects.exists()
    assert name_of(person) == "Ada Example"


def test_a_key_that_found_its_subject_meanwhile_stays():
    orphan = keyring.create_key()
    rotation.sweep_orphans()
    SubjectKey.objects.create(subject_id=make_person().subject_id, key_class="statutory", key_id=orphan)
    with time_machine.travel(clock.now() + timedelta(days=2)):
        assert rotation.sweep_orphans() == 0
    assert WrappedKey.objects.filter(key_id=orphan).exists()


def test_the_wrong_main_database_does_not_sweep_the_keyring():
    for _key in range(101):
        keyring.create_key()
    with pytest.raises(Refused, match="wrong main database"):
        rotation.sweep_orphans()
    assert WrappedKey.objects.count() == 101
