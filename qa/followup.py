"""Follow-ups by rule: a question that leans on those before it, made to stand alone with time, source and subject."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index.periods import Period, month_of, year_of
from index.terms import content, is_stopword, words
from index.timewords import Mention, read
from qa.outlets import named
from qa.when import cuts_off

_LEAD = re.compile(r"^(?:(?:and|but|so|or|then|also|well|ok|okay)\b[\s,]*)*(?:(?:what|how)\s+about\b\s*)?", re.I)
_ASKS_IT = re.compile(
    r"^(?:what|how|who|where)\s+(?:was|is|were|are|has|had)\s+(?:it|that|this|they|there)\b\s*(?:been\s+)?", re.I
)
_ADVERB = re.compile(
    r"^(?:in\s+the\s+end|at\s+last|finally|eventually|now|today|currently|later(?:\s+on)?|afterwards?|at\s+first|"
    r"initially|originally|before(?:\s+that)?|so\s+far|at\s+present)$",
    re.I,
)
_SHIFT = re.compile(
    r"\b(?:(?:the|a|an|one)\s+)?(?:(?P<next>next|following)\s+(?P<unit1>day|week|month|year)|"
    r"(?P<number>one|two|three|four|five|six|\d{1,2})?\s*(?P<unit2>day|week|month|year)s?\s+"
    r"(?P<side>before|earlier|later|after(?:wards?)?|on))\b(?!\s+\w)",
    re.I,
)
_OF_YEAR = re.compile(
    r"\b(?:of|in)\s+the\s+(?:(?P<next>following|next)|(?P<back>previous))\s+year\b|"
    r"\bof\s+the\s+year\s+(?:(?P<after>after)|(?P<before>before))\b",
    re.I,
)
_THEN = re.compile(r"\b(since|before|after|until|by)\s+(?:then|that(?:\s+(?:day|month|year))?)(?=$|[\s,?.])", re.I)
_BY_THEN = re.compile(
    r",?\s+\b(?:by|on|at|in|before|after|until)\s+the\s+(?:morning|afternoon|evening|night|day|time|end|start)\s+of\s+[^,]+$",
    re.I,
)
_SOURCE = re.compile(r",?\s*\b(?:according\s+to|in\s+the\s+(?:words|view|account)\s+of)\s+(?:the\s+)?[^,?]+", re.I)
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
_OTHER = re.compile(
    r"\b(?:the\s+)?(?:other|opposing|opposite)\s+(?:side|party|camp|half|account|view)s?\b|\binstead\b", re.I
)
_ELSE = re.compile(r"\b(?:else|other|others|instead|another)\b", re.I)
_PERSON = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.I)
_THING = re.compile(r"\b(?:it|its)\b(?!\s+(?:that|who)\b)", re.I)
_PLACE = re.compile(r"(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b(?!\s+(?:is|are|was|were|be|been|has|had)\b)", re.I)
_THAT = re.compile(r"\b(?:that|this|those|these|so)\b(?!\s+(?:\w+\s+)?(?:year|month|week|day|time|[a-z]+s)\b)", re.I)
_POINTS = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|its|their|this|that|these|those|there|then|one|ones|same|else|instead|other"
    r"|others|another|former|latter|such)\b",
    re.I,
)
_ORDER = "(?:the|of|de|del|al|el|bin|van|von|la|for|and)"
_NAME = re.compile(rf"[A-ZÀ-Þ][\w’'-]*(?:\s+(?:{_ORDER}\s+){{0,2}}[A-ZÀ-Þ0-9][\w’'-]*)*")
_PHRASE = re.compile(
    rf"\b[Tt]he\s+(?:[a-z-]+\s+){{1,2}}?(?:of|in|at|from|on|near|off|over|under)\s+(?:the\s+)?{_NAME.pattern}"
)
_OPENS = re.compile(
    r"^(?:(?:in|on|at|by|to|from|for|with|of|since|until)\s+)?(?:who|whom|whose|what|which|when|where|why|how)\b"
    r"(?:\s+(?:many|much|long|far|often|high|big|old|large|did|does|do|was|were|is|are|has|have|had|will|would)\b)*\s*",
    re.I,
)
_AUXILIARY = frozenset(
    "is are was were did does do has have had will would can could should the in on at by what who when where why how "
    "which whose whom and but so it he she they there tell name give according".split()
)
_LEAST_TERMS = 3
"""Content words below which a question is not taken to stand alone where there was one before."""
_SAID = 18
"""Words of what was answered that are repeated at most."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What was asked, made to stand alone, and what was answered; `when` is the day that relative dates count from."""

    question: str
    answer: str = ""
    anchor: date | None = None


