"""What English words mean to one another: stems, verb forms, synonyms, opposites, converses and closed classes.

The lists are plain text in `words/`, one group or pair a line; each file's first line says what stands in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from index.terms import stem

FOLDER = Path(__file__).parent / "words"
_BRITISH = {
    "labour": "labor", "favour": "favor", "colour": "color", "harbour": "harbor", "neighbour": "neighbor",
    "behaviour": "behavior", "honour": "honor", "rumour": "rumor", "defence": "defense", "offence": "offense",
    "licence": "license", "centre": "center", "theatre": "theater", "programme": "program", "grey": "gray",
    "tonne": "ton", "cheque": "check", "metre": "meter", "litre": "liter", "kilometre": "kilometer",
    "jewellery": "jewelry", "tyre": "tire", "plough": "plow", "gaol": "jail", "pence": "penny", "people": "person",
    "men": "man", "women": "woman", "children": "child", "mice": "mouse", "lives": "life", "wives": "wife",
    "knives": "knife", "halves": "half", "thieves": "thief", "wolves": "wolf", "feet": "foot", "teeth": "tooth",
    "geese": "goose", "policemen": "police", "policeman": "police", "servicemen": "serviceman",
    "is": "be", "are": "be", "was": "be", "were": "be", "been": "be", "being": "be", "am": "be", "has": "have",
    "had": "have", "having": "have", "does": "do", "did": "do", "done": "do",
    "worse": "bad", "worst": "bad", "better": "good", "best": "good", "further": "far", "furthest": "far",
    "farther": "far", "less": "less", "fewer": "fewer", "fewest": "fewest",
}  # fmt: skip


class VerbForm(NamedTuple):
    """How a word may be a verb: its base form, which form it is, and whether it is a noun more often."""

    base: str
    form: str
    """`base`, `s`, `past`, `part` (past participle; regular forms are `past`) or `ing`."""
    noun: bool
    known: bool = True
    """Whether the base stands in a list; otherwise it was only cut off the word."""


def _lines(name: str) -> Iterator[str]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def _sections(name: str) -> dict[str, list[str]]:
    sections: dict[str, list[str]] = {}
    current: list[str] = []
    for line in _lines(name):
        if line.startswith("["):
            current = sections.setdefault(line.strip("[]"), [])
        else:
            current.extend(line.split())
    return sections


@cache
def _verbs() -> tuple[frozenset[str], frozenset[str]]:
    sections = _sections("verbs.txt")
    return frozenset(sections["verb"]), frozenset(sections["noun or verb"])


@cache
def common() -> frozenset[str]:
    """Return words that are written small inside a sentence."""
    return frozenset(word for line in _lines("common.txt") for word in line.split())


@cache
def _irregular() -> dict[str, VerbForm]:
    forms: dict[str, VerbForm] = {}
    for line in _lines("irregular.txt"):
        base, past, participle = line.split()
        noun = base in _verbs()[1]
        forms.setdefault(participle, VerbForm(base, "part", noun))
        if past != participle or past == base:
            forms[past] = VerbForm(base, "past", noun)
        else:
            forms[past] = VerbForm(base, "past", False)
        forms[base] = VerbForm(base, "base", noun)
    for base in (
        "cut",
        "hit",
        "put",
        "set",
        "let",
        "cost",
        "shut",
        "quit",
        "split",
        "spread",
        "read",
        "hurt",
        "bet",
        "beat",
        "forecast",
        "broadcast",
    ):
        forms[base] = VerbForm(base, "past", base in ("cut", "hit", "cost", "split", "spread", "set", "bet"))
    return forms


def _bases(word: str, cut: int, doubled: bool = True) -> Iterator[str]:
    root = word[:-cut]
    yield root
    yield root + "e"
    if doubled and len(root) > 2 and root[-1] == root[-2]:
        yield root[:-1]
    if root.endswith("i"):
        yield root[:-1] + "y"


@lru_cache(maxsize=50_000)
def verb_form(word: str) -> VerbForm | None:
    """Return how a lower-cased word may be a verb, or None: it is none that is known."""
    irregular = _irregular()
    if word in irregular:
        return irregular[word]
    sure, either = _verbs()

    def known(base: str) -> bool:
        return base in sure or base in either or (base in irregular and irregular[base].base == base)

    if word in sure or word in either:
        return VerbForm(word, "base", word in either)
    american = american_spelling(word)
    if american != word and american in sure:
        return VerbForm(american, "base", False)
    for ending, form in (("ing", "ing"), ("ed", "past"), ("es", "s"), ("s", "s")):
        if not word.endswith(ending) or len(word) < len(ending) + 2 or word.endswith("ss"):
            continue
        for base in _bases(word, len(ending)):
            for spelled in dict.fromkeys((base, american_spelling(base))):
                if known(spelled):
                    return VerbForm(spelled, form, spelled in either or (spelled in irregular and form == "s"))
    if word.endswith("ed") and len(word) > 4 and word not in ("indeed", "hundred", "sacred", "naked", "wicked"):
        return VerbForm(word[:-2], "past", False, known=False)
    return None


def american_spelling(word: str) -> str:
    """Return the American spelling of a British one, of the kinds that matter: -ise, -our, -re, -ll-."""
    if word in _BRITISH:
        return _BRITISH[word]
    if word.endswith("s") and word[:-1] in _BRITISH:
        return _BRITISH[word[:-1]]
    for british, american in (("isation", "ization"), ("ise", "ize"), ("ised", "ized"), ("ises", "izes"),
                              ("ising", "izing"), ("elled", "eled"), ("elling", "eling"), ("yse", "yze")):  # fmt: skip
        if word.endswith(british) and len(word) > len(british) + 3 and word not in _ISE:
            return word[: -len(british)] + american
    return word


_ISE = frozenset(
    "promise promised promises promising exercise exercised exercises exercising compromise compromised surprise "
    "surprised surprises surprising advise advised advises advising franchise enterprise premise premises revise "
    "revised revises revising supervise supervised devise devised disguise disguised televise televised rise arise "
    "raise raised raises raising praise praised cruise expertise likewise otherwise precise concise paradise".split()
)


_KEPT = frozenset(
    "officer policy university customer experiment general important communist news organ minister ministry engineer "
    "engine secretary secret generation generator number numb wander wonder executive execute".split()
)
"""Words that Porter's stemmer would take for others: office, police, universe, custom, experience …"""


