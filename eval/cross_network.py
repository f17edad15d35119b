"""The network behind the cross-encoder: the transformer as it is trained, and written for `index.cross` to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eval.options import Of
from index.cross import HEADS, WEIGHTS
from index.distill import SOURCE_SHA256, check_sha256, source_folder

_WORDS = "word_embeddings"
_DROPPED = 0.1
"""Share of what the last layer says that is left out at random while it learns; inside the layers nothing is."""


def network(start: Path | None = None) -> Any:
    """Return the transformer of all-MiniLM-L6-v2 with an output for each of `HEADS` over its first position.

    Word vectors stay as they are. `start` is a state that an earlier run kept, to go on from, or a network as it is
    written (.onnx).

    Raises:
        InputError: the transformer is not installed, or is another one.
    """
    import torch

    made = _network_class()()
    if start and start.suffix == ".onnx":
        made.load_state_dict({name: torch.tensor(value) for name, value in written_state(start).items()}, strict=False)
    elif start:
        state = torch.load(start)
        for name in ("head.weight", "head.bias"):  # outputs that the earlier run did not have begin as they were drawn
            fresh = made.state_dict()[name].clone()
            fresh[: len(state[name])] = state[name]
            state[name] = fresh
        made.load_state_dict(state)
    return made


@cache
def _network_class() -> Any:
    """Return the class of the network; made here, for torch is no part of the default install."""
    import torch
    from transformers import BertModel

    folder = source_folder()
    check_sha256(folder / "model.safetensors", SOURCE_SHA256)

    class Network(torch.nn.Module):
        """Layers of attention over both texts; of the last one, only what the first position says is worked out."""

        def __init__(self) -> None:
            super().__init__()
            torch.manual_seed(0)
            self.bert = BertModel.from_pretrained(
                folder, local_files_only=True, add_pooling_layer=False, hidden_dropout_prob=0.0
            )
            self.dropout = torch.nn.Dropout(_DROPPED)
            self.head = torch.nn.Linear(self.bert.config.hidden_size, len(HEADS))
            torch.nn.init.normal_(self.head.weight, std=0.02)
            self.bert.embeddings.word_embeddings.weight.requires_grad_(False)

        def forward(self, ids: Any, types: Any, mask: Any = None) -> Any:
            """Return the odds, shape (pairs, len(HEADS)); `mask` is 0 where a shorter pair is filled up, None: no."""
            bias = None if mask is None else torch.where(mask[:, None, None] > 0, 0.0, -1e4)
            *layers, last = self.bert.encoder.layer
            told = self.bert.embeddings(input_ids=ids, token_type_ids=types)
            for layer in layers:
                told = self._layer(layer, told, told, bias)
            return self.head(self.dropout(self._layer(last, told[:, :1], told, bias)[:, 0]))

        def _layer(self, layer: Any, own: Any, told: Any, bias: Any) -> Any:
            """Return what a layer makes of the positions `own`, which attend to all that is `told`."""
            attention = layer.attention.self
            query, key, value = (
                part.unflatten(-1, (attention.num_attention_heads, -1)).transpose(1, 2)
                for part in (attention.query(own), attention.key(told), attention.value(told))
            )
            scores = query @ key.transpose(2, 3) * attention.attention_head_size**-0.5
            shares = (scores if bias is None else scores + bias).softmax(-1)
            seen = (shares @ value).transpose(1, 2).flatten(2)
            whole = layer.attention.output.LayerNorm(layer.attention.output.dense(seen) + own)
            return layer.output.LayerNorm(layer.output.dense(layer.intermediate(whole)) + whole)

    return Network


def mixed(made: Any, others: Mapping[Path, float]) -> Any:
    """Return a network between the one that a run made and others, each with its share; the rest is the run's.

    It keeps more of what they know, and is better at all of it than any of them (Wortsman et al. 2022).
    """
    states = [(network(path).state_dict(), share) for path, share in others.items()]
    own = 1 - sum(others.values())
    made.load_state_dict(
        {
            name: own * value + sum(share * state[name] for state, share in states)
            if value.is_floating_point()
            else value
            for name, value in made.state_dict().items()
        }
    )
    return made


def written_state(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return the parameters of a network as it is written, by name, those of eight bits as near as these tell.

    Its matrices are known by the biases that are added to what they give; what stays as it is in training is left out.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    values = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    makers = {output: node for node in graph.node for output in node.output}

    def matrix_of(output: str) -> str:
        """Return the name of the matrix behind a product that is scaled or cast before a bias is added."""
        node = makers[output]
        if node.op_type in ("MatMulInteger", "DynamicQuantizeMatMul"):
            return str(node.input[1])
        return next(filter(None, (matrix_of(name) for name in node.input if name in makers)), "")

    def whole(name: str) -> NDArray[np.float32]:
        """Return what eight bits stand for."""
        scale, zero = (values[f"{name}{end}"].astype(np.float32) for end in ("_scale", "_zero_point"))
        found: NDArray[np.float32] = (values[f"{name}_quantized"].astype(np.float32) - zero) * scale
        return found

    state = {name: value for name, value in values.items() if name.startswith(("bert.", "head."))}
    for name in [name for name in state if name.endswith("_quantized") and _WORDS not in name]:
        state[name.removesuffix("_quantized")] = whole(name.removesuffix("_quantized"))
    for node in graph.node:
        bias = next((name for name in node.input if name.endswith(".bias") and name in values), "")
        if node.op_type == "Add" and bias:
            matrix = matrix_of(next(name for name in node.input if name != bias)).removesuffix("_quantized")
            state[bias.removesuffix("bias") + "weight"] = whole(matrix).T.copy()
    kept = [name for name in state if name.endswith((".weight", ".bias"))]
    return {name: state[name].astype(np.float32) for name in kept}


def write(made: Any, of: Of, folder: Path = WEIGHTS) -> int:
    """Write the network as ONNX, eight bits a weight, and its tokenizer; return the bytes of both.

    It is written for one pair at a time, of which all positions count.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    example = (torch.ones((1, 12), dtype=torch.long), torch.zeros((1, 12), dtype=torch.long))
    with TemporaryDirectory() as held:
        whole = Path(held) / "whole.onnx"
        torch.onnx.export(
            made.eval(), example, whole, input_names=["ids", "types"], output_names=["odds"], dynamo=False,
            dynamic_axes={"ids": {1: "tokens"}, "types": {1: "tokens"}}, opset_version=17,
        )  # fmt: skip
        quantize_dynamic(whole, folder / f"{of}.onnx", weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)
    tokenizer = json.loads((source_folder() / "tokenizer.json").read_text(encoding="utf-8"))
    tokenizer |= {"padding": None, "truncation": None}
    written = json.dumps(tokenizer, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(written, encoding="utf-8")
    return sum((folder / name).stat().st_size for name in (f"{of}.onnx", "tokenizer.json"))
