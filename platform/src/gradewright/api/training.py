"""Checks of training: the loss at the start, that it falls, modes, what must not change, metrics.

Numbers that a student's code reports (losses, metrics) are claims; where a check can compute one
again from what it knows, say from weights that came back, it should, and compare.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from copy import deepcopy
from typing import Any

from gradewright.api.compare import EXACT, Tolerance, compare
from gradewright.api.describe import describe, kind_of
from gradewright.api.telling import number_in, numbers_in, refuse, rounded
from gradewright.api.texts import Text

LOSS = {"zh": "损失", "en": "the loss"}
LOSSES = {"zh": "损失的记录", "en": "the record of losses"}
METRIC = {"zh": "指标", "en": "the metric"}
STATE = {"zh": "模型的参数", "en": "the parameters of the model"}
RISES = {
    "zh": "训练没有让损失下降。检查更新的正负号、学习率、每步之前是否清零梯度。",
    "en": "Training does not bring the loss down. Look at the sign of the update, the learning "
    "rate, and whether gradients are set to zero before each step.",
}
FROM_TO = {
    "zh": "开始约 {first}，最后约 {last}。",
    "en": "It starts near {first} and ends near {last}.",
}
NOT_LN_K = {
    "zh": "未经训练的分类器一无所知，平均交叉熵应接近 ln(类别数)。检查：是否取了平均、"
    "softmax 是否做了两次、初始权重是否太大。",
    "en": "An untrained classifier knows nothing, so its mean cross-entropy should be near "
    "ln(number of classes). Look for a sum instead of a mean, a softmax applied twice, initial "
    "weights that are too large.",
}
LN_K = {
    "zh": "ln {classes} = {want}，得到 {got}。",
    "en": "ln {classes} = {want}, and yours is {got}.",
}
NO_OVERFIT = {
    "zh": "模型连一个小批量都记不住。在加大数据之前先找错：参数是否真的被更新、"
    "标签是否与样本对齐、损失是否接到了正确的输出。",
    "en": "The model cannot even memorise one small batch. Before using more data, look for the "
    "mistake: are the parameters really updated, do labels belong to their samples, does the loss "
    "look at the right output?",
}
STILL = {
    "zh": "损失仍是 {got}，应低于 {want}。",
    "en": "The loss is still {got}; it should be below {want}.",
}
SAME_MODES = {
    "zh": "训练模式与评估模式的输出相同。暂退法、批量规范化只在 training 为真时按训练方式工作："
    "检查 self.training 或 train()/eval()。",
    "en": "Training and evaluation mode give the same output. Dropout and batch normalisation act "
    "on the mode: look at self.training, or at train() and eval().",
}
UNSTEADY = {
    "zh": "评估模式下，同样的输入得到不同的输出。评估时不应有随机性。",
    "en": "In evaluation mode the same input gives different outputs. Nothing may be random there.",
}
CHANGED = {
    "zh": "{what}被改动了，而这一步不应改动它。评估时不要调用 step()，要处于评估模式，"
    "并用 torch.no_grad()。",
    "en": "{what} changed, and this step must not change it. When evaluating, do not call step(), "
    "be in evaluation mode, and use torch.no_grad().",
}
HAS_GRAPH = {
    "zh": "{what}仍连着计算图。评估时用 torch.no_grad()，记录数值时用 .item() 或 .detach()。",
    "en": "{what} still hangs on the graph of gradients. Evaluate under torch.no_grad(); keep "
    "numbers with .item() or .detach().",
}
NO_TENSOR = {
    "zh": "{what}应为张量，得到的是{got}。",
    "en": "{what} should be a tensor, but it is {got}.",
}
TOO_FEW = {
    "zh": "{what}没有达到要求：{size} 个随机种子中至少 {need} 个要达到。",
    "en": "{what} is not good enough: at least {need} of {size} seeds must reach the mark.",
}
BAND = {
    "zh": "要求在 [{low}, {high}] 之内，得到 {got}。",
    "en": "It should lie in [{low}, {high}]; the runs gave {got}.",
}


def assert_loss_falls(losses: Any, *, by: float = 0.1, **hint: str) -> None:
    """The losses, in the order of training, end at least the part `by` below their start.

    A tenth of the record at either end is averaged, so that minibatch noise does not decide.
    """
    record = numbers_in(losses, LOSSES, hint, least=2)
    few = max(1, len(record) // 10)
    first, last = sum(record[:few]) / few, sum(record[-few:]) / few
    if last > first - by * abs(first):
        refuse(RISES, hint, FROM_TO, first=rounded(first), last=rounded(last))


def assert_initial_loss(loss: Any, classes: int, *, within: float = 0.35, **hint: str) -> None:
    """The mean cross-entropy of an untrained classifier is ln(classes), give or take `within`."""
    got, want = number_in(loss, LOSS, hint), math.log(classes)
    if abs(got - want) > within:
        refuse(NOT_LN_K, hint, LN_K, classes=classes, want=rounded(want), got=rounded(got))


def assert_overfits(loss: Any, *, below: float = 0.05, **hint: str) -> None:
    """`loss`, after training on one small batch, is almost nothing."""
    got = number_in(loss, LOSS, hint)
    if got >= below:
        refuse(NO_OVERFIT, hint, STILL, got=rounded(got), want=below)


def assert_modes_differ(model: Any, x: Any, tol: Tolerance = EXACT, **hint: str) -> None:
    """model(x) is random or batch-dependent after train(), and settled after eval()."""
    model.train()
    training = model(x)
    model.eval()
    first, second = model(x), model(x)
    if compare(second, first, tol) is not None:
        refuse(UNSTEADY, hint)
    if compare(training, first, tol) is None:
        refuse(SAME_MODES, hint)


def assert_unchanged(
    watch: Callable[[], Any], during: Callable[[], Any], *, what: Text = STATE, **hint: str
) -> None:
    """What `watch` reads is the same before and after `during` ran (evaluation, prediction)."""
    before = deepcopy(watch())
    during()
    if compare(watch(), before, EXACT) is not None:
        refuse(CHANGED, hint, what=dict(what))


def assert_detached(value: Any, *, what: Text = LOSS, **hint: str) -> None:
    """`value` carries no gradient graph: a number, an array, or a tensor that needs no grad."""
    if kind_of(value) not in {"float", "int", "array", "tensor"}:
        refuse(NO_TENSOR, hint, kind="type", what=dict(what), got=dict(describe(value)))
    if kind_of(value) == "tensor" and value.requires_grad:
        refuse(HAS_GRAPH, hint, what=dict(what))


def assert_metric(
    run: Callable[[int], Any],
    *,
    at_least: float = -math.inf,
    at_most: float = math.inf,
    seeds: Sequence[int] = (0, 1, 2),
    need: int = 2,
    what: Text = METRIC,
    **hint: str,
) -> None:
    """run(seed) → a metric that lies in the band for `need` of the seeds.

    A good threshold is the worst of ten seeds of the reference, minus a margin. Training stops as
    soon as it is decided; the check's own budget holds for all runs together.
    """
    got: list[float] = []
    good = 0
    for left in range(len(seeds), 0, -1):
        if good >= need or good + left < need:
            break
        got.append(number_in(run(seeds[len(got)]), what, hint))
        good += at_least <= got[-1] <= at_most
    if good < need:
        shown = ", ".join(map(rounded, got))
        named = {"need": need, "size": len(seeds), "low": at_least, "high": at_most}
        refuse(TOO_FEW, hint, BAND, kind="value", what=dict(what), got=shown, **named)
