"""Numbers and dates as values: what a text says how many, how much, when; in words or digits, with their units."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index.dates import MONTHS, WEEKDAYS
from qa.verify.lexicon import canon
from qa.verify.reading import Reading, Token

_UNITS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen".split()
    )
} | {
    word: 10 * number for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "k": 1e3, "m": 1e6, "mn": 1e6,
    "bn": 1e9, "b": 1e9, "tn": 1e12, "dozen": 12.0, "crore": 1e7, "lakh": 1e5,
    "hundreds": 1e2, "thousands": 1e3, "millions": 1e6, "billions": 1e9, "dozens": 12.0,
}  # fmt: skip
_ORDINALS = {
    word: float(number)
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
} | {"thirtieth": 30.0, "fortieth": 40.0, "fiftieth": 50.0, "hundredth": 100.0}
_FRACTIONS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4} | {
    word: int(number) for word, number in _ORDINALS.items() if 4 < number < 21
}
_TIMES = {"once": 1.0, "twice": 2.0, "thrice": 3.0, "double": 2.0, "doubled": 2.0, "doubling": 2.0, "doubles": 2.0,
          "twofold": 2.0, "triple": 3.0, "tripled": 3.0, "trebled": 3.0, "treble": 3.0, "threefold": 3.0, "tripling": 3.0,
          "quadrupled": 4.0, "fourfold": 4.0, "tenfold": 10.0, "halved": 0.5, "halving": 0.5, "halve": 0.5}  # fmt: skip
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_CURRENCY_WORDS = {
    "dollar": "USD", "dollars": "USD", "euro": "EUR", "euros": "EUR", "pound": "GBP", "pounds": "GBP", "yen": "JPY",
    "rupee": "INR", "rupees": "INR", "kroner": "KR", "krone": "KR", "kronor": "KR", "krona": "KR", "crown": "KR",
    "crowns": "KR", "franc": "CHF", "francs": "CHF", "peso": "PES", "pesos": "PES", "lei": "LEI", "lira": "LIR",
    "rouble": "RUB", "roubles": "RUB", "rubles": "RUB", "ruble": "RUB", "yuan": "CNY", "rand": "ZAR", "zloty": "PLN",
    "cent": "CENT", "cents": "CENT", "pence": "PENCE", "won": "KRW", "dinar": "DIN", "dinars": "DIN", "shilling": "SHI",
    "shillings": "SHI", "forint": "HUF", "real": "BRL", "reais": "BRL", "baht": "THB", "naira": "NGN", "riyal": "SAR",
}  # fmt: skip
_DURATIONS = {
    "second": ("s", 1.0), "minute": ("s", 60.0), "hour": ("s", 3600.0), "day": ("d", 1.0), "night": ("d", 1.0),
    "week": ("d", 7.0), "fortnight": ("d", 14.0), "month": ("m", 1.0), "year": ("m", 12.0), "decade": ("m", 120.0),
    "century": ("m", 1200.0),
}  # fmt: skip
_NOT_A_UNIT = frozenset(
    "further more other or to and per cent of a an the in on at by for from with after before than new times people".split()
)
_MORE = frozenset("over above exceeding exceeded exceeds exceed topped past beyond minimum".split())
_LESS = frozenset("under below nearly almost maximum".split())
_ABOUT = frozenset("about around some roughly approximately estimated nearly almost close".split())
_HOLIDAYS = {("new", "year", "day"): (1, 1), ("new", "year", "eve"): (12, 31), ("christmas", "day"): (12, 25),
             ("christmas", "eve"): (12, 24), ("boxing", "day"): (12, 26), ("valentine", "day"): (2, 14),
             ("halloween",): (10, 31), ("independence", "day"): (7, 4), ("armistice", "day"): (11, 11)}  # fmt: skip
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 2)}
_DIGITS = re.compile(r"(\d[\d,]*(?:\.\d+)?)([A-Za-z]*)")


@dataclass(frozen=True, slots=True)
class Number:
    """A number: its value, its kind, the noun that it counts (a stem, or blank), and how exact it is said to be.

    `kind`: count, percent, points, fraction, money:XXX, time:s, time:d, time:m, ordinal, age, times, score, clock,
    label, vague (dozens). `sense`: `=`, `>`, `<` or `~`.
    """

    first: int
    last: int
    value: float
    kind: str
    noun: str
    sense: str
    text: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class When:
    """A date: what is printed of it, and the days that it may mean, as pairs of ordinals (first, last)."""

    first: int
    last: int
    text: str
    year: int | None
    month: int | None
    day: int | None
    weekday: int | None
    spans: tuple[tuple[int, int], ...]
    relative: bool = False


def numbers(reading: Reading, taken: frozenset[int]) -> list[Number]:
    """Return the numbers of a text in order, but for the tokens in `taken`, which dates have used."""
    found: list[Number] = []
    tokens, i = reading.tokens, 0
    while i < len(tokens):
        if i in taken:
            i += 1
            continue
        number = _number(tokens, i, taken)
        if number is None:
            i += 1
            continue
        found.append(number)
        i = max(number.last, i) + 1
    return _share_units(_compound(found, tokens), tokens)


def _number(tokens: list[Token], i: int, taken: frozenset[int]) -> Number | None:
    token = tokens[i]
    if token.tag == "T" and token.text in _CURRENCIES and i + 1 < len(tokens) and tokens[i + 1].text[0].isdigit():
        value, last, _ = _plain(tokens, i + 1)
        return _make(tokens, i, last, value, f"money:{_CURRENCIES[token.text]}")
    if token.low in _TIMES and token.low not in ("once", "double"):
        return _make(tokens, i, i, _TIMES[token.low], "times")
    if token.low in ("hat",) and i + 2 < len(tokens) and tokens[i + 2].low == "trick":
        return _make(tokens, i, i + 2, 3.0, "times")
    if token.low in ("fortnight", "decade", "century") and (
        i == 0 or tokens[i - 1].low in ("a", "the", "every", "one")
    ):
        unit, size = _DURATIONS[token.low]
        return _make(tokens, i, i, size, f"time:{unit}")
    if fraction := _fraction(tokens, i):
        return fraction
    if token.low in _ORDINALS and token.low not in ("second",):
        if token.low == "first" and not (i + 1 < len(tokens) and tokens[i + 1].tag in "NA"):
            return None
        return _make(tokens, i, i, _ORDINALS[token.low], "ordinal")
    if token.tag != "#" and token.low not in _UNITS and token.low not in ("dozen", "dozens"):
        if token.low == "second" and token.tag == "A" and i + 1 < len(tokens) and tokens[i + 1].tag in "NA-T":
            return _make(tokens, i, i, 2.0, "ordinal")
        return None
    if token.low in ("third", "quarter", "half"):
        return None
    if match := re.fullmatch(r"(\d+)(st|nd|rd|th)", token.low):
        return _make(tokens, i, i, float(match[1]), "ordinal")
    if match := re.fullmatch(r"(\d{1,2})(?:[.](\d\d))?(am|pm)", token.low):
        return _make(tokens, i, i, int(match[1]) % 12 * 60 + int(match[2] or 0) + 720 * (match[3] == "pm"), "clock")
    if score := _score(tokens, i):
        return score
    if not (token.text[0].isdigit() or token.low in _UNITS or token.low in _SCALES):
        return None
    if token.low == "one" and not _counts(tokens, i):
        return None
    value, last, suffix = _plain(tokens, i)
    if suffix:
        return _make(tokens, i, last, value, f"unit:{suffix}")
    return _make(tokens, i, last, value, "")


def _counts(tokens: list[Token], i: int) -> bool:
    """Tell whether `one` at `i` counts something."""
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    before = tokens[i - 1] if i else None
    if before is not None and before.low in ("no", "any", "every", "the", "this", "that", "each", "which"):
        return False
    return after is not None and after.tag in ("N", "A", "#")


def _plain(tokens: list[Token], i: int) -> tuple[float, int, str]:
    """Return a number's value, its last token and the letters glued to its digits."""
    token, last, suffix = tokens[i], i, ""
    if token.text[0].isdigit():
        match = _DIGITS.match(token.text)
        assert match is not None
        value = float(match[1].replace(",", ""))
        glued = match[2].lower()
        if glued in _SCALES:
            value *= _SCALES[glued]
        elif glued:
            suffix = glued
        if last + 1 < len(tokens) and tokens[last + 1].low in _SCALES and tokens[last + 1].low not in ("m", "b", "k"):
            last += 1
            value *= _SCALES[tokens[last].low]
            if last + 1 < len(tokens) and tokens[last + 1].low in ("million", "billion"):
                last += 1
                value *= _SCALES[tokens[last].low]
        return value, last, suffix
    total = current = 0.0
    j, seen = i, False
    while j < len(tokens):
        low = tokens[j].low
        if low in _UNITS:
            current += _UNITS[low]
            seen = True
        elif low in _SCALES and len(low) > 2:
            scale = _SCALES[low]
            if scale in (100.0, 12.0):
                current = (current or 1.0) * scale
            else:
                total, current = total + (current or 1.0) * scale, 0.0
            seen = True
        elif (
            seen
            and (low == "-" or low == "and")
            and j + 1 < len(tokens)
            and tokens[j + 1].low in _UNITS
            and (low == "-" or tokens[j - 1].low in ("hundred", "thousand"))
            and _UNITS.get(tokens[j - 1].low, 20) >= 20
        ):
            j += 1
            continue
        else:
            break
        last = j
        j += 1
    return total + current, last, ""


