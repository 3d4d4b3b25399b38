"""Checks of a model's build: how many parameters it has, which layers it uses.

A student's model stays behind the wall and is read as claims: shapes and names of classes. Counts
are worked out here from the shapes; a total that the model tells by itself is never asked for.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from gradewright.api.describe import describe, kind_of
from gradewright.api.telling import refuse
from gradewright.api.texts import filled, joined

MOST_LISTED = 12  # shapes that a message lists
WRONG_COUNT = {
    "zh": "可训练参数的个数不对。全连接层有 输入×输出 + 输出 个，卷积层有 "
    "核高×核宽×输入通道×输出通道 + 输出通道 个；检查层数、宽度和偏置。",
    "en": "The number of trainable parameters is wrong. A dense layer has inputs × outputs + "
    "outputs, a convolution kernel height × width × channels in × channels out + channels out; "
    "look at the layers, their widths and their biases.",
}
COUNTED = {
    "zh": "应为 {want}，得到 {got}：{shapes}。",
    "en": "It should be {want}, and it is {got}: {shapes}.",
}
TOO_LARGE = {
    "zh": "模型的可训练参数太多。",
    "en": "The model has more trainable parameters than are allowed.",
}
AT_MOST = {
    "zh": "最多 {most} 个，现在有 {got} 个：{shapes}。",
    "en": "At most {most}, and it has {got}: {shapes}.",
}
LACKS = {
    "zh": "模型中 {layer} 层的个数不对。",
    "en": "The model has the wrong number of {layer} layers.",
}
HOW_MANY = {
    "zh": "应有 {need} 个，现在有 {have} 个。",
    "en": "It should be {need}, and it is {have}.",
}
USES = {
    "zh": "模型里不应有 {layer}。",
    "en": "The model must not use {layer}.",
}
NO_SHAPES = {
    "zh": "读不到模型的参数：这里需要由数组组成的列表或字典，或者一个模块，得到的是{got}。",
    "en": "The model's parameters cannot be read: a module, or a list or dict of arrays, is needed "
    "here, and this is {got}.",
}


def parameter_shapes(model: Any) -> list[tuple[int, ...]]:
    """The shapes of trainable parameters: of a module, or of a list or dict of arrays."""
    if isinstance(model, Mapping):
        tensors = list(model.values())
    elif kind_of(model) == "list":
        tensors = list(model)
    elif hasattr(model, "parameters"):
        tensors = [p for p in model.parameters() if kind_of(p) != "tensor" or p.requires_grad]
    else:
        tensors = [model]
    wrong = next((t for t in tensors if kind_of(t) not in {"array", "tensor"}), None)
    if wrong is not None:
        refuse(NO_SHAPES, {}, kind="type", got=dict(describe(wrong)))
    return [tuple(int(side) for side in tensor.shape) for tensor in tensors]


def assert_parameter_count(
    model: Any, count: int | None = None, *, at_most: int | None = None, **hint: str
) -> None:
    """The model has exactly `count` trainable parameters, or no more than `at_most`."""
    shapes = parameter_shapes(model)
    got = sum(map(math.prod, shapes))
    if count is not None and got != count:
        refuse(WRONG_COUNT, hint, COUNTED, want=count, got=got, shapes=_listed(shapes))
    if at_most is not None and got > at_most:
        refuse(TOO_LARGE, hint, AT_MOST, most=at_most, got=got, shapes=_listed(shapes))


def _listed(shapes: Sequence[tuple[int, ...]]) -> str:
    more = " + …" if len(shapes) > MOST_LISTED else ""
    return " + ".join("×".join(map(str, shape)) or "1" for shape in shapes[:MOST_LISTED]) + more


def assert_layers(
    model: Any, uses: Mapping[str, int] | None = None, never: Sequence[str] = (), **hint: str
) -> None:
    """The module has exactly as many layers of each class as `uses` says, and none of `never`.

    Classes are named without their module: {"Conv2d": 2}. Names are claims: pair this with a
    count of parameters or a comparison of outputs.
    """
    names = [getattr(layer, "type_name", type(layer).__name__) for layer in model.modules()]
    have = Counter(map(str, names))
    for layer, need in (uses or {}).items():
        if have[layer] != need:
            refuse(LACKS, hint, HOW_MANY, layer=layer, need=need, have=have[layer])
    found = [layer for layer in never if have[layer]]
    if found:
        refuse(joined(*(filled(USES, layer=layer) for layer in found)), hint)
