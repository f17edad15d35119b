"""Support: does a sentence follow from what it cites?"""

from qa.verify.support import Source, check

__all__ = ["Source", "check"]
