"""What `dateline add` reads, and what it says of it: what came in, what is undated, what was skipped and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from index.errors import DatelineError
from index.intake import Added
from index.records import Article

_MOST_ALIKE = 3
"""Skipped articles that are named where more were skipped for the same reason."""
_VALUE = re.compile(r"'[^']*'|\b0x[0-9a-f]{2}\b|\d+")

Item = Article | DatelineError


def begun(items: Iterable[Item]) -> tuple[Iterator[Item], bool]:
    """Return the items, read up to the first article, and whether there is one."""
    rest = iter(items)
    errors: list[Item] = []
    for item in rest:
        if isinstance(item, Article):
            return chain(errors, [item], rest), True
        errors.append(item)
    return iter(errors), False


def said_of_skipped(errors: Sequence[DatelineError]) -> Iterator[str]:
    """Yield a line for each article that was skipped; of many for the same reason the first ones, then their number."""
    alike: dict[str, list[str]] = {}
    for error in errors:
        _, _, reason = str(error).partition(": ")
        alike.setdefault(_VALUE.sub("…", reason) or str(error), []).append(str(error))
    for lines in alike.values():
        named = lines if len(lines) <= _MOST_ALIKE + 1 else lines[:_MOST_ALIKE]
        yield from (f"skipped: {line}" for line in named)
        if left := len(lines) - len(named):
            yield f"skipped: {left} more for the same reason, the last: {lines[-1].partition(': ')[0]}"


def said_of_added(added: Added, pruned: int | None) -> str:
    """Return what came of an `add`, in numbers; `pruned` is None where that was not asked for."""
    counts = [
        f"{added.new} added",
        f"{added.updated} updated",
        f"{added.unchanged} unchanged",
        f"{len(added.skipped)} skipped",
        *([] if pruned is None else [f"{pruned} pruned"]),
    ]
    return f"{', '.join(counts)} ({added.passages} new passages)"


def said_of_undated(count: int) -> str:
    """Return what to do about articles that came in without a date."""
    what = "1 of them is undated" if count == 1 else f"{count} of them are undated"
    return f"{what}: see dateline list --undated, and date one with dateline edit ID --published DATE"
