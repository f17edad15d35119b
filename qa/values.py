"""What a sentence gives: its numbers with their things, its days, its names; each with where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile

from index.dates import MONTHS, WEEKDAYS
from index.terms import is_stopword, stem

_TOKEN = re.compile(
    r"(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:st|nd|rd|th|bn|m|k)?(?!\w)|[^\W\d_]+(?:['’][^\W\d_]+)?|[%$£€¥]|[.,;:()–—-]"
)
_ANY = re.compile(
    r"\d|\b(?:no|none|nobody|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundred|"
    r"thousand|[mb]illion|dozen|half|quarter|third)\b",
    re.I,
)
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = dict(zip("twenty thirty forty fifty sixty seventy eighty ninety".split(), range(20, 100, 10), strict=True))
_SMALL = {word: float(number) for number, word in enumerate(_ONES)} | {word: float(n) for word, n in _TENS.items()}
_TIMES = {
    "hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "dozen": 12.0,
    "k": 1e3, "m": 1e6, "bn": 1e9,
}  # fmt: skip
_PARTS = {"half": 0.5, "quarter": 0.25, "third": 1 / 3}
_NONE = frozenset({"no", "none", "nobody", "neither"})
_ABOUT = frozenset(
    "about around roughly some nearly almost approximately over under least most more fewer less than at up to an "
    "estimated only just exactly between from no".split()
)
_UNITS: dict[str, tuple[str, float]] = {}
for _dimension, _factor, _names in (
    ("share", 1, "% percent percentage point points"),
    ("length", 1, "metre metres meter meters"),
    ("length", 1000, "kilometre kilometres kilometer kilometers km"),
    ("length", 0.01, "centimetre centimetres centimeter centimeters cm"),
    ("length", 1609.34, "mile miles"),
    ("length", 0.3048, "foot feet"),
    ("weight", 1000, "tonne tonnes ton tons"),
    ("weight", 1, "kilogram kilograms kilo kilos kg"),
    ("time", 1 / 86400, "second seconds"),
    ("time", 1 / 1440, "minute minutes"),
    ("time", 1 / 24, "hour hours"),
    ("time", 1, "day days"),
    ("time", 7, "week weeks"),
    ("time", 30.44, "month months"),
    ("time", 365.25, "year years"),
    ("money", 1, "$ £ € ¥ dollar dollars euro euros pound pounds yen crown crowns rouble roubles ruble rubles franc "
                 "francs rupee rupees yuan pence cent cents"),
    ("speed", 1, "knot knots mph"),
    ("barrels", 1, "barrel barrels"),
    ("heat", 1, "degree degrees"),
):  # fmt: skip
    _UNITS |= {name: (_dimension, float(_factor)) for name in _names.split()}
_CUBED = {"cubic": "volume", "square": "area"}
_CLASSES = {
    "dead": "dead death deaths killed kill kills killing killings died die dies dying bodies body victims victim "
            "fatalities fatality toll lives slain perished casualties corpses lost-lives",
    "hurt": "injured injuries injury wounded hurt hospitalised hospitalized",
    "missing": "missing unaccounted",
    "moved": "evacuated displaced homeless homes fled evacuees flee",
    "held": "arrested detained arrests detainees captured prisoners captives hostages",
}  # fmt: skip
PEOPLE = frozenset(_CLASSES)
"""The classes of people counted."""
_CLASS_OF = {word: name for name, said in _CLASSES.items() for word in said.split()}
_PERSONS = frozenset(
    map(stem, "people persons men women children civilians passengers residents workers soldiers".split())
)
"""What is counted where only the words before the number say which class of people: "the deaths of 150 people"."""
_DEEDS = frozenset("kill kills killed die dies died dying slain perished evacuated fled arrested".split())
"""Words of a class that say what was done, and not to whom."""
_SAME, _SAME_TIME = 0.0005, 0.02
"""Up to this share of them two numbers are the same, told more and less exactly: 19 million and 19,000,100; and two
times in other units: three months and 90 days."""
_CALENDAR = frozenset(MONTHS) | frozenset(WEEKDAYS)
_MONTH = frozenset(MONTHS)
_AGE = re.compile(r"[- ](?:years?|months?)(?:[- ]olds?\b| of age\b)", re.I)
_RATE = re.compile(
    r",? (?:an?|per|each|every) (hour|day|week|month|year|night|gallon|litre|barrel|tonne|head|person|share)\b", re.I
)
_ENDS = frozenset(".;:()–—")
_DAY = re.compile(
    r"\b(?:(?:early|late|mid)[ -])?(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
    r"(?:,? (?:morning|afternoon|evening|night))?"
    r"(?:,? (?=\d{1,2} [A-Z]))?)?(?:\d{1,2}(?:st|nd|rd|th)? )?(?:(?:Jan|Febr)uary|March|April|May|June|July|August|"
    r"(?:Septem|Octo|Novem|Decem)ber)?(?:,? \d{1,2}(?:st|nd|rd|th)?(?=,? \d{4}))?(?:,? (?:1[0-9]|20)\d\d)?\b"
)
_CAPITAL = r"(?:(?:[^\W\d_a-z]\.)+(?=\s)|[^\W\d_a-z][\w'’&-]*)"
_NAME = re.compile(rf"{_CAPITAL}(?:\s+(?:(?:of|the|de|al|bin|van|von|la|el)\s+){{0,2}}(?:al-|el-|d'|d’)?{_CAPITAL})*")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its thing: `low` to `high` in the unit of its `kind`; `things` are stems of what is counted.

    `kind` is a dimension (share, length, time, money …), a class of people counted (dead, hurt, missing …) or
    blank. `rounded`: to how much the number is given, for "nearly 19,000" a thousand. `text[start:end]` is the
    phrase, with its "at least".
    """

    low: float
    high: float
    kind: str
    things: frozenset[str]
    start: int
    end: int
    vague: bool
    rounded: float

    @property
    def bare(self) -> bool:
        """Tell whether nothing says what is counted."""
        return not self.kind and not self.things

    def agrees(self, other: Amount) -> bool:
        """Tell whether both may be the same number: equal, or one is the other, rounded."""
        if (self.low, self.high) == (other.low, other.high):
            return True
        if self.low != self.high or other.low != other.high:
            return False
        near, most = abs(self.low - other.low), max(self.low, other.low)
        if near <= (_SAME_TIME if self.kind == other.kind == "time" else _SAME) * most:
            return True
        return near <= 0.05 * most and any(one.vague and near * 2 <= one.rounded for one in (self, other))


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        return self.text.lower()


