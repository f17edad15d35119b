"""Outlets by name: those given as a scope, and those that a question names as its source."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from index.errors import InputError
from index.scope import matching
from qa.cut import is_enough, without

_NEAREST = 3
_GENERIC = frozenset("news online digital newspaper magazine website com org net".split())
_NOT_ALONE = frozenset("un eu us uk nato who government ministry city state world daily the new".split())
_PRESS = frozenset(
    "advertiser argus bulletin chronicle courier daily dispatch echo examiner express gazette globe guardian herald "
    "independent inquirer journal ledger mail mercury mirror monitor news observer paper post press record register "
    "review sentinel standard star sun telegraph times tribune weekly wire".split()
)
_SPEAKS = (
    r"(?:say|says|said|report|reports|reported|write|writes|wrote|put|puts|give|gives|gave|given|describe|describes|"
    r"described|call|calls|called|tell|tells|told|claim|claims|claimed|quote|quotes|quoted|count|counts|counted|"
    r"explain|explains|explained|mention|mentions|mentioned|note|notes|noted|cite|cites|cited|publish|published|"
    r"print|printed|carry|carries|carried|estimate|estimates|estimated|blame|blames|blamed|judge|judges|judged|"
    r"pass(?:es|ed)?\s+on|learn|learned|know|knew|argue|argues|argued|warn|warns|warned|have\s+to\s+say)\b"
)
_ITS = (
    r"(?:account|accounts|article|articles|coverage|count|figure|figures|report|reports|reporting|reporter|reporters|"
    r"story|telling|tally|version|view|words|opinion|columnist|correspondent|estimate|number|numbers)\b"
)
_SOURCE = re.compile(
    r"(?:\baccording\s+to|\bper|\bin|\bby|\bfrom|\bfor|\bciting|\bquoting|"
    r"\b(?:account|article|coverage|report|story|version|view|words)s?\s+of)\s+(?:the\s+)?$",
    re.I,
)
_SPOKE = re.compile(rf"\s+(?:(?:have|has|had|also|first|then)\s+)*{_SPEAKS}", re.I)
_OWN = re.compile(rf"(?:['’]s?)\s+(?:[\w-]+\s+){{0,2}}?{_ITS}", re.I)
_AGAINST = re.compile(
    r"\b(?:other\s+than|except|apart\s+from|besides|unlike|contrary\s+to|against|compared\s+(?:with|to)|than|versus|"
    r"vs\.?|instead\s+of|as\s+opposed\s+to|not)\b|"
    r"\b(?:(?:an)?other|different|separate|second|rival)\s+(?:outlets?|newspapers?|papers?|sources?|articles?|reports?)\b",
    re.I,
)
_ASIDE = re.compile(
    r"\b(?:other\s+than|except(?:\s+for)?|apart\s+from|aside\s+from|besides|beside|leaving\s+aside)\s+(?:the\s+)?$",
    re.I,
)
_FRAME = re.compile(
    r"^\W*(?:does|do|did|has|have|is\s+there|are\s+there|which|what)\s+"
    r"(?:(?:an?|any|an?other|other|a\s+second|a\s+different|also|else|differently\s+written)\s+)*"
    r"(?:outlets?|newspapers?|papers?|sources?|articles?|reports?|media|anyone|anybody)\s+(?:(?:also|else|that|which)\s+)*"
    r"(?:confirms?|confirmed|repeats?|repeated|backs?|backed|corroborates?|corroborated|have|has|had|agrees?|know\s+of|"
    rf"knows\s+of|{_SPEAKS[:-2]})\s+(?:(?:that|of|it|the\s+same)\s+)*",
    re.I,
)
"""How a question for another source begins: "Does any other paper report that …"."""
_PAPER = re.compile(r"\b(?P<name>[A-Z][\w&.’'-]*(?:\s+(?:of\s+)?[A-Z][\w&.’'-]*)*)(?!\w)")
_AGENCIES = frozenset(
    "reuters afp ap bbc cnn nbc abc cbs npr pbs bloomberg politico axios xinhua tass dpa efe ansa upi".split()
) | {"al jazeera", "associated press"}
_SENTENCE_END = re.compile(r"[.;!?]+\s+")


def given(outlets: Sequence[str] | str | None, known: Iterable[str]) -> tuple[str, ...]:
    """Return the outlets of a scope as they are to be matched, articles and common suffixes ignored.

    Raises:
        InputError: one of them is none of the known ones; the nearest are named.
    """
    names = list(known)
    found: list[str] = []
    for outlet in (outlets,) if isinstance(outlets, str) else tuple(outlets or ()):
        if not isinstance(outlet, str):
            raise InputError(f"the outlet {outlet!r} is not a name; give it as text")
        wanted = _plain(outlet)
        if not wanted or not names or matching(outlet, names):
            found.append(outlet)
        elif others := [name for name in names if _has(_plain(name), wanted)] or _aliased(outlet, names):
            found += others
        else:
            raise InputError(_unknown(outlet, names))
    return tuple(dict.fromkeys(found))


def named(question: str, known: Iterable[str]) -> tuple[tuple[str, ...], str]:
    """Return the known outlets that a question names as its source, and the question without their names.

    "According to the Ledger", "the Ledger's account", "what did the Ledger say" name it so; "who owns the Ledger"
    and "which outlet other than the Ledger" do not; of the last, what is sought from another is left.
    """
    begin = max((match.end() for match in _SENTENCE_END.finditer(question) if match.end() < len(question)), default=0)
    asked = question[begin:]
    spans: list[tuple[int, int]] = []
    aside: list[tuple[int, int]] = []
    found: list[str] = []
    plain = " ".join(re.findall(r"\w+", asked.casefold()))
    aliases = {alias: outlets for alias, outlets in _aliases(list(known)).items() if _has(plain, alias)}
    for alias, outlets in sorted(aliases.items(), key=lambda row: -len(row[0])):
        pattern = r"[\s-]+".join(re.escape(word) for word in alias.split())
        article = r"\bthe\s+" if alias in _PRESS else r"\b(?:the\s+)?"
        for match in re.finditer(rf"{article}(?P<name>{pattern})(?:\s*\([^)]*\))?(?!\w)", asked, re.I):
            if not match["name"][0].isupper() and (" " not in alias or alias in _PRESS):
                continue
            if any(match.start() < end and start < match.end() for start, end in [*spans, *aside]):
                continue
            if left := _ASIDE.search(asked, 0, match.start("name")):
                aside.append((left.start(), match.end()))
                continue
            before = _SOURCE.search(asked, 0, match.start("name"))
            whole = before is not None and before[0].lower().startswith(("according", "per"))
            told = before or _SPOKE.match(asked, match.end())
            if all(_plain(outlet).startswith(f"{alias} ") for outlet in outlets):
                told = before if whole else None  # "in Oslo", "Oslo said": the city, though there is an Oslo News
            if not (told or _OWN.match(asked, match.end())):
                continue
            own = re.compile("['’]s?").match(asked, match.end())
            spans.append((before.start() if before and whole else match.start(), own.end() if own else match.end()))
            found += outlets
    if _AGAINST.search(asked):
        return (), _unframed(question, begin, aside)
    return tuple(dict.fromkeys(found)), without(question, [(begin + start, begin + end) for start, end in spans])


def missing(question: str, known: Iterable[str]) -> list[str]:
    """Return the newspapers and agencies that a question names as its source and the library has nothing of."""
    names = list(known)
    found = []
    for match in _PAPER.finditer(question):
        name = match["name"]
        press = _plain(name).split()[-1] in _PRESS or _plain(name) in _AGENCIES
        told = _SOURCE.search(question, 0, match.start("name")) or _SPOKE.match(question, match.end())
        if press and told and not (matching(name, names) or _aliased(name, names)):
            found.append(name)
    return list(dict.fromkeys(found))


def _unframed(question: str, begin: int, aside: Sequence[tuple[int, int]]) -> str:
    """Return what another source is asked for, without the outlets left aside and the words that ask for another."""
    about = question[:begin] + _FRAME.sub("", without(question[begin:], aside))
    return about if is_enough(about) else question


def _aliases(known: list[str]) -> dict[str, list[str]]:
    """Return what the outlets are called in passing, in small letters, and whom each name means."""
    aliases: dict[str, list[str]] = {}
    for outlet in known:
        words = _plain(outlet).split()
        if not words:
            continue
        names = {" ".join(words)}
        shorter = words[:-1] if words[-1] in _GENERIC else words
        if shorter and (len(shorter) > 1 or shorter[0] not in _NOT_ALONE):
            names.add(" ".join(shorter))
        if len(words) > 1 and words[-1] in _PRESS:
            names.add(words[-1])
        if len(words) > 2:
            names.add("".join(word[0] for word in words))
        for name in names:
            aliases.setdefault(name, []).append(outlet)
    return aliases


def _aliased(outlet: str, known: list[str]) -> list[str]:
    return _aliases(known).get(_plain(outlet), [])


def _plain(name: str) -> str:
    """Return a name without what stands in brackets, its article and its punctuation, in small letters."""
    name = re.sub(r"\([^)]*\)", " ", name.casefold())
    return re.sub(r"^(?:the|www)\s+", "", " ".join(re.findall(r"\w+", name)))


def _has(name: str, wanted: str) -> bool:
    return f" {wanted} " in f" {name} "


def _unknown(outlet: str, known: list[str]) -> str:
    by_plain = {_plain(name): name for name in known}
    near = difflib.get_close_matches(_plain(outlet), by_plain, n=_NEAREST, cutoff=0.4)
    wanted = set(_plain(outlet).split())
    near += [name for name in by_plain if wanted & set(name.split()) and name not in near]
    if near:
        nearest = ", ".join(by_plain[name] for name in near[:_NEAREST])
        return f"no outlet here is called {outlet!r}; the nearest: {nearest}"
    return f"no outlet here is called {outlet!r}; see them with: dateline stats"
