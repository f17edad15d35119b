"""Who may reach the page: the address it listens on, and names with passwords."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.errors import InputError

LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""The addresses that only this machine can reach."""

EVERYWHERE = ("0.0.0.0", "::")
"""Stand for all addresses that a machine has."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where the page is served and to whom: `users` are (name, password); none: anyone who can reach it."""

    host: str = "127.0.0.1"
    port: int | None = None
    users: tuple[tuple[str, str], ...] = ()
    force: bool = False
    mcp: bool = False

    def check(self) -> None:
        """Refuse to show the library to others without a password, unless forced.

        Raises:
            InputError: that is what would happen.
        """
        if self.host not in LOOPBACK and not self.users and not self.force:
            raise InputError(
                f"--host {self.host} would show the library to others; give --auth USER:PASS as well, 127.0.0.1,"
                " or --force"
            )


def users_of(specs: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return the names and passwords in `USER:PASS` texts.

    Raises:
        InputError: one of them lacks either, or a name comes twice.
    """
    users = []
    for spec in specs:
        name, _, password = spec.partition(":")
        if not name.strip() or not password:
            raise InputError("--auth needs a name and a password; write them like USER:PASS")
        users.append((name.strip(), password))
    names = [name for name, _ in users]
    if len(set(names)) < len(names):
        raise InputError(f"--auth names {max(names, key=names.count)!r} twice; give each user one password")
    return tuple(users)
