"""What a disk says of itself."""

from __future__ import annotations

import shutil
from pathlib import Path

_LEAST = 1 << 20
"""Free bytes below which a failure to write is put down to a full disk."""


def is_full(folder: Path) -> bool:
    """Tell whether there is next to no space left in a folder; False where that cannot be told."""
    try:
        return shutil.disk_usage(folder).free < _LEAST
    except OSError:
        return False