def _fraction(tokens: list[Token], i: int) -> Number | None:
    low = tokens[i].low
    n = len(tokens)
    if low == "half" and i + 2 < n and tokens[i + 1].low == "a" and tokens[i + 2].low == "dozen":
        return _make(tokens, i, i + 2, 6.0, "")
    if low in ("half", "halves") and not (i + 1 < n and tokens[i + 1].text == "-"):
        return _make(tokens, i, i, 0.5, "fraction")
    if low in ("a", "an", "one") and i + 1 < n and tokens[i + 1].low in _FRACTIONS and tokens[i + 1].low != "half":
        after = tokens[i + 2] if i + 2 < n else None
        named = tokens[i + 1].low in ("third", "quarter") or low == "one"
        if after is None or after.tag not in ("N", "A") or (named and after.low in ("of",)):
            return _make(tokens, i, i + 1, 1 / _FRACTIONS[tokens[i + 1].low], "fraction")
        return None
    if low in _UNITS or low.isdigit():
        value = float(_UNITS.get(low, 0) or (low if low.isdigit() else 0))
        j = i + 1 + (i + 1 < n and tokens[i + 1].text == "-")
        plural = tokens[j].low.rstrip("s") if j < n else ""
        if j < n and plural in _FRACTIONS and tokens[j].low.endswith("s") and value < _FRACTIONS[plural]:
            return _make(tokens, i, j, value / _FRACTIONS[plural], "fraction")
        if value and i + 2 < n and tokens[i + 1].low in ("in", "of"):
            k = i + 2
            other = _UNITS.get(tokens[k].low) or (float(tokens[k].low) if tokens[k].low.isdigit() else None)
            if (
                other
                and tokens[i + 1].low == "in"
                and 1 < other <= 1000
                and value < other
                and not (k + 1 < n and tokens[k + 1].low in ("years", "months", "days", "weeks"))
            ):
                return _make(tokens, i, k, value / other, "fraction")
    return None


