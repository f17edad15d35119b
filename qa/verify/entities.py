"""Whom a phrase names: names under which one goes, what they are called, and whom a pronoun stands for."""

from __future__ import annotations

from dataclasses import dataclass, field

from qa.verify.lexicon import canon, classes, lists
from qa.verify.match import Match, Text, same_name
from qa.verify.reading import Name, Token

_PERSONAL = frozenset("he she him his her himself herself hers".split())
_THINGS = frozenset("it its itself they them their themselves".split())
_FIRST = frozenset("i we me us my our mine ours myself ourselves".split())


@dataclass(slots=True)
class Entities:
    """The names of a text by token, what each is called, and the name that each pronoun stands for."""

    name_at: list[Name | None]
    called: dict[int, frozenset[str]] = field(default_factory=dict)
    """Stems of what a name is called (`judge`, `owner`), by its first token."""
    stands_for: dict[int, Name] = field(default_factory=dict)
    speaking: frozenset[int] = frozenset()
    """First tokens of the names that say something."""


def entities(text: Text) -> Entities:
    """Return whom the phrases of a text name, worked out once."""
    kept = text.reading.extra.get("entities")
    if isinstance(kept, Entities):
        return kept
    name_at: list[Name | None] = [None] * len(text.tokens)
    for each in text.reading.names:
        name_at[each.first : each.last + 1] = [each] * (each.last - each.first + 1)
    found = Entities(name_at)
    _appositions(text, name_at)
    for name in text.reading.names:
        found.called[name.first] = _called(text, name)
    found.speaking = frozenset(
        speaker.first
        for p in text.clauses.predicates
        if p.speech and p.subject >= 0 and (speaker := name_at[p.subject]) is not None and not _body(text, speaker)
    )
    _share_calls(text.reading.names, found)
    _resolve(text, found)
    text.reading.extra["entities"] = found
    return found


def _appositions(text: Text, name_at: list[Name | None]) -> None:
    """Let `the owner` of `the pit's owner, Kestrel Coal,` name what follows it."""
    tokens = text.tokens
    for name in text.reading.names:
        begin = text.clauses.start[name.first] if text.clauses.start[name.first] >= 0 else name.first
        if begin != name.first and tokens[begin].tag == "D":
            continue
        if begin < 2 or tokens[begin - 1].text != "," or tokens[begin - 1].sentence != name.sentence:
            continue
        head = text.clauses.head[begin - 2]
        while head > 0 and name_at[head] is None and tokens[head].tag == "N":
            if _calls(tokens[head]):
                name_at[head] = name
                break
            start = text.clauses.start[head]
            if start < 2 or tokens[start - 1].low not in ("of", "at", "for", "in"):
                break
            head = text.clauses.head[start - 2]


def _called(text: Text, name: Name) -> frozenset[str]:
    tokens, start, head = text.tokens, text.clauses.start, text.clauses.head
    called = set(
        name.titles and [t.stem for t in tokens[name.first : name.last + 1] if t.low.rstrip(".") in name.titles]
    )
    begin = start[name.first] if start[name.first] >= 0 else name.first
    for token in tokens[begin : name.first]:
        if token.tag == "N" and tokens[token.i + 1].low not in ("'s", "’s"):
            called.add(token.stem)
    # `a Red Cross delegate, Elise Aumont` and `Kestrel Coal, the owner of the pit`
    if (
        begin >= 2
        and tokens[begin - 1].text == ","
        and head[begin - 2] >= 0
        and tokens[head[begin - 2]].sentence == name.sentence
    ):
        noun, opening = tokens[head[begin - 2]], start[begin - 2]
        if noun.tag == "N" and _calls(noun) and not (opening > 0 and tokens[opening - 1].tag == "P"):
            called.add(noun.stem)
    after = name.last + 1
    if after + 1 < len(tokens) and tokens[after].text == "," and tokens[after + 1].sentence == name.sentence:
        j = after + 1
        if tokens[j].tag in ("D", "N", "A") and head[j] >= 0 and tokens[head[j]].tag == "N" and _calls(tokens[head[j]]):
            called.add(tokens[head[j]].stem)
    if after + 2 < len(tokens) and tokens[after].low in ("is", "was", "becomes", "became") and head[after + 1] >= 0:
        noun = tokens[head[after + 1]]
        if noun.tag == "N" and _calls(noun):
            called.add(noun.stem)
    return frozenset(called)


def _body(text: Text, name: Name) -> bool:
    """Tell whether a name has a word of an organisation in it."""
    return any("organisation" in classes(canon(word)) for word in name.words)


def _calls(token: Token) -> bool:
    return bool({"person", "organisation"} & token.classes) or token.low.endswith(
        ("er", "or", "ist", "man", "woman", "ian")
    )


def _share_calls(names: list[Name], found: Entities) -> None:
    for a in names:
        joined = set(found.called[a.first])
        for b in names:
            if a is not b and same_name(a, b):
                joined |= found.called[b.first]
        found.called[a.first] = frozenset(joined)