def amounts(text: str) -> list[Amount]:
    """Return the numbers of a text in order; years, days, clock times and numbers inside names are none."""
    if not _ANY.search(text):
        return []
    tokens = [_Token(match[0], match.start(), match.end()) for match in _TOKEN.finditer(text)]
    found: list[Amount] = []
    place = 0
    while place < len(tokens):
        read = _number(tokens, place)
        if read is None:
            place += 1
            continue
        low, after = read
        high, after = _range(tokens, place, low, after)
        amount = _amount(text, tokens, place, after, low, high)
        if amount is not None:
            found.append(amount)
        place = after
    return found


def days(text: str) -> list[tuple[int, int]]:
    """Return the spans of days, months and years in a text."""
    spans = []
    for match in _DAY.finditer(text):
        if len(match[0].strip()) >= 3 and match[0].strip().lower() not in ("may", "march", "late", "early", "mid"):
            spans.append((match.start(), match.end()))
    return spans


def names(text: str) -> list[tuple[int, int]]:
    """Return the spans of names: capitalised words, without a stop word or a day at the start of the sentence."""
    spans = []
    for match in _NAME.finditer(text):
        start, end = match.span()
        if start == 0 or text[:start].rstrip()[-1:] in ".?!":
            first = re.match(r"[\w'’]+", match[0])
            if first and (is_stopword(first[0]) or first[0] == match[0]):
                start += first.end()
                start += len(text[start:end]) - len(text[start:end].lstrip())
        said = text[start:end].rstrip(".")
        if said and said[0].isupper() and said.lower().split()[0] not in _CALENDAR and len(said) > 1:
            spans.append((start, start + len(said)))
    return spans


