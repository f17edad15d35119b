"""A quote in its context: what is no evidence, a speaker cut off, a pronoun that dangles, a claim denied next."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from itertools import zip_longest

from index.records import Evidence
from index.sentences import sentence_spans
from index.terms import is_stopword
from qa.answer import Check
from qa.evidence import Quote, overlap
from qa.quotation import UNNAMED, speaker_beside
from qa.values import names

_LOOK_BACK = 900
"""Characters before a quote in which whom it speaks of is looked for."""
_LOOK_ON = 500
_AGENCY = r"(?:REUTERS|Reuters|AFP|AP|EPA|ANSA|TASS|Xinhua|Getty(?: Images)?)"
"""Agencies that a credit at the end of a caption names."""
_OPENS = re.compile(
    r"\W*(?:contact(?: (?:us|our))?\b.*[@:]|subscribe\b|to subscribe\b|to contact\b|not for resale|"
    r"all rights reserved|"
    r"copyright\b|©|read more|sign up\b|follow us\b|advertisement\b|"
    r"(?:words |reporting |edited )?by (?-i:[A-Z][\w.'’-]+(?: [A-Z][\w.'’-]+){1,3}(?:\s+(?:and|in) [A-Z][\w ]+)?\W*$)|"
    r"(?:photo(?:graph)?|picture|image|caption|credit|video|graphic|file photo)s?(?: caption| credit)?\s*"
    r"(?::|by\b|/|credit)|"
    r"(?-i:(?:[A-Z][\w.'’ -]+,? )?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? )?"
    r"(?:\d{1,2} [A-Z]\w+|[A-Z]\w+ \d{1,2}),? \d{4}\W*$))",
    re.I,
)
"""How a line opens that is no reporting."""
_GALLERY = re.compile(r"\b\d+ of \d+ (?:photos|images|pictures)\b|\bhide caption\b", re.I)
_CREDIT = re.compile(
    rf"(?:\b{_AGENCY}\s?/\s?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){{1,2}}|[A-Z][\w’'-]+ ?/\s?{_AGENCY}|"
    r"\bAP Photo(?:\s?/\s?[A-Z][\w’'-]+(?: [A-Z][\w’'-]+){1,2})?)(?:\)\.?)?\s*$"
)
_IMPRINT = re.compile(r"\bis (?:published|delivered|printed) (?:\w+ ){0,2}(?:days?|every|weekday|week)\b", re.I)
_HOLDS = (
    ("photos", _GALLERY), ("images", _GALLERY), ("pictures", _GALLERY), ("caption", _GALLERY),
    ("/", _CREDIT), ("ap photo", _CREDIT), ("@", re.compile(r"\S+@\S+\.\w+")),
    ("published", _IMPRINT), ("delivered", _IMPRINT), ("printed", _IMPRINT),
)  # fmt: skip
"""What a line holds that is no reporting, and what it then surely has, in small letters."""
_LABEL = re.compile(
    r"\W*(?:[A-Za-zÀ-ÿ’'-]+(?: [A-Za-zÀ-ÿ’'-]+){0,2}|[A-Z][\w.’'-]*(?:,? [A-Z(][\w.’')-]*){0,5} [—–-])\s*$"
)
"""Up to three words that no stop ends, or names before a dash: a heading, a label or a dateline."""
_LINK = re.compile(r"\W*[^.:!?\n]{2,60}:(?=[A-Z‘'\"“])(?!.*[.!?][”’\"']?\s*$)", re.S)
"""A label close to the headline of another article, which no stop ends: "More:Dam bursts above Velm"."""
_HEADING = re.compile(r"\s*#{1,6}\s")
_SAID = (
    r"(?:said|says|told|added|adds|warned|argued|claimed|insisted|denied|rejected|explained|announced|wrote|replied|"
    r"continued|concluded|maintained|suggested|reported|noted|declared|recalled|complained|admitted|expects?|believe[sd]?|"
    r"puts?|spoke|thinks?|thought|called|described)"
)
_PRONOUN = re.compile(rf"\b(he|she)\b(?=(?: \w+){{0,2}} {_SAID}\b)|^\W*(he|she|his|her)\b", re.I)
_SPEAKER = re.compile(rf"^\W*(it|they|both) (?:(?!is |was |were |are )\w+ )?{_SAID}\b|[,”\"] (it|they) {_SAID}\b", re.I)
_ROLE = re.compile(
    r"\b([Tt]he (?:[a-z]+ )?(?:minister|president|spokes(?:man|woman|person)|chairman|chairwoman|mayor|governor|"
    rf"director|general|judge|prosecutor|analyst|official|company|agency))\b(?= (?:\w+ )?{_SAID}\b)"
)
_ORGANISATION = re.compile(
    r"\b(?:Authority|Agency|Ministry|Company|Council|University|Bank|Group|Office|Observatory|Commission|Department|"
    r"Party|Army|Corps|Institute|Union|Court|Police|Service|Association|Committee|Airlines?|Inc|Ltd|Corp|Nations)\b|^[A-Z]{2,}$"
)
_OFFICE = re.compile(
    r"(?:(?:prime|foreign|finance|interior|first|vice|deputy|acting|former|attorney) )*"
    r"(?:ministers?|president|secretary|general|governor|mayor|chancellor|king|queen|prince|princess|pope|sir|lady)",
    re.I,
)
_FIRST_WORD = re.compile(r"\W*([A-Z][\w’'-]+)")
_AT_PLACE = re.compile(r"\b(?:in|at|from|to|near|of|on|across|outside|into|off|around|the)\s+(?:the\s+)?$", re.I)
_DENIES = re.compile(
    r"^\W*(?:(?:but |yet |however,? )?(?!what|where|who|no )(?:[\w'’-]+ ){0,8}?(?:denied|denies|rejected|rejects|"
    r"dismissed|contradicted|retracted|withdrew)\b|(?:that|this|the (?:report|claim|figure|number|statement|count))\b"
    r".{0,40}\b"
    r"(?:wrong|false|untrue|mistaken|denied|incorrect|withdrawn|not true|premature|an error)\b|"
    r"(?:but|yet) (?:it|he|she|they|that|this) (?:did not|was not|were not|never)\b|"
    r"(?:later|afterwards),? (?:it|this|that) (?:turned out|proved)|correction\b)",
    re.I,
)


def is_evidence(text: str, title: str | None = None) -> bool:
    """Tell whether a sentence is reporting, and not a title, a byline, a dateline, a caption, a link or an advert."""
    if any(pattern.match(text) for pattern in (_HEADING, _OPENS, _LABEL, _LINK)):
        return False
    lowered = text.lower()
    if any(mark in lowered and pattern.search(text) for mark, pattern in _HOLDS):
        return False
    return title is None or not _same_words(text, title)


def reporting(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return the evidence without the sentences that are none."""
    return [
        replace(item, sentences=tuple(s for s in item.sentences if is_evidence(s.text, item.article.title)))
        for item in evidence
    ]


