"""What is slow leaves threads free for pages, and says so to whoever finds no place."""

import threading

import pytest

from troth.accounts.evenness import even_time
from troth.kernel import lanes
from troth.kernel.lanes import SLOW_PLACES, THREADS, BusyError, slow_lane


def fill(places: int, leave: threading.Event) -> list[threading.Thread]:
    inside = threading.Barrier(places + 1)

    def hold() -> None:
        with slow_lane():
            inside.wait()
            leave.wait()

    holders = [threading.Thread(target=hold) for _ in range(places)]
    for holder in holders:
        holder.start()
    inside.wait()
    return holders


def test_some_threads_are_always_free():
    assert SLOW_PLACES < THREADS


@pytest.mark.parametrize(("taken", "is_full"), [(SLOW_PLACES - 1, False), (SLOW_PLACES, True)])
def test_a_full_lane_refuses_at_once_and_before_anything_is_done(taken, is_full, monkeypatch):
    monkeypatch.setattr("troth.accounts.evenness.STEP", 0.001)
    leave, done = threading.Event(), []
    holders = fill(taken, leave)
    try:
        if is_full:
            with pytest.raises(BusyError) as refusal, even_time():
                done.append("work")
            assert refusal.value.status == 503
        else:
            with even_time():
                done.append("work")
        assert bool(done) is not is_full
    finally:
        leave.set()
        for holder in holders:
            holder.join()
    with slow_lane():
        pass


def test_one_thread_holds_one_place_however_deep(monkeypatch):
    monkeypatch.setattr(lanes, "_places", threading.BoundedSemaphore(1))
    with slow_lane(), slow_lane():
        pass
    with pytest.raises(RuntimeError), slow_lane(), slow_lane():
        raise RuntimeError
    with slow_lane():
        pass
