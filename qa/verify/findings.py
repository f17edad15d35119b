"""What a check found: the check, whether it held, where, and whether the source says the opposite."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that was checked. `wrong`: the source speaks against it, not merely says nothing of it.

    `doubt` from 0 to 1: how sure it is that a claim with this fault is not supported; 0 where `ok`.
    """

    check: str
    ok: bool
    detail: str
    wrong: bool = False
    doubt: float = 1.0


def fault(check: str, detail: str, *, wrong: bool = False, doubt: float = 1.0) -> Finding:
    """Return a finding that speaks against the claim."""
    return Finding(check, False, detail, wrong, doubt)


def held(check: str, detail: str) -> Finding:
    """Return a finding that speaks for the claim."""
    return Finding(check, True, detail, False, 0.0)