def _score(tokens: list[Token], i: int) -> Number | None:
    if (
        i + 2 >= len(tokens)
        or tokens[i + 1].text not in "-–"
        or not tokens[i].text.isdigit()
        or not tokens[i + 2].text.isdigit()
    ):
        return None
    left, right = int(tokens[i].text), int(tokens[i + 2].text)
    if left > 200 or right > 200:
        return None
    return Number(i, i + 2, left * 1000.0 + right, "score", "", "=", f"{left}-{right}")


def _make(tokens: list[Token], first: int, last: int, value: float, kind: str) -> Number:
    """Return the number with the unit and the noun that follow it, and the words that soften it."""
    n, j = len(tokens), last + 1
    noun, label = "", ""
    if kind.startswith("unit:"):
        suffix = kind[5:]
        kind = {"p": "money:PENCE", "c": "degree", "f": "degree", "km": "count", "kg": "count"}.get(suffix, "count")
        noun = suffix
    if not kind and j < n and tokens[j].text == "%":
        kind, last, j = "percent", j, j + 1
    if not kind and j < n and tokens[j].low in ("percent", "pc", "percentage"):
        kind, last, j = "percent", j, j + 1
    if not kind and j + 1 < n and tokens[j].low == "per" and tokens[j + 1].low == "cent":
        kind, last, j = "percent", j + 1, j + 2
    if kind == "percent" or kind == "fraction":
        k = j
        while k < n and tokens[k].low in ("of", "a", "percentage"):
            k += 1
        if k < n and tokens[k].low in ("point", "points"):
            kind, last, j = "points", k, k + 1
    if kind in ("", "count") and not noun:
        k = j
        if k < n and tokens[k].text == "-":
            k += 1
        word = tokens[k] if k < n else None
        if word is not None and word.low in _CURRENCY_WORDS:
            kind, last, j = f"money:{_CURRENCY_WORDS[word.low]}", k, k + 1
        elif word is not None and word.low.rstrip("s") in _DURATIONS:
            if (
                word.low.rstrip("s") == "year"
                and k + 2 < n
                and tokens[k + 1].text == "-"
                and tokens[k + 2].low == "old"
            ):
                kind, last, j = "age", k + 2, k + 3
            elif word.low in ("year", "years") and k + 1 < n and tokens[k + 1].low == "old" and value < 150:
                kind, last, j = "age", k + 1, k + 2
            else:
                unit, size = _DURATIONS[word.low.rstrip("s")]
                kind, value, last, j = f"time:{unit}", value * size, k, k + 1
    before = tokens[first - 1] if first else None
    if not kind and value < 120 and value == int(value):
        comma = before is not None and before.text == "," and (j >= n or tokens[j].text in ",.")
        if (
            (before is not None and before.low in ("aged", "age"))
            or (comma and first > 1 and tokens[first - 2].tag == "E")
            or (
                before is not None
                and before.low == "and"
                and first > 1
                and tokens[first - 2].text.isdigit()
                and first > 2
                and tokens[first - 3].low == "aged"
            )
        ):
            kind = "age"
    if not kind and before is not None and tokens[first].text[0].isdigit():
        joined = before.text == "-" and first > 1 and tokens[first - 2].tag == "E"
        if joined or before.low in (
            "category",
            "magnitude",
            "number",
            "level",
            "section",
            "article",
            "route",
            "stage",
            "phase",
            "grade",
            "type",
            "flight",
            "group",
            "chapter",
            "round",
        ):
            kind, label = "label", before.low
    if not noun and kind != "age":
        noun = _counted(tokens, j)
    return Number(
        first, last, value, kind or "count", noun, _sense(tokens, first, last), _said(tokens, first, last), label
    )


