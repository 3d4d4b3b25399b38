"""Spies: how a student's code used a function or the rows of a data set.

A `Spy` is handed over like any function; across the wall it is called back in this process, so
what it saw is what the student's code really passed. Rows need no instrument: a check draws random
rows, all different, and finds out afterwards which ones were used, in which order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from gradewright.api.calls import Case
from gradewright.api.compare import as_numpy
from gradewright.api.describe import describe, kind_of
from gradewright.api.telling import refuse
from gradewright.api.texts import Text, joined

MOST_CALLS = 100_000
CALLS = {
    "zh": "{what}被调用的次数不对。",
    "en": "{what} is not called as often as it should be.",
}
TIMES = {"zh": "应为 {want} 次，实际 {got} 次。", "en": "It should be {want} times; it is {got}."}
FUNCTION = {"zh": "传入的函数", "en": "the function that was passed in"}
NO_ROWS = {
    "zh": "这里应是一批样本（二维数组），得到的是{got}。",
    "en": "This should be a batch of samples (a 2-D array), but it is {got}.",
}
FOREIGN_ROW = {
    "zh": "用到了不属于数据集的行：样本在使用前被改动，或特征与顺序被打乱。",
    "en": "A row was used that is not in the data set: samples were changed before use, or their "
    "columns mixed up.",
}
FORBIDDEN_ROW = {
    "zh": "用到了不该用的行。验证集和测试集的样本不能参与训练。",
    "en": "Rows were used that must not be: samples for validation or testing must not take part "
    "in training.",
}
WHICH_ROW = {"zh": "例如第 {row} 行。", "en": "Row {row} is one of them."}
EACH_ONCE = {
    "zh": "每一轮应恰好用到每一行一次。",
    "en": "Every epoch must use every row exactly once.",
}
TOO_FEW = {
    "zh": "有些行没有用到；最后不满一批的样本也要用上。",
    "en": "Some rows are left out; the last samples count too, even if they do not fill a batch.",
}
TOO_MANY = {"zh": "用到的行太多了。", "en": "Too many rows are used."}
TWICE = {
    "zh": "有的行在同一轮中重复出现；应打乱顺序，而不是有放回地抽取。",
    "en": "Some come twice in one epoch: shuffle the rows, do not draw with replacement.",
}
WRONG_SIZES = {
    "zh": "批的大小不对：除最后一批外，每批都应有 batch_size 行。",
    "en": "The batches have the wrong size: all but the last must hold batch_size rows.",
}
NOT_SHUFFLED = {
    "zh": "样本没有在每一轮重新打乱。",
    "en": "The samples are not shuffled anew in every epoch.",
}
UNPAIRED = {
    "zh": "样本与标签对不上：X 和 y 要用同一个排列来打乱。",
    "en": "Samples have lost their labels: shuffle X and y by one permutation.",
}


class Spy:
    """A function that remembers its calls: `Spy(predict)`, then `.calls`, a list of `Case`.

    Without a function it returns None. Raises RuntimeError after 100 000 calls.
    """

    def __init__(self, function: Callable[..., Any] | None = None) -> None:
        self.function = function
        self.calls: list[Case] = []

    def __call__(self, *positional: Any, **named: Any) -> Any:
        """Remember the arguments and answer as the function does."""
        if len(self.calls) >= MOST_CALLS:
            raise RuntimeError(f"called more than {MOST_CALLS} times; is there an endless loop?")
        self.calls.append(Case(positional, named))
        return None if self.function is None else self.function(*positional, **named)


def assert_calls(spy: Spy, times: int, *, what: Text = FUNCTION, **hint: str) -> None:
    """The spy was called exactly so many times."""
    if len(spy.calls) != times:
        refuse(CALLS, hint, TIMES, what=dict(what), want=times, got=len(spy.calls))


def row_numbers(batch: Any, data: Any) -> list[int]:
    """For every row of `batch` its number in `data`, -1 for no such row; all rows of `data` differ."""
    if kind_of(batch) not in {"array", "tensor"} or len(batch.shape) != len(data.shape):
        refuse(NO_ROWS, {}, kind="type", got=dict(describe(batch)))
    known = {row.tobytes(): i for i, row in enumerate(as_numpy(data))}
    rows = as_numpy(batch).astype(as_numpy(data).dtype)
    return [known.get(row.tobytes(), -1) for row in rows]


def assert_rows_within(
    batches: Iterable[Any],
    data: Any,
    allowed: Iterable[int],
    **hint: str,
) -> None:
    """All rows of the batches are rows of `data`, and only those with allowed numbers."""
    may = set(map(int, allowed))
    for row in (row for batch in batches for row in row_numbers(batch, data)):
        if row < 0:
            refuse(FOREIGN_ROW, hint)
        if row not in may:
            refuse(FORBIDDEN_ROW, hint, WHICH_ROW, row=row)


def assert_epochs(
    batches: Sequence[Any],
    data: Any,
    *,
    batch_size: int,
    epochs: int = 1,
    shuffled: bool = True,
    **hint: str,
) -> None:
    """The batches are whole epochs over `data`: each row once, the last short batch kept, in new orders.

    With 20 rows or more, two right shufflings agree with probability below 1e-18.
    """
    numbers = [row_numbers(batch, data) for batch in batches]
    seen = [row for batch in numbers for row in batch]
    rows = len(data)
    if -1 in seen:
        refuse(FOREIGN_ROW, hint)
    parts = [seen[e * rows : (e + 1) * rows] for e in range(epochs)]
    if len(seen) != epochs * rows:
        refuse(joined(EACH_ONCE, TOO_FEW if len(seen) < epochs * rows else TOO_MANY), hint)
    for part in parts:
        if len(set(part)) < rows:
            refuse(joined(EACH_ONCE, TWICE), hint)
    _assert_sizes([len(batch) for batch in numbers], rows, batch_size, epochs, hint)
    if shuffled and (len({*map(tuple, parts)}) < epochs or list(range(rows)) in parts):
        refuse(NOT_SHUFFLED, hint)


def _assert_sizes(sizes: list[int], rows: int, full: int, epochs: int, hint: Text) -> None:
    short = [rows % full] if rows % full else []
    if sizes != ([full] * (rows // full) + short) * epochs:
        refuse(WRONG_SIZES, hint)


def assert_paired(
    pairs: Iterable[tuple[Any, Any]],
    data: Any,
    y: Any,
    **hint: str,
) -> None:
    """In every pair (rows, labels) each row of `data` still has its own label of y."""
    labels = as_numpy(y).tolist()
    for batch, told in pairs:
        wanted = [labels[row] if row >= 0 else None for row in row_numbers(batch, data)]
        got = told.tolist() if kind_of(told) in {"array", "tensor"} else told
        if not isinstance(got, list | tuple) or list(got) != wanted:
            refuse(UNPAIRED, hint)
