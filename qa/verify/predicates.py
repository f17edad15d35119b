"""What a reading says in clauses: its predicates with their arguments, and who says what."""

from __future__ import annotations

from dataclasses import dataclass, field

RELATIVES = frozenset("who which that".split())
CLAUSE_MARKS = frozenset([",", ";", ":", "—", "–", "(", ")", '"', "“", "”"])
BEFORE_CLAUSE = frozenset("after before since until till as than while like".split())
OBJECT_CONTROL = frozenset(
    "tell order ask urg want forc help allow enabl permit warn instruct advis persuad expect".split()
)


@dataclass(slots=True)
class Predicate:
    """A verb with its arguments, as token numbers; -1 where there is none.

    `weak` is how sure it is said to be: 0 as a fact, 1 planned or expected, 2 possible.
    """

    verb: int
    first: int
    sentence: int
    subject: int = -1
    object: int = -1
    agent: int = -1
    passive: bool = False
    negated: bool = False
    infinitive: bool = False
    weak: int = 0
    governor: int = -1
    """The number of the predicate that it depends on: `said` for what was said, `plans` for `plans to sell`."""
    speech: bool = False
    words: list[int] = field(default_factory=list)
    """The tokens of its own clause."""


@dataclass(slots=True)
class Clauses:
    """The predicates of a text in order, the phrase that each token is in, and whom pronouns stand for."""

    predicates: list[Predicate]
    of_token: list[int]
    """The number of the predicate whose clause a token is in, or -1."""
    head: list[int]
    """The head of the noun phrase that a token is in, or -1."""
    start: list[int]
    """The first token of that phrase, or -1."""
    speakers: list[tuple[int, ...]]
    """For each token the numbers of the speech predicates that it is said by."""

    def governs(self, predicate: Predicate) -> bool:
        """Tell whether another predicate depends on this one."""
        return any(p.governor >= 0 and self.predicates[p.governor] is predicate for p in self.predicates)