def _resolve(text: Text, found: Entities) -> None:
    """Work out whom the pronouns stand for: the latest subject of a fitting kind, else the latest name."""
    tokens, clauses = text.tokens, text.clauses
    subjects = {p.subject for p in clauses.predicates}
    gender: dict[tuple[str, ...], str] = {}
    for name in text.reading.names:
        for title in name.titles:
            if title in ("mr", "sir", "lord", "king", "prince", "father", "brother"):
                gender[name.words[-1:]] = "m"
            elif title in ("mrs", "ms", "miss", "lady", "dame", "queen", "princess", "sister"):
                gender[name.words[-1:]] = "f"
    subjects |= {held.last for s in subjects if s >= 0 and (held := found.name_at[s]) is not None}
    for token in tokens:
        if token.tag not in ("O", "D") or token.low not in _PERSONAL | _THINGS | _FIRST:
            continue
        speakers = clauses.speakers[token.i]
        if token.low in _FIRST or (token.quoted >= 0 and token.low in _PERSONAL):
            if not speakers:
                continue
            speech = clauses.predicates[speakers[-1]]
            if token.low in _FIRST:
                if speaker := _named(tokens, found, speech.subject):
                    found.stands_for[token.i] = speaker
            elif of := _said_of(tokens, found, speech.verb):
                found.stands_for[token.i] = of
            continue
        if speakers and token.tag == "O" and token.low in ("he", "she", "it", "they") and token.i in subjects:
            speech = clauses.predicates[speakers[-1]]
            if speech.verb < token.i <= speech.verb + 3 and (speaker := _named(tokens, found, speech.subject)):
                found.stands_for[token.i] = speaker  # `the owner said it would sell`
                continue
        before = [n for n in text.reading.names if n.last < token.i and tokens[token.i].sentence - n.sentence <= 2]
        personal = token.low in _PERSONAL
        sex = (
            "m"
            if token.low in ("he", "him", "his", "himself")
            else "f"
            if token.low in ("she", "her", "hers", "herself")
            else ""
        )
        fitting = [
            n
            for n in before
            if _person(n, found, tokens) is not (not personal) and (not sex or gender.get(n.words[-1:], sex) == sex)
        ]
        if not fitting:
            continue
        same = [n for n in fitting if n.last in subjects or any(n.first <= s <= n.last for s in subjects)]
        pool = same or fitting
        found.stands_for[token.i] = pool[-1]
        if sex:
            gender.setdefault(pool[-1].words[-1:], sex)


def _speaking(found: Entities) -> frozenset[int]:
    return found.speaking


def _said_of(tokens: list[Token], found: Entities, verb: int) -> Name | None:
    for i in range(verb + 1, min(verb + 4, len(tokens))):
        if tokens[i].low == "of":
            return next((name for name in found.name_at[i : i + 9] if name is not None), None)
    return None


def _person(name: Name, found: Entities, tokens: list[Token]) -> bool | None:
    """Tell whether a name is a person's; None: it cannot be told."""
    if name.person:
        return True
    called = found.called.get(name.first, frozenset())

    if any("person" in classes(stem) for stem in called):
        return True
    if any("organisation" in classes(stem) for stem in called):
        return False
    if 2 <= len(name.words) <= 3 and name.first in _speaking(found):
        return True
    after = tokens[name.last + 1] if name.last + 1 < len(tokens) else None
    if (
        after is not None
        and after.text == ","
        and name.last + 2 < len(tokens)
        and tokens[name.last + 2].text.isdecimal()
    ):
        return True
    return None


def is_person(text: Text, name: Name) -> bool | None:
    """Tell whether a name is a person's; None: it cannot be told."""
    return _person(name, entities(text), text.tokens)


def _named(tokens: list[Token], found: Entities, head: int) -> Name | None:
    if head < 0:
        return None
    return found.name_at[head] or found.stands_for.get(head)


def named(text: Text, head: int) -> Name | None:
    """Return the name that a phrase's head is, or stands for."""
    return _named(text.tokens, entities(text), head)


def meant(m: Match, head: int) -> Name | None:
    """Return the name that a phrase of the claim means: its own, or the only one that the source calls so."""
    if head < 0:
        return None
    if name := named(m.claim, head):
        return name
    token = m.claim.tokens[head]
    if token.tag != "N" or not _calls(token):
        return None
    so_called = [n for n in m.source.reading.names if token.stem in entities(m.source).called[n.first]]
    return so_called[0] if so_called and all(same_name(so_called[0], n) for n in so_called) else None


def same_thing(m: Match, mine: int, theirs: int) -> float:
    """Return from 0 to 1 whether the heads of two phrases, of the claim and of the source, mean the same one."""
    if mine < 0 or theirs < 0:
        return 0.5
    a, b = m.claim.tokens[mine], m.source.tokens[theirs]
    one, other = meant(m, mine), named(m.source, theirs)
    if one is not None and other is not None:
        return 1.0 if same_name(one, other) else 0.0
    if (a.tag == "O" and one is None) or (b.tag == "O" and other is None):
        return 0.5
    if one is not None or other is not None:
        name = one or other
        noun = b if one is not None else a
        assert name is not None
        called: frozenset[str] = frozenset()
        if named(m.claim, mine) is name:
            called |= entities(m.claim).called.get(name.first, frozenset())
        for other_name in m.source.reading.names:
            if same_name(name, other_name):
                called = called | entities(m.source).called[other_name.first]
        if noun.stem in called or any(_alike_stems(noun, stem) for stem in called):
            return 1.0
        if noun.low in name.words or any(w[:5] == noun.low[:5] and len(w) > 4 for w in name.words):
            return 0.9
        person = is_person(m.claim if one is not None else m.source, name)
        if any("person" in classes(stem) for stem in called) and "person" in noun.classes:
            return 0.2  # it is called something else
        if ("person" in noun.classes and person is not False) or (
            "organisation" in noun.classes and person is not True
        ):
            return 0.45
        return 0.2
    if a.tag == "#" or b.tag == "#":
        return 1.0 if a.stem == b.stem else 0.4
    return float(m.alike[mine, theirs])


def _alike_stems(noun: Token, stem: str) -> bool:

    return bool(noun.groups & lists().groups.get(stem, frozenset()))
