"""Settings: a flag first, then `DATELINE_*` in the environment, then `.env` in the current folder."""

from __future__ import annotations

import os
from pathlib import Path

from index.errors import InputError
from index.files import expanded


def setting(name: str) -> str | None:
    """Return `DATELINE_NAME` from the environment, else from `.env`; None: neither has it, or it is blank."""
    return variable(f"DATELINE_{name.upper()}")


def variable(name: str) -> str | None:
    """Return a variable from the environment, else from `.env`; None: neither has it, or it is blank."""
    if value := os.environ.get(name):
        return value
    if Path(".env").is_file():
        from dotenv import dotenv_values

        try:
            return dotenv_values(".env").get(name) or None
        except UnicodeDecodeError as exc:
            raise InputError(".env: not UTF-8 text; save it as UTF-8, or remove it") from exc
    return None


def library_folder() -> Path:
    """Return the library to use where none is named: the setting, else the platform's user data folder."""
    if named := setting("library"):
        return expanded(named)
    from platformdirs import user_data_path

    return user_data_path("dateline", appauthor=False) / "library"
