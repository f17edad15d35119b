"""The floors that quality may not fall below: read, held against what was measured, raised; lowered for a reason."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from eval.files import write_json
from index.errors import InputError

FLOORS = Path(__file__).parent / "floors.json"
_UPDATE = "dateline-eval gate --update"


@dataclass(frozen=True, slots=True)
class Gauge:
    """One measured value that is held to a floor; where lower is better, to a ceiling.

    `slack` is how far the floor is set from it: a case, where another machine's arithmetic may flip one.
    """

    name: str
    value: float
    better: Literal["higher", "lower"] = "higher"
    slack: float = 0.0

    @property
    def limit(self) -> float:
        """Return the floor or ceiling that this value asks for."""
        if self.better == "higher":
            return math.floor(max(self.value - self.slack, 0.0) * 1e4 + 1e-6) / 1e4
        return math.ceil((self.value + self.slack) * 1e4 - 1e-6) / 1e4

    @property
    def sign(self) -> str:
        """Return how the value is to stand to its limit."""
        return "≥" if self.better == "higher" else "≤"

    def holds(self, limit: float) -> bool:
        """Tell whether the value keeps to a floor or ceiling; one that could not be told does not."""
        return self.value >= limit - 1e-9 if self.better == "higher" else self.value <= limit + 1e-9


@dataclass(frozen=True, slots=True)
class Lowered:
    """A floor that was lowered, from what to what, and why."""

    name: str
    before: float
    after: float
    reason: str


@dataclass(frozen=True, slots=True)
class Floors:
    """Each floor by the name of its gauge, the digests of what they were measured with, and what was lowered."""

    digests: Mapping[str, str]
    floors: Mapping[str, float]
    lowered: tuple[Lowered, ...] = ()

    def failures(self, gauges: Sequence[Gauge], digests: Mapping[str, str]) -> list[str]:
        """Return what does not hold, a sentence each: values below their floor, unmeasured floors, other data."""
        found = []
        for gauge in gauges:
            limit = self.floors.get(gauge.name)
            if limit is None:
                found.append(f"{gauge.name} has no floor; set one: {_UPDATE}")
            elif not gauge.holds(limit):
                side, word = ("below", "floor") if gauge.better == "higher" else ("above", "ceiling")
                found.append(f"{gauge.name} is {gauge.value:.4f}, {side} its {word} of {limit:.4f}")
        measured = {gauge.name for gauge in gauges}
        found += [f"{name} has a floor, but was not measured" for name in self.floors if name not in measured]
        changed = [name for name in digests if self.digests.get(name) != digests[name]]
        found += [f"the {name} are not those of the floors; measure them anew: {_UPDATE}" for name in changed]
        return found

    def updated(self, gauges: Sequence[Gauge], digests: Mapping[str, str], reason: str | None = None) -> Floors:
        """Return floors raised to what was measured now.

        Raises:
            InputError: one would have to be lowered, and no reason is given.
        """
        floors, lowered = {}, list(self.lowered)
        for gauge in gauges:
            limit, old = gauge.limit, self.floors.get(gauge.name)
            if old is None or replace(gauge, value=limit, slack=0.0).holds(old):
                floors[gauge.name] = limit
            elif gauge.holds(old):
                floors[gauge.name] = old
            elif not reason:
                raise InputError(
                    f"{gauge.name} is {gauge.value:.4f}, its floor is {old:.4f}, and floors only rise;"
                    f" if it must fall, say why: {_UPDATE} --lower REASON"
                )
            else:
                floors[gauge.name] = limit
                lowered.append(Lowered(gauge.name, old, limit, reason))
        gone = [name for name in self.floors if name not in floors]
        if gone and not reason:
            raise InputError(f"{gone[0]} is no longer measured; if that must be, say why: {_UPDATE} --lower REASON")
        return Floors(dict(digests), floors, tuple(lowered))


def read_floors(path: Path = FLOORS) -> Floors:
    """Return the floors in a file; without the file, none.

    Raises:
        InputError: it is not such a file.
    """
    if not path.exists():
        return Floors({}, {})
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        lowered = tuple(Lowered(**row) for row in data["lowered"])
        return Floors(dict(data["digests"]), {name: float(value) for name, value in data["floors"].items()}, lowered)
    except (ValueError, KeyError, TypeError, AttributeError) as exc:
        raise InputError(f"{path}: not a file of floors ({exc!r}); take it from the repository again") from exc


def write_floors(floors: Floors, path: Path = FLOORS) -> None:
    """Write floors as a readable file."""
    data = {
        "digests": dict(floors.digests),
        "floors": dict(floors.floors),
        "lowered": [asdict(one) for one in floors.lowered],
    }
    write_json(path, data)