def _counted(tokens: list[Token], j: int) -> str:
    """Return the stem of the noun that a number before `j` counts: the head of the phrase that follows."""
    noun = ""
    if j < len(tokens) and tokens[j].low == "of":
        j += 1
        while j < len(tokens) and tokens[j].tag == "D":
            j += 1
    for k in range(j, min(j + 5, len(tokens))):
        token = tokens[k]
        if token.tag == "N":
            noun = token.stem
        elif token.tag == "E" or token.text == "-":
            continue
        elif token.tag not in "A#" or noun:
            break
    return noun


def _sense(tokens: list[Token], first: int, last: int) -> str:
    low = [tokens[k].low for k in range(max(0, first - 4), first) if tokens[k].sentence == tokens[first].sentence]
    tail = low[-3:]
    joined = " ".join(tail)
    if re.search(r"(?:more|greater|higher|larger|longer) than( an?)?$|at least( an?)?$|as much as$", joined):
        return "<" if joined.endswith("as much as") else ">"
    if re.search(
        r"(?:less|fewer|lower|smaller) than( an?)?$|at most$|up to$|as many as$|just under$|no more than$|almost( an?)?$|nearly( an?)?$",
        joined,
    ):
        return "<"
    for word in low[-2:]:
        if word in _MORE:
            return ">"
        if word in _LESS:
            return "<"
    if any(word in _ABOUT for word in low[-2:]):
        return "~"
    after = [tokens[k].low for k in range(last + 1, min(last + 3, len(tokens)))]
    if after[:2] == ["or", "more"]:
        return ">"
    if tokens[last].low in ("hundreds", "thousands", "millions", "billions", "dozens"):
        return "~"
    return "="


def _said(tokens: list[Token], first: int, last: int) -> str:
    parts = [tokens[k].text for k in range(first, last + 1)]
    return (
        " ".join(parts).replace(" - ", "-").replace("$ ", "$").replace("£ ", "£").replace("€ ", "€").replace(" %", "%")
    )


