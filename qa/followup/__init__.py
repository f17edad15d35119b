"""Follow-ups by rule: a question that leans on those before it, made to stand alone."""

from qa.followup.rewrite import asks_else, points_back, standalone
from qa.followup.wording import Turn

__all__ = ["Turn", "asks_else", "points_back", "standalone"]
