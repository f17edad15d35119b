"""Read a text: sentences, words with a rough part of speech, phrases, names, quotations.

A light reader for English news, made of closed lists and word order; it needs no model and takes about a
millisecond for a passage. It errs now and then: what stands on it compares two readings, made by the same rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from index.sentences import sentence_spans
from qa.verify.lexicon import VerbForm, canon, classes, common, lists, verb_form

_TOKEN = re.compile(
    r"\d+(?:,\d{3})+(?:\.\d+)?[A-Za-z]*|\d+(?:\.\d+)?[A-Za-z]*"
    r"|(?:[A-Za-z]\.){2,}|[^\W\d_]+(?=n['’]t\b)|n['’]t\b|['’](?:s|re|ve|ll|d|m)\b|[^\W\d_]+(?:['’][^\W\d_]{2,})?|\S"
)
_DETERMINERS = frozenset(
    "the a an this these those his its their my our your some any no every each all both another either neither such "
    "what whose".split()
)
_PREPOSITIONS = frozenset(
    "in on at by for from with without of into onto over under between among against during through after before "
    "since until till about above below near off out up down as like than per via amid despite within across along "
    "around behind beyond toward towards upon except throughout outside inside beside besides according including "
    "following regarding concerning aboard worth".split()
)
_SUBORDINATORS = frozenset(
    "that which who whom where when while because although though if unless whether whereas once why how so".split()
)
_COORDINATORS = frozenset("and or but nor".split())
PRONOUNS = frozenset(
    "i he she it they we you him them us me himself herself itself themselves one everyone everybody nobody someone "
    "somebody anyone anybody nothing something everything anything none others his hers theirs ours there".split()
)
_BE = frozenset("is are was were be been being am".split())
_HAVE = frozenset("has have had having".split())
_DO = frozenset("do does did".split())
_MODALS = frozenset("will would shall should can could may might must cannot ca wo ought".split())
_NEGATORS = frozenset(["not", "n't", "n’t", "never"])
_ADVERBS = frozenset(
    "also already still just even again now then here there too very so more most less least only almost about soon "
    "often once twice ever yet later earlier far ahead away back today yesterday tomorrow tonight together instead "
    "perhaps maybe however meanwhile nearly quite rather apart early late no".split()
)
_LIKE_ADJECTIVE = re.compile(r".{3,}(?:ous|ful|ive|able|ible|ic|ical|ish|less|ary|ese|ian)$|.{4,}(?:al|(?<!m)ent|ant)$")
_ADJECTIVES = frozenset(
    "new old big small large high low long short good bad great young early late main chief final first last next "
    "other own same former current several many few much more most less least best worst strong weak hard dear cheap "
    "full whole early top senior deputy vice acting public private red white black blue green true false wrong right "
    "sure free clear ready due able unable likely unlikely second third dead missing alive open higher lower larger "
    "smaller older younger longer shorter bigger greater fewer better worse oldest youngest biggest largest smallest "
    "highest lowest longest dearer cheaper stronger weaker faster slower hottest coldest".split()
)
_INTRANSITIVE = frozenset(
    "fall rise grow remain exist shrink decline emerge die live sleep burn soar plunge sink lead".split()
)
_NEVER_NAMES = frozenset("the a an i he she it we they in on of and to for his her its my our their this that".split())
_ING_NOUNS = frozenset(
    "meeting building spending training hearing ruling shooting shelling bombing killing opening warning funding "
    "marking mapping painting farming mining fishing shipping sentencing evening morning housing clothing feeling "
    "wedding wing king thing ring spring string being earning cutting crossing reading writing racing banking "
    "manufacturing rating ranking filing finding".split()
)  # fmt: skip
_MONTHS_DAYS = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday "
    "thursday friday saturday sunday mondays tuesdays wednesdays thursdays fridays saturdays sundays jan feb mar apr "
    "jun jul aug sept sep oct nov dec".split()
)
_QUOTES = {'"': '"', "“": "”", "«": "»"}


@dataclass(slots=True)
class Token:
    """A word, a number or a mark. `tag`: N noun, E name, V verb, X auxiliary, A adjective, R adverb, D determiner,
    P preposition, C coordinator, S subordinator, O pronoun, G negator, # number, W month or day, T mark.
    """

    i: int
    text: str
    low: str
    stem: str
    start: int
    sentence: int
    tag: str = ""
    form: VerbForm | None = None
    groups: frozenset[int] = frozenset()
    poles: frozenset[tuple[int, int]] = frozenset()
    classes: frozenset[str] = frozenset()
    key: str = ""
    """The stem, or the key of the phrase that starts here."""
    within: int = -1
    """The token at which the phrase starts that this one is a later part of, or -1."""
    quoted: int = -1
    """The number of the quotation it stands in, or -1."""

    @property
    def content(self) -> bool:
        """Tell whether the word says something of its own."""
        return self.tag in "NEVAR#W" and self.tag != "" and "light" not in self.classes


@dataclass(slots=True)
class Name:
    """A proper name: its words, the titles before it, where it stands."""

    first: int
    last: int
    words: tuple[str, ...]
    titles: tuple[str, ...]
    sentence: int
    person: bool = False


@dataclass(slots=True)
class Reading:
    """A text as read."""

    text: str
    tokens: list[Token]
    sentences: list[tuple[int, int]]
    """First token and the one after the last of each sentence."""
    names: list[Name] = field(default_factory=list)
    extra: dict[str, object] = field(default_factory=dict)
    """What the checks work out once for a text: predicates, values."""


@lru_cache(maxsize=2048)
def read(text: str) -> Reading:
    """Return the reading of a text; the same object for the same text."""
    tokens: list[Token] = []
    sentences: list[tuple[int, int]] = []
    for number, (begin, end) in enumerate(sentence_spans(text)):
        first = len(tokens)
        for match in _TOKEN.finditer(text, begin, end):
            word = match[0]
            low = word.lower().replace("’", "'")
            stemmed = canon(low) if low[0].isalpha() else low
            tokens.append(Token(len(tokens), word, low, stemmed, match.start(), number))
        sentences.append((first, len(tokens)))
    reading = Reading(text, tokens, sentences)
    _quotations(tokens)
    seen_as_name = _names_inside(reading)
    for first, last in sentences:
        _tag(tokens, first, last, seen_as_name)
    _look_up(tokens)
    reading.names = _names(reading)
    return reading


def _quotations(tokens: list[Token]) -> None:
    number, closing = 0, ""
    for token in tokens:
        if not closing and token.text in _QUOTES:
            closing = _QUOTES[token.text]
            token.quoted = number
        elif closing and token.text == closing:
            token.quoted = number
            number, closing = number + 1, ""
        elif closing:
            token.quoted = number


def _names_inside(reading: Reading) -> frozenset[str]:
    """Return the words that stand capitalised inside a sentence, where only a name does."""
    tokens, found = reading.tokens, set()
    for first, last in reading.sentences:
        for i in range(first + 1, last):
            if tokens[i].text[0].isupper() and tokens[i - 1].text not in _QUOTES and tokens[i - 1].text not in "“:-–—":
                found.add(tokens[i].low)
    return frozenset(found)


def _tag(tokens: list[Token], first: int, last: int, names: frozenset[str]) -> None:
    for i in range(first, last):
        tokens[i].tag = _closed(tokens, i, first, last, names)
    for i in range(first, last):
        if not tokens[i].tag:
            tokens[i].form = verb_form(tokens[i].low)
    for i in range(first, last):
        if not tokens[i].tag:
            tokens[i].tag = _open(tokens, i, first, last)
    for i in range(first, last):
        token = tokens[i]
        if token.low in _HAVE | _DO | _BE:
            token.form = VerbForm("be" if token.low in _BE else "have" if token.low in _HAVE else "do", "past", False)
            token.tag = "X" if _helps(tokens, i, last) else "V"


def _closed(tokens: list[Token], i: int, first: int, last: int, names: frozenset[str]) -> str:
    token = tokens[i]
    low, text = token.low, token.text
    if text[0].isdecimal():
        return "#"
    if not (text[0].isalpha() or text[0] in "'’"):
        return "T"
    if text in ("'s", "’s") or low in ("'re", "'ve", "'ll", "'d", "'m"):
        return "X" if low != "'s" else "T"
    if low in _MONTHS_DAYS and (text[0].isupper() and (low not in ("may", "march") or _month(tokens, i, last))):
        return "W"
    capital = text[0].isupper()
    inside = i > first and tokens[i - 1].text not in _QUOTES
    if capital and inside and low not in _NEVER_NAMES:
        return "E"
    if low in _NEGATORS:
        return "G"
    if low == "no" and i + 1 < last and tokens[i + 1].low == "longer":
        return "G"
    if low in _BE or low in _HAVE or low in _DO or low in _MODALS:
        return "X"
    if low == "her":
        return "D" if i + 1 < last and tokens[i + 1].text[0].isalpha() and not _function(tokens[i + 1].low) else "O"
    if low in _DETERMINERS:
        return "D"
    if low == "to":
        return "P"
    if low in PRONOUNS:
        return "O"
    if low in _COORDINATORS:
        return "C"
    if low in _SUBORDINATORS:
        return "S"
    if low in _PREPOSITIONS:
        return "P"
    if capital and not inside:
        following = i + 1 < last and tokens[i + 1].text[0].isupper() and tokens[i + 1].low not in _MONTHS_DAYS
        if low in names or following or not (_known(low)):
            return "E"
    if low in _ADVERBS and not (
        low == "back" and i > first and tokens[i - 1].low in ("to", "might", "may", "would", "will", "could", "not")
    ):
        return "R"
    return ""


def _function(low: str) -> bool:
    return low in _PREPOSITIONS | _SUBORDINATORS | _COORDINATORS | PRONOUNS | _BE | _HAVE | _DO | _MODALS | {"to"}


def _known(low: str) -> bool:
    """Tell whether a word that starts a sentence is an ordinary word, as far as the lists know."""
    stemmed = canon(low)
    return bool(
        verb_form(low)
        or classes(stemmed)
        or stemmed in lists().groups
        or low in _ADJECTIVES
        or low in common()
        or low.removesuffix("s") in common()
        or low.removesuffix("es") in common()
        or low in NUMBER_WORDS
        or low.endswith(("ly", "ing", "ers", "ists", "tion", "ness", "ment", "ers", "ors", "ies"))
        or _LIKE_ADJECTIVE.match(low)
    )


NUMBER_WORDS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion "
    "trillion dozen dozens hundreds thousands millions billions half third quarter".split()
)


_BEFORE_MONTH = frozenset("in since by until last next of from mid early late this and to before after".split())


def _month(tokens: list[Token], i: int, last: int) -> bool:
    """Tell whether `May` or `March`, capitalised, is the month."""
    after = tokens[i + 1].low if i + 1 < last else ""
    before = tokens[i - 1].low if i else ""
    return after[:1].isdecimal() or before[:1].isdecimal() or before in _BEFORE_MONTH


def _open(tokens: list[Token], i: int, first: int, last: int) -> str:
    token = tokens[i]
    low = token.low
    if low in NUMBER_WORDS:
        return "#"
    before = tokens[i - 1] if i > first else None
    after = tokens[i + 1] if i + 1 < last else None
    b = before.tag if before else "T"
    if low.endswith("ly") and low not in (
        "family",
        "supply",
        "reply",
        "ally",
        "rally",
        "july",
        "italy",
        "early",
        "likely",
        "daily",
        "weekly",
        "apply",
        "rely",
        "fly",
        "monthly",
        "assembly",
    ):
        return "R"
    form = token.form
    if low == "chief" and after is not None and after.text[0].isupper():
        return "N"
    if low in _ADJECTIVES and not (before is not None and before.low == "to" and form is not None and form.base == low):
        return "A"
    hyphen = before is not None and before.text == "-"
    noun_before = before is not None and (b in "DA#" or before.low in ("'s", "’s") or hyphen)
    if before is not None and before.low == "to" and form is not None and (form.base == low or form.form == "base"):
        return "V"
    if form is None:
        if b == "X" and before is not None and before.low in _MODALS | _DO:
            token.form = VerbForm(low, "base", False)
            return "V"
        if not _LIKE_ADJECTIVE.match(low) or {"person", "organisation"} & classes(canon(low)):
            return "N"
        modifies = (
            after is not None
            and not after.tag
            and not _function(after.low)
            and not (after.form is not None and after.form.form in ("past", "part") and not after.form.noun)
        )
        return "A" if modifies or (b in "XR" and not noun_before) else "N"
    # "the freed engineers", "a planned strike"
    if form.form in ("past", "part"):
        if (
            noun_before
            and before is not None
            and before.low not in ("all", "both", "'s")
            and after is not None
            and _noun_like(after)
        ):
            return "A"
        if noun_before and form.noun and form.base == low and before is not None and before.low not in ("all", "both"):
            return "N"
        if b == "P" and after is not None and _noun_like(after) and not after.tag:
            return "A"
        if b == "P" and form.noun and form.base == low:
            return "N"
        return "V"
    if form.form == "ing":
        if form.base in _INTRANSITIVE and after is not None and not after.tag and not _function(after.low):
            return "A"  # `by falling masonry`
        if noun_before or (low in _ING_NOUNS and b not in "X"):
            return "N"
        if (
            b in "TS"
            and after is not None
            and (after.tag == "X" or (after.form is not None and after.form.form == "past"))
        ):
            return "N"
        if b in "NE" and before is not None and before.low not in ("and",) and (after is None or after.tag == "T"):
            return "N"
        return "V"
    if form.form == "s":
        if noun_before or b == "P" or hyphen or (form.noun and after is not None and after.tag == "X"):
            return "N"
        if b in "NEOS" or b == "R" or (b == "T" and before is not None and before.text in ',”"'):
            if not form.noun:
                return "V"
            plural = before is not None and before.low.endswith("s") and b == "N"
            starts = after is not None and (after.tag in ("D", "O", "P", "#") or after.low in ("to", "that", "not"))
            return (
                "V"
                if (b in "OS" or (starts and not (after is not None and after.low in ("of", "in", "for", "at", "on"))))
                and not plural
                else "N"
            )
        return "N"
    # a base form
    if before is not None and before.low in _BE:
        return "A"
    if before is not None and (before.low == "to" or b in "XG" or before.low in ("i", "we", "you", "they", "who")):
        return "V"
    if b == "R" and i - 2 >= first and (tokens[i - 2].tag in "XG" or tokens[i - 2].low == "to"):
        return "V"
    if noun_before or b == "P" or hyphen:
        return "N"
    plural = before is not None and b in "NE" and before.low.endswith("s")
    if plural and (not form.noun or (after is not None and after.tag in ("D", "O"))):
        return "V"
    if b == "C" and not form.noun:
        return "V"
    if b == "C" and after is not None and after.tag == "D":
        return "V"
    return "N" if form.noun or b in "NE" else "V"


def _noun_like(token: Token | None) -> bool:
    return token is not None and (token.tag in "NEA#" if token.tag else not _function(token.low))


def _helps(tokens: list[Token], i: int, last: int) -> bool:
    """Tell whether be, have or do at `i` is the auxiliary of a verb that follows."""
    low = tokens[i].low
    for j in range(i + 1, min(i + 6, last)):
        following = tokens[j]
        if (
            following.tag in ("G", "R")
            or following.low in ("since", "all", "both")
            or (following.tag == "X" and following.low in ("been", "being", "be"))
        ):
            continue
        if following.tag == "V" and following.form is not None:
            form = following.form.form
            if low in _BE:
                return form in ("ing", "past", "part")
            if low in _HAVE:
                return form in ("past", "part") or following.low in _BE
            return form == "base" or following.form.base == following.low
        if j == i + 1 and following.tag in "OEN" and low in _DO | _BE and i > 0 and tokens[i - 1].tag in "TS":
            continue
        return False
    return False


def _look_up(tokens: list[Token]) -> None:
    """Give each token what the lists say of it, phrases first."""
    lexicon = lists()
    for i, token in enumerate(tokens):
        if token.tag == "T":
            continue
        if token.within < 0:
            token.key = token.key or token.stem
            for phrase in lexicon.phrases.get(token.stem, ()):
                if (parts := _follow(tokens, i, phrase.rest)) and len(phrase.rest) >= token.key.count("_"):
                    token.key = phrase.key
                    for part in parts:
                        tokens[part].within = i
        key = token.key or token.stem
        name = token.tag == "E"
        token.groups = lexicon.groups.get(key, frozenset())
        token.poles = frozenset() if name else lexicon.poles.get(key, frozenset())
        token.classes = lexicon.classes.get(key, frozenset())
        if name:
            token.classes &= _OF_NAMES
        if key != token.stem and not token.groups and not token.classes and not token.poles:
            token.groups = lexicon.groups.get(token.stem, frozenset())


_OF_NAMES = frozenset(["title", "person", "organisation"])


def _follow(tokens: list[Token], i: int, rest: tuple[str, ...]) -> list[int]:
    """Return where the later words of a phrase stand: together, or the last one split off by a short object."""
    sentence, found, j = tokens[i].sentence, [], i + 1
    for number, part in enumerate(rest):
        room = 5 if number == 0 and tokens[i].tag == "V" else 1
        limit = min(j + room, len(tokens))
        at = next(
            (k for k in range(j, limit) if tokens[k].sentence == sentence and tokens[k].stem == part),
            None,
        )
        if at is None or any(tokens[k].tag in "TSCPV" for k in range(j, at)):
            return []
        found.append(at)
        j = at + 1
    return found


def _is_title(token: Token) -> bool:
    return bool({"title", "person"} & classes(canon(token.low.rstrip("."))))


def _names(reading: Reading) -> list[Name]:
    """Return the names: runs of capitalised words, with `of`, `&` or `de` inside."""
    tokens, names = reading.tokens, []
    i, end = 0, len(tokens)
    while i < end:
        if tokens[i].tag != "E":
            i += 1
            continue
        j = i
        while j + 1 < end and tokens[j + 1].sentence == tokens[i].sentence:
            following = tokens[j + 1]
            if following.tag == "E" or (following.text == "." and len(tokens[j].text) <= 2):
                j += 1
            elif (
                (
                    following.text in ("&", "-", "’", "'")
                    or following.low in ("of", "de", "da", "al", "von", "van", "bin", "ag", "the", "y", "el")
                )
                and j + 2 < end
                and tokens[j + 2].tag == "E"
                and tokens[j + 2].sentence == tokens[i].sentence
                and following.low != "the"
            ):
                j += 2
            else:
                break
        words = [token for token in tokens[i : j + 1] if token.text[0].isalpha() and token.low not in ("of", "&")]
        titles = []
        while len(words) > 1 and (_is_title(words[0]) or (len(words) > 2 and _is_title(words[1]))):
            titles.append(words.pop(0).low.rstrip("."))
        before = tokens[i - 1] if i else None
        person = bool(titles) or (
            before is not None and before.sentence == tokens[i].sentence and "person" in before.classes
        )
        if len(words) == 1 and not titles and "title" in words[0].classes and words[0].low not in ("may",):
            i = j + 1
            continue
        names.append(Name(i, j, tuple(w.low.rstrip(".") for w in words), tuple(titles), tokens[i].sentence, person))
        i = j + 1
    return names