def with_denial(quote: Quote) -> Quote:
    """Return the quote, run on through the next sentence where that one denies or corrects it."""
    text = quote.article.text
    after = sentence_spans(text, quote.end, min(len(text), quote.end + _LOOK_ON))
    if not after or not text[quote.start : quote.end].rstrip().endswith((".", "!", "?", "”", '"')):
        return quote
    start, end = after[0]
    cut_off = end == quote.end + _LOOK_ON < len(text)
    if cut_off or "\n\n" in text[quote.end : start] or not _DENIES.search(text[start:end]):
        return quote
    return replace(quote, end=end)


def in_context(quotes: Sequence[Quote], most_words: int, keep: int) -> list[Quote]:
    """Return the quotes, each with its denial, the last left out where they become too many words.

    The first `keep` are never left out.
    """
    whole: list[Quote] = []
    left = most_words
    for number, quote in enumerate(quotes):
        if any(overlap(quote, other) for other in whole):
            continue  # run on into, as a denial
        shown = with_denial(quote)
        if any(overlap(shown, other) for other in quotes[:keep] if other is not quote):
            shown = quote
        left -= len(shown.text.split())
        if left < 0 and number >= max(1, keep):
            break
        whole.append(shown)
    return whole


def beside(quote: Quote) -> tuple[str, Check | None]:
    """Return a note to stand in brackets beside a quote that does not say whom it speaks of, and the check.

    The note names a person, or else gives what stands before the quote. It is blank where none is needed; the
    check is None then.
    """
    speaker = speaker_beside(quote)
    if speaker and speaker != UNNAMED:
        return speaker, Check("context", True, "it is what somebody says, who is named beside it")
    said, kind = _dangling(quote.text)
    if not said and not speaker:
        return "", None
    before = _sentences_before(quote)
    if speaker:
        told = f"{speaker}; before it: “{_shortened(before[-1])}”" if before else speaker
        return told, Check("context", bool(before), "it is what somebody says, who is not named in it")
    found = _named(before, said, kind)
    if found:
        return f"“{said}”: {found}", Check("context", True, f"“{said}” is {found}, named before the quote")
    if before:
        return (
            f"before it: “{_shortened(before[-1])}”",
            Check("context", True, f"“{said}” is explained by the sentence before the quote"),
        )
    return "", Check("context", False, f"nothing before the quote says who “{said}” is")