def _compound(found: list[Number], tokens: list[Token]) -> list[Number]:
    """Join `2 hours 20 minutes 11 seconds` and `an hour and ten minutes` into one."""
    joined: list[Number] = []
    for number in found:
        previous = joined[-1] if joined else None
        if (
            previous is not None
            and number.kind == "time:s" == previous.kind
            and number.first - previous.last <= 2
            and all(tokens[k].low in ("and", ",") for k in range(previous.last + 1, number.first))
        ):
            value = previous.value + number.value
            joined[-1] = Number(
                previous.first,
                number.last,
                value,
                "time:s",
                number.noun,
                previous.sense,
                f"{previous.text} {number.text}",
            )
            continue
        if (
            number.kind == "time:s"
            and number.first > 2
            and tokens[number.first - 1].low == "and"
            and tokens[number.first - 2].low == "hour"
            and tokens[number.first - 3].low in ("an", "one")
        ):
            if previous is not None and previous.last >= number.first - 3:
                joined.pop()
            number = Number(
                number.first - 3,
                number.last,
                number.value + 3600,
                "time:s",
                number.noun,
                _sense(tokens, number.first - 3, number.last),
                f"an hour and {number.text}",
            )
        joined.append(number)
    return joined


def _share_units(found: list[Number], tokens: list[Token]) -> list[Number]:
    """Give a bare number the unit of the one beside it: `from 38 to 51 per cent`, `to 5.75 per cent from 5.25`."""
    shared = list(found)
    for k, number in enumerate(shared):
        before = tokens[number.first - 1].low if number.first else ""
        if (
            k
            and number.kind == "count"
            and not number.noun
            and before in ("against", "from", "to", "than", "with", "and")
        ):
            model = next(
                (
                    o
                    for o in reversed(shared[:k])
                    if tokens[o.first].sentence == tokens[number.first].sentence and ":" in o.kind
                ),
                None,
            )
            if model is not None and model.kind.startswith("time"):
                unit = next(
                    (
                        _DURATIONS[w.rstrip("s")][1]
                        for w in model.text.lower().replace("-", " ").split()
                        if w.rstrip("s") in _DURATIONS
                    ),
                    1.0,
                )
                shared[k] = Number(
                    number.first, number.last, number.value * unit, model.kind, "", number.sense, number.text
                )
    for k, number in enumerate(shared):
        if number.kind != "count" or number.noun:
            continue
        for other in (k + 1, k - 1):
            if not 0 <= other < len(shared):
                continue
            neighbour = found[other]
            low, high = sorted((number, neighbour), key=lambda item: item.first)
            between = [tokens[t].low for t in range(low.last + 1, high.first)]
            if (
                len(between) <= 3
                and between
                and set(between) <= {"to", "from", "and", "or", "-", "–", "of", "the", "a", "between", "against"}
                and neighbour.kind != "count"
                and neighbour.kind.split(":")[0] in ("percent", "money", "time", "points")
            ):
                if neighbour.kind.startswith("time") or (neighbour.value > 1e5 and number.value < 1e4):
                    continue
                shared[k] = Number(
                    number.first, number.last, number.value, neighbour.kind, number.noun, number.sense, number.text
                )
                break
    return shared


# --- dates


Published = tuple[tuple[int, date | None], ...]
"""Up to which character of a text it was published when; the parts in order."""


def dates(reading: Reading, published: Published) -> list[When]:
    """Return the dates of a text in order, with the days that they mean beside the day it was published."""
    tokens, found, i = reading.tokens, [], 0
    while i < len(tokens):
        day = next((day for end, day in published if tokens[i].start < end), None)
        when = _when(tokens, i, day)
        if when is None:
            i += 1
            continue
        found.append(when)
        i = when.last + 1
    return found


