"""What an exception of a client library says of the service behind it, whichever library it is."""

from __future__ import annotations

from email.utils import parsedate_to_datetime


def status_of(exc: BaseException) -> int | None:
    """Return the HTTP status that the service answered with, from 400; None: it did not answer with one."""
    status = getattr(exc, "status_code", None) or getattr(getattr(exc, "response", None), "status_code", None)
    return status if isinstance(status, int) and status >= 400 else None


def unreachable(exc: BaseException) -> bool:
    """Tell whether the service was not reached, did not answer in time, or broke off."""
    names = ("Timeout", "Connect", "RemoteProtocol", "ReadError")
    return isinstance(exc, OSError) or any(name in type(exc).__name__ for name in names)


def fit_to_send(key: str) -> bool:
    """Tell whether a key can stand in a header; a client that cannot send one writes it into its log."""
    return all("!" <= sign <= "~" for sign in key)


def passing(exc: BaseException) -> bool:
    """Tell whether the same call may succeed in a moment."""
    status = status_of(exc)
    return status in (408, 409, 429) or (status or 0) >= 500 or (status is None and unreachable(exc))


def retry_after(exc: BaseException) -> float | None:
    """Return the seconds after which the service asks to be tried again; None: it does not say."""
    headers = getattr(getattr(exc, "response", None), "headers", None) or {}
    given = headers.get("retry-after", "")
    try:
        seconds = float(given)
    except ValueError:
        try:  # a date, which counts from the one on the service's own clock
            until, now = parsedate_to_datetime(given), parsedate_to_datetime(headers.get("date", ""))
            seconds = (until - now).total_seconds()
        except (ValueError, TypeError):
            return None  # not given, or neither
    return seconds if 0 <= seconds < float("inf") else None