def standalone(text: str, turns: Sequence[Turn], known: Sequence[str] = ()) -> str:
    """Return the question as one that needs none of the turns before it, oldest first; itself where it needs none.

    `known` are the outlets by name: "and the Ledger?" asks for another source.
    """
    if not turns:
        return text
    last = turns[-1]
    core = _LEAD.sub("", text).rstrip(" ?.!")
    led = core != text.rstrip(" ?.!")
    core = _pinned(core, last)
    asked = last.question.rstrip(" ?.!")
    if _of_time(core, last):
        return _with_time(core, last) + "?"
    if source := _as_source(core, known, led):
        return f"{_SOURCE.sub('', asked).rstrip(' ,')}, {source}?"
    if led and (swapped := _swapped(core, asked)):
        return swapped + "?"
    if match := _WHO_SAID.match(core):
        return f"Who {match['verb']} that {_told(last)}{_until(last)}?"
    if (match := _BARE.match(core)) and last.answer:
        return f"{match['wh'].capitalize()} was it that {_told(last)}{_until(last)}?"
    if not led and not _POINTS.search(core) and len(content(core)) >= _LEAST_TERMS:
        return text
    if led and not _OPENS.match(core) and not _POINTS.search(core) and content(core):
        return f"{core[:1].upper()}{core[1:]}: {_small(asked)}?"
    return _resolved(core, turns, known)


def asks_else(text: str) -> bool:
    """Tell whether a follow-up asks for something else than what was answered: not to be answered with the same.

    "Who else?" and "And the ministry?" do; "And in 2017?" does not: that may have been told beside the rest.
    """
    core = _LEAD.sub("", text)
    return bool(_ELSE.search(text)) or (core != text and not _is_time(re.sub(r"^in\s+", "", core)))


# --- time -----------------------------------------------------------------------------------------


def _of_time(core: str, last: Turn) -> bool:
    """Tell whether a fragment says nothing but another time."""
    core = _ASKS_IT.sub("", core)
    if not core:
        return False
    if _ADVERB.match(core) or _SHIFT.fullmatch(core):
        return True
    rest = core
    for mention in reversed(_mentions(core, last)):
        rest = rest[: mention.start] + " " + rest[mention.end :]
    return rest != core and not content(re.sub(r"\b(?:early|late|mid|end|start|as|of)\b", " ", rest))


def _with_time(core: str, last: Turn) -> str:
    """Return the last question with its time replaced by that of the fragment."""
    core = _ASKS_IT.sub("", core)
    asked = _BY_THEN.sub("", last.question.rstrip(" ?.!"))
    before = read(asked, last.anchor, loose=True)
    new = _shifted(core, last) or _dated(core, last)
    if before:
        for mention in reversed(before[1:]):
            asked = asked[: mention.start].rstrip() + asked[mention.end :]
        first = before[0]
        if cuts_off(asked, first):
            new = re.sub(r"^(?:in|on|at)\s+", "", new)
        return " ".join(f"{asked[: first.start]} {new} {asked[first.end :]}".replace(" ,", ",").split())
    return f"{asked} {new}"


def _until(last: Turn) -> str:
    """Return the day up to which the last question wants to know: `, as of April 2016`; blank: it says none."""
    for mention in read(last.question, last.anchor, loose=True):
        if cuts_off(last.question, mention):
            return f", as of {last.question[mention.core : mention.end]}"
    return ""


def _mentions(core: str, last: Turn) -> list[Mention]:
    """Return the times in a fragment; "of that year" is that of the last question or answer."""
    period = _period(last)
    lead = f"{period.first.year}. " if period and period.first else ""
    found = read(lead + core, last.anchor or (period.last if period else None), loose=True)
    return [
        Mention(m.start - len(lead), m.end - len(lead), m.text, m.period, m.core - len(lead), m.relation, m.dated)
        for m in found
        if m.start >= len(lead)
    ]


def _dated(core: str, last: Turn) -> str:
    """Return the fragment with its year, where the last question tells it and the fragment does not."""
    period = _period(last)
    if period is None or period.first is None:
        return core
    year = period.first.year
    if re.search(r"\b(?:that|the\s+same)\s+year\b", core, re.I):
        core = re.sub(r"(?:\bof\s+|\bin\s+)?\b(?:that|the\s+same)\s+year\b", "", core, flags=re.I).strip(" ,")
        return f"{core} {year}" if core else f"in {year}"
    mentions = _mentions(core, last)
    named = bool(mentions) and re.search(r"[A-Za-z]{3,}", mentions[-1].text[mentions[-1].core - mentions[-1].start :])
    relative = re.search(r"\b(?:last|this|next|today|yesterday|tomorrow|ago|past|\w+day)\b", core, re.I)
    return f"{core} {year}" if named and not mentions[-1].dated and not relative else core