def _when(tokens: list[Token], i: int, published: date | None) -> When | None:
    token = tokens[i]
    n = len(tokens)
    for words, (month, day) in _HOLIDAYS.items():
        if token.low == words[0] and token.tag in "EN":
            rest = [t for t in tokens[i : i + 5] if t.text not in ("'s", "’s", "'", "’")]
            if tuple(t.low.rstrip("s") if t.low == "years" else t.low for t in rest[: len(words)]) == words:
                last = rest[len(words) - 1].i
                return _date(tokens, i, last, published, month=month, day=day)
    weekday = _weekday(token) if token.tag == "W" else None
    if weekday is not None:
        j = i + 1
        if j < n and tokens[j].text == ",":
            j += 1
        dated = _calendar(tokens, j, published)
        if dated is not None and dated.day is not None:
            return _date(tokens, i, dated.last, published, dated.year, dated.month, dated.day)
        relative = tokens[i - 1].low if i and tokens[i - 1].low in ("last", "next") else ""
        return _date(tokens, i, i, published, weekday=weekday, relative=relative)
    if dated := _calendar(tokens, i, published):
        return dated
    if token.low in _ORDINALS and i + 1 < n and tokens[i + 1].low == "century":
        number = int(_ORDINALS[token.low])
        span = (date(100 * number - 99, 1, 1).toordinal(), date(100 * number, 12, 31).toordinal())
        return When(i, i + 1, f"{token.text} century", 100 * number, None, None, None, (span,))
    if token.low in ("yesterday", "today", "tomorrow", "tonight"):
        shift = {"yesterday": -1, "tomorrow": 1}.get(token.low, 0)
        if published is None:
            return When(i, i, token.text, None, None, None, None, (), True)
        day = (published + timedelta(days=shift)).toordinal()
        return When(i, i, token.text, None, None, None, None, ((day, day),), True)
    if (
        token.low in _SEASONS
        and token.low != "spring"
        and i
        and tokens[i - 1].low in ("the", "in", "by", "this", "until", "since", "of")
        and published is not None
    ):
        start, end = _SEASONS[token.low]
        seasons = [
            (_span(y, start, None), _span(y + (end < start), end, None))
            for y in (published.year - 1, published.year, published.year + 1)
        ]
        spans = tuple((a[0], b[1]) for a, b in seasons if a and b)
        return When(i, i, token.text, None, start, None, None, spans, True)
    if token.low in ("last", "next", "this") and i + 1 < n:
        return _relative(tokens, i, published)
    return None


def _weekday(token: Token) -> int | None:
    low = token.low.rstrip("s") if token.low.endswith("days") else token.low
    return WEEKDAYS.index(low) if low in WEEKDAYS else None


