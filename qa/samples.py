"""The sample articles that ship with the package, and the question that the demo asks of them."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "samples"
QUESTION = "Who retook Palmyra in March 2016?"
AS_OF = "2016-04-30"
