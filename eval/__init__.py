"""How good the answers are: cases, metrics, and the commands that measure (`python -m eval`)."""

from __future__ import annotations

from qa._siblings import check_siblings

check_siblings(("eval", "index", "prompts", "qa"))  # before the modules that import them

from eval.cases import Case, read_cases  # noqa: E402
from eval.text import holds, normalise  # noqa: E402

__all__ = ["Case", "holds", "normalise", "read_cases"]