def _calendar(tokens: list[Token], i: int, published: date | None) -> When | None:
    n = len(tokens)
    if i >= n:
        return None
    token = tokens[i]
    if token.text[0].isdigit() and (match := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", token.low)):
        j = i + 1 + (i + 1 < n and tokens[i + 1].low == "of")
        if j < n and tokens[j].tag == "W" and tokens[j].low in MONTHS:
            year, last = _year_after(tokens, j)
            return _date(tokens, i, last, published, year, MONTHS[tokens[j].low], int(match[1]))
    if token.tag == "W" and token.low in MONTHS:
        month, j = MONTHS[token.low], i + 1
        if (
            j < n
            and (match := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", tokens[j].low))
            and not (j + 1 < n and (tokens[j + 1].text == "%" or tokens[j + 1].low in ("per", "percent", "people")))
        ):
            year, last = _year_after(tokens, j)
            return _date(tokens, i, last, published, year, month, int(match[1]))
        year, last = _year_after(tokens, i)
        relative = tokens[i - 1].low if i and tokens[i - 1].low in ("last", "next", "this") else ""
        return _date(tokens, i, last, published, year, month, relative=relative)
    if re.fullmatch(r"(?:1[5-9]|20)\d\d", token.text):
        after = tokens[i + 1] if i + 1 < n else None
        before = tokens[i - 1] if i else None
        cued = before is not None and before.low in (
            "in",
            "since",
            "of",
            "by",
            "from",
            "until",
            "till",
            "before",
            "after",
            "during",
            "the",
            "to",
            "(",
            "early",
            "late",
            "mid",
            "season",
            "and",
            "through",
            "than",
            "on",
            "on",
            ",",
            "over",
        )
        counted = after is not None and after.tag in ("N", "A") and not cued
        if (
            (before is not None and before.text in _CURRENCIES)
            or counted
            or (
                before is not None
                and before.low in ("some", "about", "all", "over", "than", "nearly")
                and after is not None
                and after.tag == "N"
            )
        ):
            return None
        return _date(tokens, i, i, published, int(token.text))
    if match := re.fullmatch(r"((?:1[5-9]|20)\d)0s", token.text):
        decade = int(match[1]) * 10
        return When(
            i,
            i,
            token.text,
            decade,
            None,
            None,
            None,
            ((date(decade, 1, 1).toordinal(), date(decade + 9, 12, 31).toordinal()),),
        )
    return None


def _year_after(tokens: list[Token], j: int) -> tuple[int | None, int]:
    k = j + 1
    if k < len(tokens) and tokens[k].text == ",":
        k += 1
    if k < len(tokens) and re.fullmatch(r"(?:1[5-9]|20)\d\d", tokens[k].text):
        return int(tokens[k].text), k
    return None, j


def _date(
    tokens: list[Token],
    first: int,
    last: int,
    published: date | None,
    year: int | None = None,
    month: int | None = None,
    day: int | None = None,
    weekday: int | None = None,
    relative: str = "",
) -> When | None:
    spans: list[tuple[int, int]] = []
    if weekday is not None:
        if published is not None:
            back = (published.weekday() - weekday) % 7
            past = published.toordinal() - back
            ahead = (weekday - published.weekday()) % 7
            spans = [(past, past)]
            spans += [(past - 7, past - 7)] if back == 0 or relative == "last" else []
            spans += [(published.toordinal() + ahead,) * 2] if ahead else []
            spans += [(published.toordinal() + ahead + 7,) * 2] if relative == "next" else []
    elif year is not None:
        span = _span(year, month, day)
        if span is None:
            return None
        spans = [span]
    elif month is not None:
        if day is not None and not 1 <= day <= 31:
            return None
        if published is not None:
            years = [published.year - 1, published.year, published.year + 1]
            possible = [(y, span) for y in years if (span := _span(y, month, day))]
            now = published.toordinal()
            past_spans = [span for _, span in possible if span[0] <= now]
            future = [span for _, span in possible if span[1] >= now]
            spans = [*past_spans[-1:], *future[:1]]
            if relative == "last" and len(past_spans) > 1 and past_spans[-1][1] >= now:
                spans.append(past_spans[-2])
    text = _said(tokens, first, last)
    return When(first, last, text, year, month, day, weekday, tuple(dict.fromkeys(spans)))


def _span(year: int, month: int | None, day: int | None) -> tuple[int, int] | None:
    try:
        if month is None:
            return date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
        if day is None:
            return date(year, month, 1).toordinal(), date(year, month, calendar.monthrange(year, month)[1]).toordinal()
        return (date(year, month, day).toordinal(),) * 2
    except ValueError:
        return None


def _relative(tokens: list[Token], i: int, published: date | None) -> When | None:
    which, unit = tokens[i].low, tokens[i + 1].low
    shift = {"last": -1, "this": 0, "next": 1}[which]
    if unit not in ("week", "month", "year", "night", "weekend", "spring", "summer", "autumn", "winter"):
        return None
    if i and tokens[i - 1].low == "the":
        return None
    text = f"{tokens[i].text} {tokens[i + 1].text}"
    if published is None:
        return When(i, i + 1, text, None, None, None, None, (), True)
    spans: list[tuple[int, int]] = []
    if unit in ("week", "weekend"):
        monday = published.toordinal() - published.weekday() + 7 * shift
        spans = [(monday, monday + 6)]
    elif unit == "night":
        spans = [(published.toordinal() - 1,) * 2]
    elif unit == "month":
        months = published.year * 12 + published.month - 1 + shift
        span = _span(months // 12, months % 12 + 1, None)
        spans = [span] if span else []
    elif unit == "year":
        span = _span(published.year + shift, None, None)
        spans = [span] if span else []
    else:
        start, end = _SEASONS[unit]
        for year in (published.year - 1, published.year, published.year + 1):
            a, b = _span(year, start, None), _span(year + (end < start), end, None)
            if a and b:
                spans.append((a[0], b[1]))
    return When(i, i + 1, text, None, None, None, None, tuple(spans), True)


def same_date(claim: When, source: When) -> bool:
    """Tell whether the claim's date is the source's, or a longer time that holds it."""
    if claim.weekday is not None and source.weekday is not None:
        return claim.weekday == source.weekday
    if claim.spans and source.spans:
        return any(a <= c and d <= b for a, b in claim.spans for c, d in source.spans)
    pairs = ((claim.year, source.year), (claim.month, source.month), (claim.day, source.day))
    if claim.relative or source.relative:
        return claim.text.lower() == source.text.lower()
    return all(c is None or c == s for c, s in pairs) and any(c is not None for c, _ in pairs)


def stem_of_unit(number: Number) -> str:
    """Return what a number counts, as it is compared: its kind's unit or its noun."""
    return number.noun or canon(number.kind)


__all__: Sequence[str] = ("Number", "Published", "When", "dates", "numbers", "same_date", "stem_of_unit")
