"""The sample articles that ship with the package, and the question that the demo asks of them."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "samples"
QUESTION = "How many people died when the bridge in Genoa collapsed?"
AS_OF = "2018-08-14"