def _shifted(text: str, last: Turn) -> str:
    """Return the day, month or year that "a day later", "the year before" leads to; blank: it does not."""
    match, period = _SHIFT.search(text), _period(last)
    if match is None or period is None or period.first is None or period.last is None:
        return ""
    unit = (match["unit1"] or match["unit2"]).lower()
    number = match["number"] or "1"
    count = int(number) if number.isdigit() else 1 + "one two three four five six".split().index(number.lower())
    count = -count if (match["side"] or "").lower() in ("before", "earlier") else count
    if unit in ("day", "week"):
        days = count * (7 if unit == "week" else 1)
        start = (period.first if count < 0 else period.last) + timedelta(days)
        return f"on {Period(start, start)}"
    if unit == "month":
        months = period.first.year * 12 + period.first.month - 1 + count
        return f"in {month_of(date(months // 12, months % 12 + 1, 1))}"
    return f"in {year_of(date(period.first.year + count, 1, 1))}"


def _pinned(core: str, last: Turn) -> str:
    """Return the fragment with "of the following year" and "since then" put as a year and a day."""
    if re.fullmatch(r"[A-Za-z]{3,9}|\d{4}", core) and _is_time(core):
        core = f"in {core}"
    period = _period(last)
    if period is None or period.first is None:
        return core
    if match := _OF_YEAR.search(core):
        year = period.first.year + (1 if match["next"] or match["after"] else -1)
        core = f"{core[: match.start()]}{'in ' if match[0][:2].lower() == 'in' else ''}{year}{core[match.end() :]}"
    return _THEN.sub(lambda match: f"{match[1]} {period}", core)


def _period(last: Turn) -> Period | None:
    """Return the time that the last question asks about, else the one that its answer names; the day, where known."""
    asked, told = (
        [mention.period for mention in read(text, last.anchor, loose=True) if mention.period.days]
        for text in (last.question, last.answer)
    )
    if asked:
        exact = [period for period in told if period.days == 1 and not period.gap(asked[-1])]
        return exact[0] if exact and (asked[-1].days or 0) > 1 else asked[-1]
    return told[-1] if told else None


# --- source, place, name --------------------------------------------------------------------------


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
        rf"(?P<prep>in|at|from|near|off|to|against|for|by)\s+(?P<name>(?:the\s+)?{_NAME.pattern})", core
    ):
        held = rf"\b{match['prep']}\s+(?:the\s+)?{_NAME.pattern}"
        places = [place for place in re.finditer(held, asked) if not _is_time(place[0].split(maxsplit=1)[1])]
        if places:
            return asked[: places[-1].start()] + core + asked[places[-1].end() :]
        return f"{asked} {core}"
    if re.fullmatch(rf"(?:the\s+)?{_NAME.pattern}", core):
        names = [match for match in _NAME.finditer(asked) if match.start() and not _is_time(match[0])]
        if len(names) == 1:
            before = asked[: names[0].start()]
            if core.lower().startswith("the "):
                before = re.sub(r"\bthe\s+$", "", before, flags=re.I)
            return before + core + asked[names[0].end() :]
    return ""


# --- what the words that point back stand for -----------------------------------------------------


def _resolved(text: str, turns: Sequence[Turn], known: Sequence[str]) -> str:
    """Return the question with what it points back to put in, its time and source carried along."""
    last = turns[-1]
    shift = _shifted(text, last)
    if shift and (match := _SHIFT.search(text)):
        text = f"{text[: match.start()]}{shift}{text[match.end() :]}"
    text = _replace(_PERSON, text, _person(turns))
    text = _replace(_THING, text, _thing(last))
    text = _replace(_PLACE, text, _place(turns), preposition="in ")
    beside: list[str] = []
    if _OTHER.search(text):
        beside.append("who denied, disputed or rejected it")
    held = {word.stem for word in words(text)}
    about = [_thing(last), *_names(_SOURCE.sub("", last.question))]
    about = [name for name in about if not any(name != other and name in other for other in about)]
    about = [re.sub(r"['’]s?$", "", name) for name in about]
    beside += [name for name in about if not {word.stem for word in words(name)} <= held]
    if _THAT.search(text) and last.answer:
        beside.append(_told(last))
    if not any(_names(turn.question) for turn in turns[-1:]) and not beside:
        beside.append(_small(_OPENS.sub("", last.question.rstrip(" ?.!"))))
    if not shift and not read(text, last.anchor, loose=True):
        mentions = read(last.question, last.anchor, loose=True)[:1]
        beside += [_until(last).removeprefix(", ") or mention.text for mention in mentions]
    if not _SOURCE.search(text) and not _ELSE.search(text) and named(last.question, known)[0]:
        beside += [source[0].strip(" ,") for source in [_SOURCE.search(last.question)] if source]
    beside = [part for part in dict.fromkeys(beside) if part]
    return f"{text} ({'; '.join(beside)})?" if beside else f"{text}?"


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


