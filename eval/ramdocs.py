"""RAMDocs: questions whose documents conflict; is every gold answer shown, and no wrong one?

Wang et al. 2025, Retrieval-Augmented Generation with Conflicting Evidence (arXiv 2504.13079). The documents of a
question are of people and things of one name, some hold a planted error, some are noise.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.files import numbered_lines
from eval.intervals import mean
from eval.text import holds
from index.errors import InputError
from index.library import Index
from index.records import Article
from qa.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Item:
    """A question with its documents, what should be shown, all of it, and what should not, none of it.

    `number` is the line in the file, counted from 1.
    """

    number: int
    question: str
    documents: tuple[str, ...]
    gold: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the answer to one item showed."""

    item: Item
    text: str
    accounts: int
    all_gold: bool
    any_wrong: bool

    @property
    def right(self) -> bool:
        """Tell whether every gold answer was shown and no wrong one."""
        return self.all_gold and not self.any_wrong


def read_items(path: Path) -> list[Item]:
    """Return the items of a file in order.

    Raises:
        InputError: the file cannot be read, or a line is not an item; the message has file and line.
    """
    items = [_item(line, where) for line, where in numbered_lines(path)]
    if not items:
        raise InputError(f"{path}: no items in it; give the file dev.jsonl of RAMDocs")
    return items


def ask_items(items: Iterable[Item], progress: Callable[[Shown], None] = lambda shown: None) -> list[Shown]:
    """Ask each item of a library of its own documents, without outlets and dates, and return what was shown."""
    results = []
    for item in items:
        with tempfile.TemporaryDirectory() as folder, Index.open(folder, create=True) as index:
            index.add(
                Article(key=f"document-{number}", text=text, file=f"document-{number}.txt")
                for number, text in enumerate(item.documents, start=1)
            )
            answer = Assistant(index).ask(item.question)
        text = answer.text if answer.status == "answered" else ""
        accounts = sum(len(account.claims) for account in answer.accounts)
        all_gold = all(holds(text, [gold]) for gold in item.gold)
        results.append(Shown(item, text, accounts, all_gold, holds(text, item.wrong)))
        progress(results[-1])
    return results


def summary(results: Sequence[Shown]) -> dict[str, Any]:
    """Return the shares as `Figure`s, and how many questions there were."""
    return {
        "questions": len(results),
        "answered": mean([bool(r.text) for r in results]),
        "all gold and no wrong": mean([r.right for r in results]),
        "all gold": mean([r.all_gold for r in results]),
        "wrong shown": mean([r.any_wrong for r in results]),
        "most accounts": max((r.accounts for r in results), default=0),
    }


def _item(line: str, where: str) -> Item:
    try:
        row = json.loads(line)
        documents = tuple(str(document["text"]) for document in row["documents"])
        gold, wrong = (tuple(str(answer) for answer in row[name]) for name in ("gold_answers", "wrong_answers"))
        return Item(int(where.rpartition(":")[2]), str(row["question"]), documents, gold, wrong)
    except (ValueError, KeyError, TypeError) as exc:
        raise InputError(f"{where}: not an item of RAMDocs ({exc}); get the file again") from exc
