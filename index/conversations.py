"""Conversations kept in the catalog, with what their readers thought of the answers; each is seen by its user alone."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from index.database import Database
from index.errors import InputError


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """An answer as its JSON, with its reader's judgement: `liked` is None while there is none."""

    id: str
    question: str
    answer: Mapping[str, Any]
    liked: bool | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation in the list of those kept: its first question, how many answers, when it last went on (UTC)."""

    id: str
    title: str
    answers: int
    changed_at: str


class Judged(NamedTuple):
    """An answer that was judged, and those before it in its conversation, oldest first."""

    kept: KeptAnswer
    before: tuple[KeptAnswer, ...]


class Conversations:
    """Reads and writes what is kept; a user's name is part of every question to it, blank where there are no users."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, user: str, conversation: str, kept: KeptAnswer) -> None:
        """Keep an answer at the end of a conversation, or in the place of the one with its id.

        Raises:
            InputError: the conversation is another user's.
            LibraryError: the library cannot be written.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO conversations (id, user, title, changed_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET changed_at = excluded.changed_at WHERE user = excluded.user",
                (conversation, user, kept.question, now),
            )
            self._require(connection, user, conversation)
            connection.execute(
                "INSERT INTO answers (id, conversation, question, answer, liked, comment) VALUES (?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (id) DO UPDATE SET question = excluded.question, answer = excluded.answer",
                (kept.id, conversation, kept.question, json.dumps(kept.answer, ensure_ascii=False), kept.liked,
                 kept.comment),
            )  # fmt: skip

    def drop(self, user: str, answer: str) -> None:
        """Drop one answer of the user's, if it is there."""
        with self._database.writing() as connection:
            connection.execute(
                "DELETE FROM answers WHERE id = ? AND conversation IN (SELECT id FROM conversations WHERE user = ?)",
                (answer, user),
            )

    def judge(self, user: str, answer: str, liked: bool | None, comment: str = "") -> None:
        """Keep what the user thinks of an answer.

        Raises:
            InputError: there is no such answer of this user's.
        """
        with self._database.writing() as connection:
            done = connection.execute(
                "UPDATE answers SET liked = ?, comment = ? WHERE id = ?"
                " AND conversation IN (SELECT id FROM conversations WHERE user = ?)",
                (liked, comment, answer, user),
            )
            if not done.rowcount:
                raise InputError(f"no answer {answer!r} is kept; ask the question again")

    def all(self, user: str) -> list[KeptConversation]:
        """Return the user's conversations, the one that went on last first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT c.id, c.title, count(*), c.changed_at FROM conversations c"
                " JOIN answers a ON a.conversation = c.id WHERE c.user = ?"
                " GROUP BY c.id ORDER BY c.changed_at DESC, c.rowid DESC",
                (user,),
            ).fetchall()
        return [KeptConversation(*row) for row in rows]

    def answers(self, user: str, conversation: str) -> list[KeptAnswer]:
        """Return the answers of a conversation, oldest first; none where it is not the user's, or not there."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT a.id, a.question, a.answer, a.liked, a.comment FROM answers a"
                " JOIN conversations c ON c.id = a.conversation WHERE c.user = ? AND c.id = ? ORDER BY a.row",
                (user, conversation),
            ).fetchall()
        return [
            KeptAnswer(id_, question, json.loads(answer), None if liked is None else bool(liked), comment)
            for id_, question, answer, liked, comment in rows
        ]

    def judged(self, user: str | None = None) -> list[Judged]:
        """Return the answers that were judged, by conversation, oldest first; None: by any user."""
        with self._database.reading() as connection:
            talks = connection.execute(
                "SELECT c.user, c.id FROM conversations c WHERE (? IS NULL OR c.user = ?) AND EXISTS"
                " (SELECT 1 FROM answers a WHERE a.conversation = c.id AND a.liked IS NOT NULL) ORDER BY c.rowid",
                (user, user),
            ).fetchall()
        found = []
        for owner, talk in talks:
            answers = self.answers(owner, talk)
            found += [
                Judged(kept, tuple(answers[:place])) for place, kept in enumerate(answers) if kept.liked is not None
            ]
        return found

    def forget(self, user: str, conversation: str) -> None:
        """Remove a conversation of the user's with its answers and judgements.

        Raises:
            InputError: it is not there.
        """
        with self._database.writing() as connection:
            self._require(connection, user, conversation)
            connection.execute("DELETE FROM conversations WHERE id = ?", (conversation,))

    @staticmethod
    def _require(connection: sqlite3.Connection, user: str, conversation: str) -> None:
        row = connection.execute("SELECT 1 FROM conversations WHERE id = ? AND user = ?", (conversation, user))
        if row.fetchone() is None:
            raise InputError(f"no conversation {conversation!r} is kept; begin a new one")
