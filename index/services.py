"""What an exception of a client library says of the service behind it, whichever library it is."""

from __future__ import annotations


def status_of(exc: BaseException) -> int | None:
    """Return the HTTP status that the service answered with, from 400; None: it did not answer with one."""
    status = getattr(exc, "status_code", None) or getattr(getattr(exc, "response", None), "status_code", None)
    return status if isinstance(status, int) and status >= 400 else None


def unreachable(exc: BaseException) -> bool:
    """Tell whether the service was not reached, did not answer in time, or broke off."""
    names = ("Timeout", "Connect", "RemoteProtocol", "ReadError")
    return isinstance(exc, OSError) or any(name in type(exc).__name__ for name in names)


def passing(exc: BaseException) -> bool:
    """Tell whether the same call may succeed in a moment."""
    status = status_of(exc)
    return status in (408, 409, 429) or (status or 0) >= 500 or (status is None and unreachable(exc))


def retry_after(exc: BaseException) -> float | None:
    """Return the seconds after which the service asks to be tried again; None: it does not say."""
    headers = getattr(getattr(exc, "response", None), "headers", None) or {}
    try:
        seconds = float(headers.get("retry-after", ""))
    except ValueError:
        return None  # not given, or given as a date, which would need a clock that agrees with the service's
    return seconds if seconds >= 0 else None
