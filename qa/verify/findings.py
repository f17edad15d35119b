"""What a check found: by which rule, whether it held, where, and whether the source says the opposite."""

from __future__ import annotations

from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that was checked.

    `rule` is the check and what it looks at, as in `number missing`; its weight is in `weights.json`. `strength` is
    how much of a fault was found, from 0 to 1. `wrong`: the source speaks against it, not merely says nothing of it.
    """

    check: str
    ok: bool
    detail: str
    rule: str = ""
    strength: float = 0.0
    wrong: bool = False


def fault(rule: str, detail: str, *, wrong: bool = False, strength: float = 1.0) -> Finding:
    """Return a finding that speaks against the claim; the rule's first word is the check."""
    return Finding(rule.split()[0], False, detail, rule, max(0.0, min(1.0, strength)), wrong)


def held(check: str, detail: str) -> Finding:
    """Return a finding that speaks for the claim."""
    return Finding(check, True, detail)
