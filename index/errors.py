"""Every error that Dateline raises on purpose; each message names the value and the way out."""

from __future__ import annotations

from pathlib import Path


class DatelineError(Exception):
    """The root of all errors raised on purpose; its message is one sentence fit for a person."""


class InputError(DatelineError):
    """Something given by the user cannot be used: an article, a date, a path, a question."""


class ReadError(InputError):
    """An article could not be read; the message starts with the file, and the line where there is one."""


class LibraryError(DatelineError):
    """The library folder cannot be used as it is."""


class NoLibraryError(LibraryError):
    """There is no library in the given folder."""


class CatalogError(LibraryError):
    """The catalog is damaged; `dateline verify --repair` saves what can be read."""


class LibraryBusyError(LibraryError):
    """Another process is writing to the library; the message names it."""


class EmbedderError(LibraryError):
    """The library was embedded with another model than the one at hand."""


class ModelError(DatelineError):
    """A language model refuses, fails, cannot be reached or writes nothing that can be used."""


class VectorStoreError(LibraryError):
    """Chroma failed; the catalog still holds everything."""


class WorkerError(DatelineError):
    """A worker process died or overran its time; the task it held was not done."""


def no_library(folder: Path) -> NoLibraryError:
    """Return the error for a folder that holds no library, or for a file in its place."""
    if folder.is_file():
        return NoLibraryError(f"{folder} is a file, and a library is a folder; give its folder with --library")
    return NoLibraryError(f"no library at {folder}; make one with: dateline add ARTICLES --library {folder}")
