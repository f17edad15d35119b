"""What is kept of what was worked out: the last of it."""

from __future__ import annotations

from index.recent import Recent


def test_the_least_lately_used_is_let_go() -> None:
    recent: Recent[str, int] = Recent(2)
    recent.keep("a", 1)
    recent.keep("b", 2)
    assert recent.get("a") == 1
    recent.keep("c", 3)
    assert (recent.get("a"), recent.get("b"), recent.get("c")) == (1, None, 3)
    recent.keep("a", 4)
    assert recent.get("a") == 4
