"""Support: does a sentence follow from what it cites?"""

from qa.verify.source import Source
from qa.verify.support import check

__all__ = ["Source", "check"]
