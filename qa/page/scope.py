"""The scope that questions are asked of, in words."""

from __future__ import annotations

from collections.abc import Sequence

from index.dates import say
from index.scope import scope_of
from qa.outlets import given
from qa.page.guard import fault
from qa.page.render import render


def scope_html(as_of: str, since: str, outlets: list[str], known: Sequence[str]) -> str:
    """Return the limits that are set, or what is wrong with them; `known` are the library's outlets."""
    try:
        scope = scope_of((as_of or "").strip() or None, (since or "").strip() or None, given(outlets, known))
    except Exception as exc:
        return render("scope.html", parts=(), wrong=fault(exc))
    parts = []
    if scope.as_of:
        parts.append(f"as of {say(scope.as_of)}")
    if scope.since:
        parts.append(f"since {say(scope.since)}")
    if scope.outlets:
        parts.append(", ".join(scope.outlets))
    return render("scope.html", parts=parts, wrong="")
