"""The cross-encoder: reads texts together, and tells whether one answers or supports the other, or two differ.

Two networks of six small transformer layers, in whole numbers of eight bits, run by onnxruntime;
`weights/cross/model-card.md` says what they were made from.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

WEIGHTS = Path(__file__).parent / "weights" / "cross"
"""The shipped networks, one that reads claims and one that reads questions; `model-card.md` beside them says what they
were made from."""
LONGEST = 192
"""Tokens of both texts together that are read; what is longer is cut off at its end."""
HEADS = ("support", "answer", "differ", "supersede")
"""What the columns of the output tell: whether the text supports the claim, whether it answers the question, whether
two sentences give different accounts of what is asked, and whether then the second takes the place of the first."""
OF = {"support": "claims", "answer": "questions", "differ": "questions", "supersede": "questions"}
"""The network that tells each: learning to read claims, one forgets how to read questions."""
_LONG = 60
"""Words of each of two sentences that are read together."""
_THREADS = min(4, os.cpu_count() or 1)

Head = Literal["support", "answer", "differ", "supersede"]


class CrossEncoder:
    """A cross-encoder read from a folder when it is first used; no network, no GPU; safe to share between threads."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        self.folder = folder

    def odds(self, head: Head, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Return for each pair the log-odds, shape (len(pairs),): a question or claim, and the text beside it.

        Texts that are longer than `LONGEST` tokens together are cut off. A pair's odds do not depend on the others.
        """
        column = HEADS.index(head)
        tokens = self._tokenizer.encode_batch(list(pairs))
        found = np.empty(len(tokens), np.float32)
        if len(tokens) < 2:
            found[:] = [self._read(head, item)[column] for item in tokens]
            return found

        def read_share(first: int) -> None:
            for number in range(first, len(tokens), _THREADS):
                found[number] = self._read(head, tokens[number])[column]

        list(self._threads.map(read_share, range(min(_THREADS, len(tokens)))))
        return found

    def _read(self, head: Head, encoded: Any) -> NDArray[np.float32]:
        """Return all odds of one pair: read alone, for in a batch the eight bits would be shared out over all."""
        session = self._questions if OF[head] == "questions" else self._claims
        feed = {"ids": np.array([encoded.ids], np.int64), "types": np.array([encoded.type_ids], np.int64)}
        odds: NDArray[np.float32] = session.run(None, feed)[0][0]
        return odds

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(_THREADS, "cross-encoder")

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.enable_truncation(LONGEST)
        return tokenizer

    @cached_property
    def _claims(self) -> Any:
        return _session(self.folder / "claims.onnx")

    @cached_property
    def _questions(self) -> Any:
        return _session(self.folder / "questions.onnx")


def _session(path: Path) -> Any:
    import onnxruntime  # a tenth of a second: only when something is read

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a pair is too small to share: the pairs are
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def beside(title: str | None, sentence: str) -> str:
    """Return a sentence as it is read beside a question: after the headline of its article."""
    return f"{title.strip().rstrip('.')}. {sentence}" if title and title.strip() else sentence


def together(first: str, second: str) -> str:
    """Return two sentences as they are read beside a question: the earlier one first, both cut where they are long."""
    return " | ".join(" ".join(text.split()[:_LONG]) for text in (first, second))


@lru_cache(maxsize=1)
def default_cross_encoder() -> CrossEncoder:
    """Return the shipped cross-encoder, loaded once per process."""
    return CrossEncoder()
