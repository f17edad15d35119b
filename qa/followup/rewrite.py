"""A follow-up, made to stand alone by rule: with its time, its source and its subject."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.terms import content
from index.timewords import read
from qa.followup.references import resolved, told
from qa.followup.times import of_time, pinned, until, with_time
from qa.followup.wording import ELSE, NAME, OPENS, SOURCE, Turn, is_time, names, small
from qa.outlets import named

_LEAD = re.compile(r"^(?:(?:and|but|so|or|then|also|well|ok|okay)\b[\s,]*)*(?:(?:what|how)\s+about\b\s*)?", re.I)
_BARE = re.compile(
    r"^(?P<wh>why|how\s+come|how|when|where|since\s+when|until\s+when)"
    r"(?:\s+(?:exactly|so|not))?(?:\s+(?:was|is|were|did|does|has|had)\s+(?:that|this|it|they)"
    r"(?:\s+(?:happen|happened|take\s+place|so|be|been))?)?$",
    re.I,
)
_WHO_SAID = re.compile(
    r"^who\s+(?:(?:was|is)\s+it\s+(?:that|who)\s+)?(?P<verb>said|says|told|claims?|claimed|reported|reports|confirmed|"
    r"denied|announced|thinks?|thought|wrote|writes)\s+(?:so|that|this|it)$",
    re.I,
)
_POINTS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|its|their|this|that|these|those|there|then|one|ones|same|else|instead|other"
    r"|others|another|former|latter|such)\b",
    re.I,
)
_LEAST_TERMS = 3
"""Content words below which a question is not taken to stand alone where there was one before."""


def standalone(text: str, turns: Sequence[Turn], known: Sequence[str] = ()) -> str:
    """Return the question as one that needs none of the turns before it, oldest first; itself where it needs none.

    `known` are the outlets by name: "and the Ledger?" asks for another source.
    """
    if not turns:
        return text
    last = turns[-1]
    core = _LEAD.sub("", text).rstrip(" ?.!")
    led = core != text.rstrip(" ?.!")
    core = pinned(core, last)
    asked = last.question.rstrip(" ?.!")
    if of_time(core, last):
        return with_time(core, last) + "?"
    if source := _as_source(core, known, led):
        return f"{SOURCE.sub('', asked).rstrip(' ,')}, {source}?"
    if led and (swapped := _swapped(core, asked)):
        return swapped + "?"
    if match := _WHO_SAID.match(core):
        return f"Who {match['verb']} that {told(last)}{until(last)}?"
    if (match := _BARE.match(core)) and last.answer:
        said = told(last)
        return f"{match['wh'].capitalize()} was it that {said}{until(last) or _placed(said, last)}?"
    if not led and not _POINTS.search(core) and len(content(core)) >= _LEAST_TERMS:
        return text
    if not led and OPENS.match(core) and not _POINTS.search(core) and _opens_anew(core, turns):
        return text
    if led and not OPENS.match(core) and not _POINTS.search(core) and content(core):
        return f"{core[:1].upper()}{core[1:]}: {small(asked)}?"
    return resolved(core, turns, known)


def points_back(text: str) -> bool:
    """Tell whether a question has words that lean on those before it: "and", "what about", "it", "there"."""
    core = _LEAD.sub("", text)
    return core != text or bool(_POINTS.search(core))


def asks_else(text: str) -> bool:
    """Tell whether a follow-up asks for something else than what was answered: not to be answered with the same.

    "Who else?" and "And the ministry?" do; "And in 2017?" does not: that may have been told beside the rest.
    """
    core = _LEAD.sub("", text)
    return bool(ELSE.search(text)) or (core != text and not is_time(re.sub(r"^in\s+", "", core)))


def _placed(said: str, last: Turn) -> str:
    """Return the names and the time of the last question, in brackets, where no date in what was said places it."""
    if any(mention.dated for mention in read(said, last.anchor)):
        return ""
    times = [mention.text for mention in read(last.question, last.anchor, loose=True) if mention.dated]
    beside = [part for part in (*names(SOURCE.sub("", last.question)), *times) if part not in said]
    return f" ({'; '.join(beside)})" if beside else ""


def _opens_anew(core: str, turns: Sequence[Turn]) -> bool:
    """Tell whether a question is about a name of its own, which none of the turns has: not "… in Ohio?"."""
    before = " ".join(f"{turn.question} {turn.answer}" for turn in turns)
    own = [name for name in names(core) if not re.search(rf"\b(?:in|at|near|from|to) (?:the )?{re.escape(name)}", core)]
    return bool(own) and len(content(core)) > 1 and not any(name in before for name in own)


def _as_source(core: str, known: Sequence[str], led: bool) -> str:
    """Return the source that a fragment asks for, as "according to …"; blank: it does not."""
    if re.match(r"according\s+to\b", core, re.I):
        return core[:1].lower() + core[1:]
    if led and known and named(f"According to {core}, who?", known)[0]:
        return f"according to {core}"
    return ""


def _swapped(core: str, asked: str) -> str:
    """Return the last question with one place or name in the stead of another; blank: there is none to change."""
    if match := re.fullmatch(
        rf"(?P<prep>in|at|from|near|off|to|against|for|by)\s+(?P<name>(?:the\s+)?{NAME.pattern})", core
    ):
        held = rf"\b{match['prep']}\s+(?:the\s+)?{NAME.pattern}"
        places = [place for place in re.finditer(held, asked) if not is_time(place[0].split(maxsplit=1)[1])]
        if places:
            return asked[: places[-1].start()] + core + asked[places[-1].end() :]
        return f"{asked} {core}"
    if re.fullmatch(rf"(?:the\s+)?{NAME.pattern}", core):
        names = [match for match in NAME.finditer(asked) if match.start() and not is_time(match[0])]
        if len(names) == 1:
            before = asked[: names[0].start()]
            if core.lower().startswith("the "):
                before = re.sub(r"\bthe\s+$", "", before, flags=re.I)
            return before + core + asked[names[0].end() :]
    return ""