def classes(text: str) -> frozenset[str]:
    """Return which classes of people counted a text speaks of: dead, hurt, missing, moved, held."""
    return frozenset(_CLASS_OF[word] for word in re.findall(r"[a-z]+", text.lower()) if word in _CLASS_OF)


def _number(tokens: list[_Token], place: int) -> tuple[float, int] | None:
    """Return the number that begins at a token, and the token after it."""
    token = tokens[place].low
    if (
        token in _NONE
        and place + 1 < len(tokens)
        and tokens[place + 1].low not in ("one", "longer", "more", "fewer", "less")
    ):
        return (0.0, place + 1) if token != "no" or tokens[place + 1].text[0].isalpha() else None
    if token[0].isdigit():
        return _digits(tokens, place)
    if (
        token in ("a", "one")
        and place + 1 < len(tokens)
        and tokens[place + 1].low in ("dozen", "hundred", "quarter", "third", "half", "million", "thousand")
    ):
        inner = _number(tokens, place + 1) if tokens[place + 1].low in _PARTS else (1.0, place + 1)
        return inner if inner is None or tokens[place + 1].low in _PARTS else _multiplied(tokens, inner[0], inner[1])
    if token in _PARTS:
        after = place + 1
        if after < len(tokens) and tokens[after].low in ("of", "a", "an", "-", "point"):
            return _PARTS[token], after
        return None
    if token not in _SMALL or (token == "one" and _is_pronoun(tokens, place)):
        return None
    value, after = _SMALL[token], place + 1
    if token in _TENS:
        dash = after < len(tokens) and tokens[after].text == "-"
        unit = tokens[after + dash].low if after + dash < len(tokens) else ""
        if unit in _SMALL and 0 < _SMALL[unit] < 10:
            value, after = value + _SMALL[unit], after + dash + 1
    if after + 2 < len(tokens) and [t.low for t in tokens[after : after + 3]] == ["and", "a", "half"]:
        return value + 0.5, after + 3
    return _multiplied(tokens, value, after)


def _digits(tokens: list[_Token], place: int) -> tuple[float, int] | None:
    token = tokens[place].low
    hyphened = place > 1 and tokens[place - 1].text == "-" and tokens[place - 2].end == tokens[place].start - 1
    if hyphened and tokens[place - 2].text[-1].isalpha():
        return None  # COVID-19
    bare = re.match(r"[\d,]*\d(?:\.\d+)?", token)
    tail = token[bare.end() :] if bare else token
    if bare is None or tail in ("st", "nd", "rd", "th"):
        return None
    value = float(bare[0].replace(",", ""))
    if tail in _TIMES:
        return value * _TIMES[tail], place + 1
    before, after = _low(tokens, place - 1), _low(tokens, place + 1)
    if before in _MONTH or after in _MONTH:
        return None
    if (
        re.fullmatch(r"(?:1[5-9]|20)\d\d", token)
        and after not in _UNITS
        and after not in _CLASS_OF
        and not (
            after.endswith("s") and after.isalpha() and before not in ("in", "of", "since", "by", "until", "from", "to")
        )
    ):
        return None
    clock = re.fullmatch(r"\d{1,2}\.[0-5]\d", token)
    if (
        clock
        and (before in ("at", "about", "around") or after in ("on", "in", "am", "pm", "local"))
        and (after not in _UNITS and after not in _TIMES)
    ):
        return None
    if (
        place
        and tokens[place - 1].text[0].isupper()
        and place > 1
        and not (after.isalpha() and after not in ("in", "and"))
    ):
        return None  # Nord Stream 1
    return _multiplied(tokens, value, place + 1)


def _multiplied(tokens: list[_Token], value: float, after: int) -> tuple[float, int]:
    while _low(tokens, after) in ("hundred", "thousand", "million", "billion", "trillion", "dozen"):
        value, after = value * _TIMES[_low(tokens, after)], after + 1
    return value, after