def _dangling(text: str) -> tuple[str, str]:
    """Return the word of a quote that points before it, and what kind of name it wants; blank: none."""
    for pattern, kind in ((_PRONOUN, "person"), (_SPEAKER, "organisation"), (_ROLE, "role")):
        match = pattern.search(text)
        if match is None:
            continue
        named = [text[a:b] for a, b in names(text[: match.start()])]
        if kind == "person" and any(not _ORGANISATION.search(name) for name in named):
            continue
        if kind != "person" and named:
            continue
        return next(group for group in match.groups() if group), kind
    return "", ""


def _sentences_before(quote: Quote) -> list[str]:
    """Return the last sentences before a quote, in order."""
    begin = max(0, quote.start - _LOOK_BACK)
    text = quote.article.text
    spans = sentence_spans(text, begin, quote.start)
    if begin:
        spans = spans[1:]  # may be cut
    found = [text[first:last] for first, last in spans]
    return [sentence for sentence in found if is_evidence(sentence, quote.article.title)][-4:]


def _named(before: Sequence[str], said: str, kind: str) -> str:
    """Return the person that a word points to: the only one in the last sentence that names any; blank: unclear."""
    if kind == "organisation":
        return ""
    role = said.split()[-1].lower()
    for sentence in reversed(before):
        if kind == "role" and role not in sentence.lower():
            continue
        spans = [span for span in names(sentence) if _is_person(sentence[slice(*span)], sentence[: span[0]])]
        people = [_full_name(sentence[a:b], before) for a, b in spans]
        if (first := _FIRST_WORD.match(sentence)) and (full := _full_name(first[1], before)):
            people.append(full)  # "Ebb is charged …": a capital that any sentence begins with
        if people:
            return people[0] if len(set(people)) == 1 else ""
    return ""


def _full_name(name: str, sentences: Sequence[str]) -> str:
    """Return the name of two words or more that a name is or ends, for one word is as often a people or a place."""
    if " " in name:
        return name
    for sentence in reversed(sentences):
        for a, b in names(sentence):
            if sentence[a:b].endswith(f" {name}"):
                return sentence[a:b]
    return ""


def _is_person(name: str, before: str) -> bool:
    if _ORGANISATION.search(name) or _OFFICE.fullmatch(name) or any(map(is_stopword, name.split())):
        return False
    if name.endswith(("-based", "'s", "’s")):
        return False
    return not _AT_PLACE.search(before) and not before.rstrip(" ").endswith(("“", "‘", '"'))  # no title of a work


def _shortened(sentence: str) -> str:
    return textwrap.shorten(sentence, 160, placeholder=" …")


def _same_words(text: str, other: str) -> bool:
    pairs = zip_longest(re.finditer(r"\w+", text), re.finditer(r"\w+", other))
    return all(one and two and one[0].lower() == two[0].lower() for one, two in pairs)