def _thing(last: Turn) -> str:
    """Return what "it" most likely is: what the last question is about."""
    asked = last.question.rstrip(" ?.!")
    for phrase in _PHRASE.finditer(asked):
        if not read(phrase[0], None, loose=True):
            return phrase[0][:1].lower() + phrase[0][1:]
    for name in _names(asked):
        at = asked.index(name)
        owned = re.match(r"\s+([a-z][\w-]+)", asked[at + len(name) :]) if re.search(r"['’]s?$", name) else None
        if not owned and re.search(r"(?:\b(?:in|at|near|from|off|to)\s+(?:the\s+)?|[(;]\s*)$", asked[:at], re.I):
            continue  # a place: something is there, it is not what is asked about
        the = "the " if asked[:at].lower().endswith("the ") else ""
        return f"{the}{name} {owned[1]}" if owned else f"{the}{name}"
    return ""


def _person(turns: Sequence[Turn]) -> str:
    """Return the person last named: a name of two words or more, the question before the answer."""
    for turn in reversed(turns):
        for text in (turn.question, turn.answer):
            people = [name for name in _names(text) if len(name.split()) > 1 and not re.search(r"\b(?:of|the)\b", name)]
            if people:
                return re.sub(r"['’]s?$", "", people[-1])
    return ""


def _place(turns: Sequence[Turn]) -> str:
    for turn in reversed(turns):
        for text in (turn.question, turn.answer):
            places = re.findall(rf"\b(?:in|at|near|from|off|to)\s+(?:the\s+)?({_NAME.pattern})", _SOURCE.sub("", text))
            if places := [place for place in places if not _is_time(place)]:
                return str(places[-1])
    return next(iter(_names(_SOURCE.sub("", turns[-1].question))), "")


def _names(text: str) -> list[str]:
    """Return the names in a text, in order, without what opens its sentences and without times."""
    found = []
    for match in _NAME.finditer(text):
        name = match[0]
        opening = match.start() == 0 or text[: match.start()].rstrip()[-1:] in ".?!:"
        head = name.split()[0].lower().rstrip("’'s")
        if opening and (head in _AUXILIARY or is_stopword(head)):
            name = name.partition(" ")[2]
            name = name if name[:1].isupper() else ""
        if name and not _is_time(name) and not (opening and name == match[0] and " " not in name):
            found.append(name)
    return list(dict.fromkeys(found))


def _is_time(name: str) -> bool:
    return bool(read(f"in {name}", date.min.replace(year=2000), loose=True))


def _told(last: Turn) -> str:
    """Return what was answered, in short, with what it is about where it begins with a pronoun."""
    said = re.split(r"(?<=[.!?;])\s", last.answer.strip(), maxsplit=1)[0].rstrip(" .;")
    said = re.sub(r"\s*\[\d+\]", "", said)
    said = _cut(said) or _small(_OPENS.sub("", last.question.rstrip(" ?.!")))
    if match := re.match(r"(?:it|they|this|that)\b", said, re.I):
        thing = _thing(last)
        said = thing + said[match.end() :] if thing else said
    return _small(said)


def _cut(said: str) -> str:
    """Return the first words of what was said, without what leads on to those that are cut off."""
    parts = said.split()
    kept = parts[:_SAID]
    while len(kept) < len(parts) and kept and is_stopword(kept[-1].strip(",;:")):
        kept.pop()
    return " ".join(kept).rstrip(",;:")


def _small(text: str) -> str:
    """Return the text with a small first letter, unless a name opens it."""
    first = re.split(r"\W", text, maxsplit=1)[0]
    keeps = first.lower() not in _AUXILIARY and not is_stopword(first) and not _OPENS.match(text)
    return text if keeps else text[:1].lower() + text[1:]
