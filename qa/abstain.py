"""Why a question is not answered: the reason, and the sentence that says it."""

from __future__ import annotations

from index.dates import say
from index.records import Excluded
from index.scope import Scope
from prompts import render
from qa.answer import Reason

_BECAUSE: dict[Reason, str] = {
    "empty library": "the library is empty; add some with: dateline add ARTICLES",
    "nothing on this": "none of them is about this",
    "evidence too weak": "the nearest passages do not answer the question",
    "question not understood": "there is no word in the question that could be looked for",
}


def sentence(reason: Reason, scope: Scope) -> str:
    """Return the sentence shown in place of an answer."""
    return render("abstain", because=_because(reason, scope))


def left_out(excluded: Excluded, scope: Scope) -> Reason:
    """Return the reason where the scope leaves nothing, or nothing that answers, but outside it there is."""
    if scope.outlets and excluded.outlet:
        return "only other outlets"
    if excluded.later:
        return "only after the date"
    if excluded.undated:
        return "only undated articles"
    return "nothing on this"


def _because(reason: Reason, scope: Scope) -> str:
    if reason == "only after the date":
        return f"what they say of it was published after {say(scope.as_of)}" if scope.as_of else "only later"
    if reason == "only undated articles":
        return "only undated articles are about this, and a date was asked for"
    if reason == "only other outlets":
        return f"only outlets other than {', '.join(scope.outlets)} are about this"
    return _BECAUSE[reason]
