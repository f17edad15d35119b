"""Taking turns: how many are let in at once, and in which order."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from qa.turns import Turns


@pytest.mark.parametrize("at_once", [1, 2])
def test_no_more_are_let_in_than_may_be_and_those_who_wait_come_in_order(at_once: int) -> None:
    turns, order, inside, most = Turns(at_once), list[int](), 0, 0
    lock, open_ = threading.Lock(), threading.Event()

    def work(number: int) -> None:
        nonlocal inside, most
        with turns:
            with lock:
                inside += 1
                most = max(most, inside)
                order.append(number)
            open_.wait(20)
            with lock:
                inside -= 1

    threads = []
    for number in range(6):
        threads.append(threading.Thread(target=work, args=(number,)))
        threads[-1].start()
        until(lambda number=number: len(order) + len(turns._waiting) == number + 1)
    assert (sorted(order), len(turns._waiting)) == (list(range(at_once)), 6 - at_once)
    open_.set()
    for thread in threads:
        thread.join(20)
    assert most == at_once
    assert sorted(order) == list(range(6))
    if at_once == 1:  # of two who are let in, either may be the first to say so
        assert order == list(range(6))


def test_a_fault_inside_hands_the_turn_on() -> None:
    turns = Turns(1)
    for _ in range(3):
        try:
            with turns:
                raise ValueError
        except ValueError:
            pass
    with turns:
        pass


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, at most twenty seconds."""
    late = threading.Event()
    timer = threading.Timer(20, late.set)
    timer.start()
    while not holds():
        assert not late.is_set()
    timer.cancel()