@lru_cache(maxsize=100_000)
def canon(word: str) -> str:
    """Return what stands for all forms of a word: the Porter stem of its base form, American, lower case."""
    lowered = word.lower()
    if lowered in _KEPT or lowered.removesuffix("s") in _KEPT:
        return lowered.removesuffix("s")
    if lowered in _BRITISH:
        return stem(_BRITISH[lowered])
    form = verb_form(lowered)
    base = form.base if form is not None and form.known else american_spelling(lowered)
    return stem(base).lower()


class Phrase(NamedTuple):
    """A phrase of a list: the stems after its first, and the key that stands for it."""

    rest: tuple[str, ...]
    key: str


class Lists(NamedTuple):
    """The word lists, by stem; a phrase has the stems of its words joined by `_` as its key."""

    groups: dict[str, frozenset[int]]
    poles: dict[str, frozenset[tuple[int, int]]]
    converses: dict[str, frozenset[tuple[int, int]]]
    classes: dict[str, frozenset[str]]
    phrases: dict[str, tuple[Phrase, ...]]


@cache
def lists() -> Lists:
    """Return the word lists, read once."""
    phrases: dict[str, dict[tuple[str, ...], str]] = {}

    def key(entry: str) -> str:
        parts = tuple(canon(part) for part in entry.split("_"))
        joined = "_".join(parts)
        if len(parts) > 1:
            phrases.setdefault(parts[0], {})[parts[1:]] = joined
        return joined

    groups: dict[str, set[int]] = {}
    for number, line in enumerate(_lines("synonyms.txt")):
        for entry in line.split():
            groups.setdefault(key(entry), set()).add(number)
    poles = _two_sided("antonyms.txt", key)
    converses = _two_sided("converses.txt", key)
    classes: dict[str, set[str]] = {}
    for name, entries in _sections("classes.txt").items():
        for entry in entries:
            classes.setdefault(key(entry), set()).add(name)
    return Lists(
        {word: frozenset(numbers) for word, numbers in groups.items()},
        {word: frozenset(sides) for word, sides in poles.items()},
        {word: frozenset(sides) for word, sides in converses.items()},
        {word: frozenset(names) for word, names in classes.items()},
        {first: tuple(Phrase(rest, key) for rest, key in rests.items()) for first, rests in phrases.items()},
    )


def _two_sided(name: str, key: object) -> dict[str, set[tuple[int, int]]]:
    sides: dict[str, set[tuple[int, int]]] = {}
    for number, line in enumerate(_lines(name)):
        for side, entries in enumerate(line.split("|")):
            for entry in entries.split():
                sides.setdefault(key(entry), set()).add((number, side))  # type: ignore[operator]
    return sides


_NO_CLASSES: frozenset[str] = frozenset()


def classes(key: str) -> frozenset[str]:
    """Return the closed classes that a stem or a phrase belongs to."""
    return lists().classes.get(key, _NO_CLASSES)
