"""Read and write a static model: one vector per token, kept as eight-bit rows with one scale each.

model2vec multiplies a row by its token's weight when it embeds, so a weight that is the row's scale gives
back the vector; its own eight-bit form has one scale for the whole table, in which short rows fade away.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.errors import InputError

MAX_BYTES = 10_000_000
"""The most that the folder's files may weigh together."""

_STEPS = 127  # int8, kept symmetric


class StaticTable(NamedTuple):
    """A static model in memory: `vectors` has shape (tokens, dimensions), row i for the tokenizer's id i."""

    vectors: NDArray[np.float32]
    tokenizer: str
    """The text of a tokenizer.json."""


class Quantized(NamedTuple):
    """Rows of int8, shape (tokens, dimensions), and the float32 scale of each, shape (tokens,)."""

    rows: NDArray[np.int8]
    scales: NDArray[np.float32]


def quantize(vectors: NDArray[np.float32]) -> Quantized:
    """Return the nearest eight-bit rows; a row of zeros gets the scale 0."""
    scales = np.abs(vectors).max(axis=1) / np.float32(_STEPS)
    safe = np.where(scales > 0, scales, np.float32(1))
    rows = np.rint(vectors / safe[:, None]).astype(np.int8)
    return Quantized(rows, scales.astype(np.float32))


def write_table(folder: Path, table: StaticTable, facts: dict[str, str]) -> int:
    """Write config.json, model.safetensors and tokenizer.json into `folder`; return their bytes together.

    `facts` go into config.json as they are. The same table gives the same bytes.

    Raises:
        InputError: the folder would weigh more than `MAX_BYTES`; nothing else is undone.
    """
    from safetensors.numpy import save

    folder.mkdir(parents=True, exist_ok=True)
    quantized = quantize(table.vectors)
    tensors: dict[str, NDArray[Any]] = {"embeddings": quantized.rows, "weights": quantized.scales}
    (folder / "model.safetensors").write_bytes(save(tensors))
    (folder / "tokenizer.json").write_text(table.tokenizer, encoding="utf-8")
    config = {
        "model_type": "model2vec",
        "architectures": ["StaticModel"],
        "hidden_dim": int(table.vectors.shape[1]),
        "embedding_dtype": "int8",
        "normalize": True,
        "max_length": None,
        **facts,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    if size > MAX_BYTES:
        raise InputError(f"{folder} weighs {size:,} bytes, more than {MAX_BYTES:,}; ask for fewer dimensions")
    return size