def _range(tokens: list[_Token], place: int, low: float, after: int) -> tuple[float, int]:
    joint = _low(tokens, after)
    if joint in ("to", "-", "–", "or") or (joint == "and" and _low(tokens, place - 1) == "between"):
        read = _number(tokens, after + 1) if after + 1 < len(tokens) else None
        if read and read[0] > low > 0 and _low(tokens, place - 1) != "from":
            if low < 1000 <= read[0] and _low(tokens, after - 1) not in _TIMES:
                return read[0], read[1]
            return read
    return low, after


def _amount(text: str, tokens: list[_Token], place: int, after: int, low: float, high: float) -> Amount | None:
    if place > 1 and tokens[place - 1].low in ("in", "of") and tokens[place - 2].low in _SMALL:
        return None  # one in four
    begin, vague = place, False
    money = place > 0 and tokens[place - 1].text in "$£€¥"
    begin -= money
    if begin and tokens[begin - 1].low == "minus":
        begin, low, high = begin - 1, -high, -low
    while begin and tokens[begin - 1].low in _ABOUT:
        vague = vague or tokens[begin - 1].low not in ("only", "just", "exactly", "from", "between", "to", "no", "at")
        begin -= 1
    if begin < place and tokens[begin].low in ("to", "from", "at") and tokens[begin + 1].low not in ("least", "most"):
        begin += 1
    factor, kind, end = 1.0, "money" if money else "", tokens[after - 1].end
    things: list[str] = []
    cursor = after
    while cursor < len(tokens) and cursor < after + 6 and len(things) < 3 and tokens[cursor].text not in _ENDS:
        word = tokens[cursor].low
        if word == "-":
            cursor += 1
            continue
        if word == "," or (
            word in ("and", "or", "but", "as", "in", "on", "at", "with", "for", "from", "to") and (things or kind)
        ):
            break
        if word in _CUBED and not kind:
            kind = _CUBED[word]
            end = tokens[cursor].end
        elif word in _UNITS and not things and (not kind or kind == "share" or kind in _CUBED.values()):
            if kind not in _CUBED.values():
                kind, factor = _UNITS[word]
            end = tokens[cursor].end
        elif word not in ("of", "the", "a", "an", "their", "its", "his", "her") and tokens[cursor].text[0].isalpha():
            if is_stopword(word):
                break
            if word in _DEEDS:
                break
            things.append(stem(word))
            end = tokens[cursor].end
            if word in _CLASS_OF:
                break
        cursor += 1
    if _AGE.match(text, tokens[after - 1].end):
        kind = "age"
    elif kind and (rate := _RATE.match(text, end)):
        kind = f"{kind} per {rate[1].lower()}"
    if not kind:
        near = takewhile(lambda token: token.low not in _ENDS | {",", "and", "or", "but"}, tokens[after : after + 6])
        kind = next((_CLASS_OF[token.low] for token in near if token.low in _CLASS_OF), "")
    if not kind and _PERSONS.issuperset(things):
        kind = next((_CLASS_OF[token.low] for token in tokens[max(0, begin - 2) : begin] if token.low in _CLASS_OF), "")
    if low == high == 0 and not things and not kind and tokens[place].low in _NONE:
        return None
    digits = f"{low:.0f}"
    rounded = float(10 ** (len(digits) - len(digits.rstrip("0")))) if low >= 1 else 0.0
    return Amount(
        low * factor, high * factor, kind, frozenset(things), tokens[begin].start, end, vague, rounded * factor
    )


def _is_pronoun(tokens: list[_Token], place: int) -> bool:
    return _low(tokens, place + 1) in ("of", "another", "day", "or", "who", "that", "which", "", ",", ".") or _low(
        tokens, place - 1
    ) in ("no", "any", "every", "this", "that", "the", "another", "some")


def _low(tokens: list[_Token], place: int) -> str:
    return tokens[place].low if 0 <= place < len(tokens) else ""
