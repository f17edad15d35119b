"""How good the answers are: cases, metrics, and the commands that measure (`python -m eval`)."""

from __future__ import annotations

from eval.cases import Case, read_cases
from eval.text import holds, normalise
from qa._siblings import check_siblings

check_siblings(("eval",))

__all__ = ["Case", "holds", "normalise", "read_cases"]
