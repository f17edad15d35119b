"""What the words of a follow-up that point back stand for: it, he, there, that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from index.terms import is_stopword, stems_of
from index.timewords import read
from qa.followup.times import SHIFT, shifted, until
from qa.followup.wording import ANY_DAY, ELSE, NAME, OPENS, SOURCE, Turn, is_time, names, small
from qa.outlets import named

_OTHER = re.compile(
    r"\b(?:the\s+)?(?:other|opposing|opposite)\s+(?:side|party|camp|half|account|view)s?\b|\binstead\b", re.I
)
_PERSON = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.I)
_THING = re.compile(r"\b(?:it|its)\b(?!\s+(?:that|who)\b)", re.I)
_PLACE = re.compile(r"(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b(?!\s+(?:is|are|was|were|be|been|has|had)\b)", re.I)
_THAT = re.compile(r"\b(?:that|this|those|these|so)\b(?!\s+(?:\w+\s+)?(?:year|month|week|day|time|[a-z]+s)\b)", re.I)
_PHRASE = re.compile(
    rf"\b[Tt]he\s+(?:[a-z-]+\s+){{1,2}}?(?:of|in|at|from|on|near|off|over|under)\s+(?:the\s+)?{NAME.pattern}"
)
_IN = re.compile(r"(?:\b(?:in|at|near|from|off|to)\s+|[(;]\s*)$", re.I)
"""What stands before a place, or before what was put beside a question."""
_PLACES = re.compile(
    r"the (?:[a-z-]+ )*(?:harbou?r|port|town|city|village|province|region|district|county|coast|cent(?:er|re)|"
    r"outskirts|capital|airport|bay|gulf|strait|island|valley|mountains|north|south|east|west|suburbs?|streets|square|waters)\b",
    re.I,
)
"""What says where, and is not asked about: "the harbour of …"."""
_PLURAL = re.compile(r"[^su]s$")
_SAID = 18
"""Words of what was answered that are repeated at most."""


def resolved(text: str, turns: Sequence[Turn], known: Sequence[str]) -> str:
    """Return the question with what it points back to put in, its time and source carried along."""
    last = turns[-1]
    person = _person(turns)
    thing = _thing(last, person if _PERSON.search(text) else "")
    shift = shifted(text, last)
    if shift and (match := SHIFT.search(text)):
        text = f"{text[: match.start()]}{shift}{text[match.end() :]}"
    text = _replace(_PERSON, text, person)
    text = _replace(_THING, text, thing)
    text = _replace(_PLACE, text, _place(turns), preposition="in ")
    beside: list[str] = []
    if _OTHER.search(text):
        beside.append("who denied, disputed or rejected it")
    held = stems_of(text)
    about = [thing, *names(SOURCE.sub("", last.question))]
    about = [name for name in about if not any(name != other and name in other for other in about)]
    about = [re.sub(r"['’]s?$", "", name) for name in about]
    beside += [name for name in about if not stems_of(name) <= held]
    if last.answer and (_THAT.search(text) or (_THING.search(text) and not thing)):
        beside.append(told(last))
    if not any(names(turn.question) for turn in turns[-1:]) and not beside:
        beside.append(small(OPENS.sub("", last.question.rstrip(" ?.!"))))
    if not shift and not read(text, last.anchor, loose=True):
        mentions = read(last.question, last.anchor, loose=True)[:1]
        beside += [until(last).removeprefix(", ") or mention.text for mention in mentions]
    if not SOURCE.search(text) and not ELSE.search(text) and named(last.question, known)[0]:
        beside += [source[0].strip(" ,") for source in [SOURCE.search(last.question)] if source]
    beside = [part for part in dict.fromkeys(beside) if part]
    return f"{text} ({'; '.join(beside)})?" if beside else f"{text}?"


def told(last: Turn) -> str:
    """Return what was answered, in short, with what it is about where it begins with a pronoun."""
    said = re.split(r"(?<=[.!?;])\s", last.answer.strip(), maxsplit=1)[0].rstrip(" .;")
    said = re.sub(r"\s*\[\d+\]", "", said)
    said = _cut(_undated(said, last.anchor)) or small(OPENS.sub("", last.question.rstrip(" ?.!")))
    if match := re.match(r"(?:it|they|this|that)\b", said, re.I):
        thing = _thing(last)
        said = thing + said[match.end() :] if thing else said
    return small(said)


def _replace(pattern: re.Pattern[str], text: str, by: str, preposition: str = "") -> str:
    """Return the text with the first of these words replaced, possessives by possessives; unchanged without `by`."""
    match = pattern.search(text)
    if not match or not by:
        return text
    owned = match[0].lower() in ("his", "its", "their") or (
        match[0].lower() == "her" and bool(re.match(r"\s+[a-z]+", text[match.end() :]))
    )
    by = f"{by}’s" if owned else by
    return f"{text[: match.start()]}{preposition}{by}{text[match.end() :]}"


def _thing(last: Turn, person: str = "") -> str:
    """Return what "it" most likely is: what the last question is about, but for where that is, and the person."""
    asked = last.question.rstrip(" ?.!")
    where: list[tuple[int, int]] = []
    for phrase in _PHRASE.finditer(asked):
        if _IN.search(asked[: phrase.start()]) and _PLACES.match(phrase[0]):
            where.append(phrase.span())
        elif not read(phrase[0], None, loose=True):
            return phrase[0][:1].lower() + phrase[0][1:]
    for name in names(asked):
        if name == person:
            continue
        at = asked.index(name)
        owned = re.match(r"\s+([a-z][\w-]+)", asked[at + len(name) :]) if re.search(r"['’]s?$", name) else None
        inside = any(start <= at < end for start, end in where)
        if not owned and (inside or _IN.search(re.sub(r"\bthe\s+$", "", asked[:at], flags=re.I))):
            continue  # something is there: it is not what is asked about
        the = "the " if asked[:at].lower().endswith("the ") else ""
        if owned and _PLURAL.search(owned[1]):
            return the + re.sub(r"['’]s?$", "", name)  # "it" is none of several
        return f"{the}{name} {owned[1]}" if owned else f"{the}{name}"
    return ""


def _person(turns: Sequence[Turn]) -> str:
    """Return the person last named: a name of two words or more, the question before the answer."""
    for turn in reversed(turns):
        for text in (turn.question, turn.answer):
            people = [name for name in names(text) if len(name.split()) > 1 and not re.search(r"\b(?:of|the)\b", name)]
            if people:
                return re.sub(r"['’]s?$", "", people[-1])
    return ""


def _place(turns: Sequence[Turn]) -> str:
    for turn in reversed(turns):
        for text in (turn.question, turn.answer):
            places = re.findall(rf"\b(?:in|at|near|from|off|to)\s+(?:the\s+)?({NAME.pattern})", SOURCE.sub("", text))
            if places := [place for place in places if not is_time(place)]:
                return str(places[-1])
    return next(iter(names(SOURCE.sub("", turns[-1].question))), "")


def _undated(said: str, anchor: date | None) -> str:
    """Return what was said without times that count from the day of its article: another day is counted from now."""
    for mention in reversed(read(said, anchor or ANY_DAY)):
        if not mention.dated:
            said = f"{said[: mention.start].rstrip()} {said[mention.end :].lstrip()}".replace(" ,", ",")
    return said.strip(" ,")


def _cut(said: str) -> str:
    """Return the first words of what was said, without the phrase that is cut off."""
    parts = said.split()
    kept = parts[:_SAID]
    if len(kept) < len(parts):
        stops = [number for number, word in enumerate(kept) if is_stopword(word.strip(",;:"))]
        if stops and stops[-1] > len(kept) // 2:
            kept = kept[: stops[-1]]
        while kept and is_stopword(kept[-1].strip(",;:")):
            kept.pop()
        if len(kept) > 1 and kept[-2].endswith(",") and not kept[-1].endswith(","):
            kept.pop()  # the first word of a clause that is cut off
    return " ".join(kept).rstrip(",;:")
