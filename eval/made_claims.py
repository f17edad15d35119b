"""Claims made from news articles: headlines and sentences as they are, and with one thing changed in them."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator

from eval.traps import Trap
from index.dates import MONTHS, WEEKDAYS
from index.records import Article
from index.sentences import sentence_spans
from qa.verify import Source
from qa.verify.reading import Name, read

_LEAD = 9
"""Sentences of the passage that a claim is held against."""
_NEAR = 2
"""Sentences of a source from which claims are made that stand near to it."""
_NAMING = ("According to {}, {}", "{} reported that {}", "{}: {}")
_SMALL = frozenset("the a an it he she in on they".split())
_NOT_A_CLAIM = re.compile(
    r"(?i)^(how|why|what|who|when|where|which|is|are|do|does|can|should|opinion|here|watch|see|these|this|\d+ )"
)
_WORDS = {"some": "all", "several": "all", "many": "all", "most": "all", "may": "will", "might": "will",
          "could": "will",
          "rise": "fall", "rises": "falls", "rose": "fell", "falls": "rises", "fell": "rose", "drops": "jumps",
          "more": "fewer", "fewer": "more", "higher": "lower", "lower": "higher", "wins": "loses", "won": "lost",
          "loses": "wins", "lost": "won", "before": "after", "after": "before", "first": "last", "increase": "decrease",
          "increased": "decreased", "accused": "cleared", "rejects": "approves", "rejected": "approved",
          "approves": "rejects", "approved": "rejected", "bans": "allows", "banned": "allowed", "denies": "admits",
          "denied": "admitted", "preliminary": "final", "largest": "smallest", "oldest": "youngest"}  # fmt: skip


def made_claims(articles: Iterable[Article], count: int, seed: int = 0) -> list[Trap]:
    """Return up to `count` pairs of a true claim and the same with one thing changed, headlines and sentences by turns.

    A headline is taken to follow from the beginning of its article, which a few do not.
    """
    generator = random.Random(seed)
    pool = sorted(articles, key=lambda article: article.key)
    generator.shuffle(pool)
    made: list[Trap] = []
    for number, article in enumerate(pool):
        if len(made) >= 2 * count:
            break
        claim, passage = _headline(article) if number % 3 else _sentence(article, generator)
        if not claim:
            continue
        changed = list(_changed(claim, passage, generator))
        if not changed:
            continue
        kind, trap = generator.choice(changed)
        source = (Source(passage, article.outlet, article.published),)
        made.append(Trap(f"m{number}", "made", claim, source, True))
        made.append(Trap(f"m{number}x", kind, trap, source, False))
    return made


def near_claims(claims: Iterable[Trap], seed: int = 0) -> list[Trap]:
    """Return pairs made of the sources of claims: a sentence as it stands, and with one thing changed.

    A fifth of them name the outlet first, as an answer does.
    """
    generator = random.Random(seed)
    made: list[Trap] = []
    for source in dict.fromkeys(source for claim in claims for source in claim.sources):
        sentences = [source.text[a:b].strip() for a, b in sentence_spans(source.text)]
        good = [text for text in sentences if 7 <= len(text.split()) <= 38 and text[0].isupper() and text[-1] == "."]
        generator.shuffle(good)
        for text in good[:_NEAR]:
            changed = list(_changed(text, source.text, generator))
            if not changed:
                continue
            kind, trap = generator.choice(changed)
            for claim, true in ((text, True), (trap, False)):
                if source.outlet and generator.random() < 0.2:
                    claim = generator.choice(_NAMING).format(source.outlet, _within(claim))
                made.append(Trap(f"n{len(made)}", "near" if true else kind, claim, (source,), true))
    return made


def _within(sentence: str) -> str:
    """Return a sentence as it stands inside another: its first letter small, where it begins with a small word."""
    return sentence[0].lower() + sentence[1:] if sentence.split()[0].lower() in _SMALL else sentence


def _lead(article: Article) -> str:
    text = re.sub(r"\s*\n\s*", " ", article.text)
    spans = sentence_spans(text)
    if len(spans) < 6:
        return ""
    lead = text[: spans[min(len(spans), _LEAD) - 1][1]]
    return lead if 80 <= len(lead.split()) <= 350 else ""


def _headline(article: Article) -> tuple[str, str]:
    title = re.sub(r"\s*[|–—-]\s*[A-Z][\w. ]+$", "", " ".join((article.title or "").split()))
    words = title.split()
    if not 7 <= len(words) <= 18 or title.endswith(("?", "!", "...")) or re.search(r"[:|‘’'\"“]", title):
        return "", ""
    if _NOT_A_CLAIM.match(title) or sum(word[0].isupper() for word in words) > 0.6 * len(words):
        return "", ""
    lead = _lead(article).replace(title, "").strip()
    return (title + ".", lead) if lead else ("", "")


def _sentence(article: Article, generator: random.Random) -> tuple[str, str]:
    lead = _lead(article)
    sentences = [lead[a:b] for a, b in sentence_spans(lead)]
    good = [s for s in sentences if 8 <= len(s.split()) <= 35 and s[0].isupper() and s[-1] == "." and '"' not in s]
    return (generator.choice(good), lead) if good else ("", "")


def _changed(claim: str, passage: str, generator: random.Random) -> Iterator[tuple[str, str]]:
    """Yield the kinds of change that the claim allows, each with a changed claim."""
    yield from _other_number(claim, passage, generator)
    yield from _other_day(claim, generator)
    yield from _other_name(claim, passage, generator)
    yield from _other_word(claim)
    yield from _negated(claim)


def _other_number(claim: str, passage: str, generator: random.Random) -> Iterator[tuple[str, str]]:
    mine = re.findall(r"(?<![\w,.])\d[\d,.]*\d|(?<![\w,.])\d", claim)
    theirs = [n for n in re.findall(r"(?<![\w,.])\d[\d,.]*\d|(?<![\w,.])\d", passage) if n not in mine]
    for number in mine[:1]:
        plain = number.replace(",", "")
        bigger = (
            str(int(plain) * 2 + 3) if plain.isdigit() else str(float(plain) + 1.7) if plain.count(".") == 1 else ""
        )
        other = generator.choice(theirs) if theirs and generator.random() < 0.6 else bigger
        if other:
            yield "number", claim.replace(number, other, 1)


def _other_day(claim: str, generator: random.Random) -> Iterator[tuple[str, str]]:
    days, months = [d.capitalize() for d in WEEKDAYS], [m.capitalize() for m in MONTHS if len(m) > 4]
    for names in (days, months):
        for name in names:
            if re.search(rf"\b{name}\b", claim):
                other = generator.choice([n for n in names if n != name])
                yield "date", re.sub(rf"\b{name}\b", other, claim, count=1)
                return


def _other_name(claim: str, passage: str, generator: random.Random) -> Iterator[tuple[str, str]]:
    reading, source = read(claim), read(passage)
    mine = [n for n in reading.names if n.first > 0 or len(n.words) > 1]
    known = {word for name in reading.names for word in name.words}
    others = [n for n in source.names if not known & set(n.words) and len(n.words) >= 2]

    def said(text: str, names: list[Name], name: Name) -> str:
        tokens = (reading if names is mine else source).tokens
        last = tokens[name.last]
        return text[tokens[name.first].start : last.start + len(last.text)]

    if mine and others:
        name = generator.choice(mine)
        yield "name", claim.replace(said(claim, mine, name), said(passage, others, generator.choice(others)), 1)
    if len(mine) >= 2 and mine[0].words != mine[1].words:
        one, other = said(claim, mine, mine[0]), said(claim, mine, mine[1])
        if one not in other and other not in one:
            yield "role", claim.replace(one, "\0", 1).replace(other, one, 1).replace("\0", other, 1)


def _other_word(claim: str) -> Iterator[tuple[str, str]]:
    for word in claim.rstrip(".").split():
        if word in _WORDS:
            yield "word", re.sub(rf"\b{word}\b", _WORDS[word], claim, count=1)
            return


def _negated(claim: str) -> Iterator[tuple[str, str]]:
    if re.search(r"\b(?:not|no|never|n't)\b", claim):
        if " not " in claim:
            yield "negation", claim.replace(" not ", " ", 1)
        return
    if match := re.search(r"\b(?:is|are|was|were|has|have|had|will|would|can|could|may|might|should)\b", claim):
        yield "negation", f"{claim[: match.end()]} not{claim[match.end() :]}"
