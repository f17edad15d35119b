"""Numbers as values: how many and how much, in words or digits, with their units."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
ORDINALS = {
    word: float(number)
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split(),
        1,
    )
} | {"thirtieth": 30.0, "fortieth": 40.0, "fiftieth": 50.0, "hundredth": 100.0}
_FRACTIONS = {"half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4} | {
    word: int(number) for word, number in ORDINALS.items() if 4 < number < 21
}
_TIMES = {"once": 1.0, "twice": 2.0, "thrice": 3.0, "double": 2.0, "doubled": 2.0, "doubling": 2.0, "doubles": 2.0,
          "twofold": 2.0, "triple": 3.0, "tripled": 3.0, "trebled": 3.0, "treble": 3.0, "threefold": 3.0,
          "tripling": 3.0,
          "quadrupled": 4.0, "fourfold": 4.0, "tenfold": 10.0, "halved": 0.5, "halving": 0.5, "halve": 0.5}  # fmt: skip
CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
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
_MORE = frozenset("over above exceeding exceeded exceeds exceed topped past beyond minimum".split())
_LESS = frozenset("under below nearly almost maximum".split())
_ABOUT = frozenset("about around some roughly approximately estimated nearly almost close".split())
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
    if token.tag == "T" and token.text in CURRENCIES and i + 1 < len(tokens) and tokens[i + 1].text[0].isdecimal():
        value, last, _ = _plain(tokens, i + 1)
        return _make(tokens, i, last, value, f"money:{CURRENCIES[token.text]}")
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
    if token.low in ORDINALS and token.low not in ("second",):
        if token.low == "first" and not (i + 1 < len(tokens) and tokens[i + 1].tag in "NA"):
            return None
        return _make(tokens, i, i, ORDINALS[token.low], "ordinal")
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
    if not (token.text[0].isdecimal() or token.low in _UNITS or token.low in _SCALES):
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
    if token.text[0].isdecimal():
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
    if low in ("half", "quarter") and i + 2 < n:
        j = i + 1 + (tokens[i + 1].low == "of")
        share = 0.5 if low == "half" else 0.25
        if j + 1 < n and tokens[j].low in ("a", "an"):
            scale, unit = _SCALES.get(tokens[j + 1].low), _DURATIONS.get(tokens[j + 1].low)
            if scale and len(tokens[j + 1].low) > 2:
                return _make(tokens, i, j + 1, share * scale, "")
            if unit and tokens[j + 1].low in ("century", "decade", "year", "hour", "day"):
                return _make(tokens, i, j + 1, share * unit[1], f"time:{unit[0]}")
    if low in ("half", "halves") and not (i + 1 < n and tokens[i + 1].text == "-"):
        return _make(tokens, i, i, 0.5, "fraction")
    if (
        low in ("a", "an")
        and i + 3 < n
        and tokens[i + 1].low == "quarter"
        and tokens[i + 2].low == "of"
        and tokens[i + 3].low == "a"
        and (inner := _fraction(tokens, i + 1))
    ):
        return inner
    if low in ("a", "an", "one") and i + 1 < n and tokens[i + 1].low in _FRACTIONS and tokens[i + 1].low != "half":
        after = tokens[i + 2] if i + 2 < n else None
        named = tokens[i + 1].low in ("third", "quarter") or low == "one"
        if after is None or after.tag not in ("N", "A") or (named and after.low in ("of",)):
            return _make(tokens, i, i + 1, 1 / _FRACTIONS[tokens[i + 1].low], "fraction")
        return None
    if low in _UNITS or low.isdecimal():
        value = float(_UNITS.get(low, 0) or (low if low.isdecimal() else 0))
        j = i + 1 + (i + 1 < n and tokens[i + 1].text == "-")
        plural = tokens[j].low.rstrip("s") if j < n else ""
        if j < n and plural in _FRACTIONS and tokens[j].low.endswith("s") and value < _FRACTIONS[plural]:
            return _make(tokens, i, j, value / _FRACTIONS[plural], "fraction")
        if value and i + 2 < n and tokens[i + 1].low in ("in", "of"):
            k = i + 2
            other = _UNITS.get(tokens[k].low) or (float(tokens[k].low) if tokens[k].low.isdecimal() else None)
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
        or not tokens[i].text.isdecimal()
        or not tokens[i + 2].text.isdecimal()
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
                and tokens[first - 2].text.isdecimal()
                and first > 2
                and tokens[first - 3].low == "aged"
            )
        ):
            kind = "age"
    if not kind and before is not None and tokens[first].text[0].isdecimal():
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
        first, last, value, kind or "count", noun, _sense(tokens, first, last), printed(tokens, first, last), label
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
        r"(?:less|fewer|lower|smaller) than( an?)?$|at most$|up to$|as many as$|just under$|no more than$"
        r"|almost( an?)?$|nearly( an?)?$",
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


def printed(tokens: list[Token], first: int, last: int) -> str:
    """Return the words of a value as they are printed."""
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
            comma = before == "to" and number.first > 1 and tokens[number.first - 2].text == ","
            if model is not None and model.kind.startswith("time") and not comma and number.value < 1000:
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
