"""How good the answers are: cases, metrics, and the commands that measure (`python -m eval`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qa._siblings import check_siblings

if TYPE_CHECKING:
    from eval.cases import read_cases
    from eval.records import Case
    from eval.text import holds, normalise

check_siblings(("eval",))

__all__ = ["Case", "holds", "normalise", "read_cases"]

_HOMES = {"Case": "eval.records", "holds": "eval.text", "normalise": "eval.text", "read_cases": "eval.cases"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that `--help` is quick."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
