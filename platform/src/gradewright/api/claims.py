"""Claims that were saved with a notebook: numbers in printed outputs, and figures by their data.

Both come from the student's process or file and prove nothing by themselves. A check of evidence
"saved" computes the number or the curve again, from weights or data that it can trust, and pays
only when the claim agrees. What a figure holds is described in `docs/checks.md`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gradewright.api.compare import T32, Tolerance, compare
from gradewright.api.describe import kind_of
from gradewright.api.telling import refuse, rounded
from gradewright.api.texts import Text

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
NO_CLAIM = {
    "zh": "保存的输出里没有“{label}: 数值”。请打印它，运行整个笔记本，保存后再提交。",
    "en": "The saved output has no “{label}: number”. Print it, run the whole notebook, save, and "
    "hand in again.",
}
WRONG_CLAIM = {
    "zh": "保存的输出里的 {label} 与重新计算的结果不一致。重启内核，从头运行一遍，保存后再提交。",
    "en": "{label} in the saved output does not agree with what was computed again. Restart, run "
    "all cells, save, and hand in again.",
}
CLAIM_SHOWN = {
    "zh": "输出是 {got}，重算得到 {want}。",
    "en": "It says {got}; computed again it is {want}.",
}
NO_FIGURE = {
    "zh": "这道题的单元格没有画出任何图。",
    "en": "The cells of this question show no figure.",
}
NO_SERIES = {
    "zh": "没有{chart}画的是这些数据。检查传给绘图函数的 x 和 y。",
    "en": "No {chart} shows these data. Look at the x and y that the plotting call gets.",
}
KINDS: Mapping[str, dict[str, str]] = {
    "lines": {"zh": "曲线", "en": "line"},
    "scatters": {"zh": "散点", "en": "scatter plot"},
    "bars": {"zh": "柱形图", "en": "bar chart"},
}
NO_LABELS = {
    "zh": "图缺少{what}。读者要能不看代码就看懂它。",
    "en": "A figure lacks {what}. A reader must understand it without the code.",
}
PARTS: Mapping[str, dict[str, str]] = {
    "title": {"zh": "标题", "en": "a title"},
    "xlabel": {"zh": "横轴名称", "en": "a label on the x axis"},
    "ylabel": {"zh": "纵轴名称", "en": "a label on the y axis"},
    "legend": {"zh": "图例", "en": "a legend"},
}


def saved_text(saved: Sequence[Sequence[Mapping[str, Any]]]) -> str:
    """All text that the cells of a question were saved with: the fixture `saved`, as one string."""
    return "\n".join(text for cell in saved for output in cell for text in _texts(output))


def _texts(output: Mapping[str, Any]) -> Iterator[str]:
    shown = output.get("data")
    plain = shown.get("text/plain") if isinstance(shown, Mapping) else None
    for text in (output.get("text"), plain):
        if isinstance(text, str | list):
            yield "".join(map(str, text))


def assert_saved(
    saved: Sequence[Sequence[Mapping[str, Any]]],
    label: str,
    computed: float,
    tol: Tolerance = T32,
    **hint: str,
) -> None:
    """The last “label: number” (or “=”) in the saved output agrees with `computed`.

    A printed number stands for all that round to it: half a unit of its last digit is allowed.
    """
    found = re.findall(rf"{re.escape(label)}['\"]?\s*[:=：]\s*({NUMBER})", saved_text(saved), re.I)
    if not found:
        refuse(NO_CLAIM, hint, label=label)
    half = _half_unit(found[-1])
    if compare(float(found[-1]), computed, Tolerance(tol.rtol, tol.atol + half)) is not None:
        refuse(
            WRONG_CLAIM,
            hint,
            CLAIM_SHOWN,
            kind="value",
            label=label,
            got=found[-1],
            want=rounded(computed),
        )


def _half_unit(written: str) -> float:
    digits, _, exponent = written.lower().partition("e")
    decimals = len(digits.partition(".")[2])
    return 0.5 * math.pow(10, min(int(exponent or 0) - decimals, 300))


def assert_shows(
    figures: Sequence[Mapping[str, Any]],
    y: Any,
    x: Any = None,
    *,
    kind: str = "lines",
    tol: Tolerance = T32,
    **hint: str,
) -> None:
    """Some axes of the figures has a line (or scatter, or bars of height y) of these data."""
    if not figures:
        refuse(NO_FIGURE, hint)
    wanted_y, wanted_x = _floats(y), _floats(x)
    across, up = ("x", "height") if kind == "bars" else ("x", "y")
    for series in (one for axes in _parts(figures, "axes") for one in _parts([axes], kind)):
        fits_x = wanted_x is None or compare(series.get(across), wanted_x, tol) is None
        if fits_x and compare(series.get(up), wanted_y, tol) is None:
            return
    refuse(NO_SERIES, hint, chart=KINDS[kind])


def _floats(values: Any) -> list[float] | None:
    if values is None:
        return None
    items = values.tolist() if kind_of(values) in {"array", "tensor"} else values
    return [float(item) for item in items]


def _parts(records: Sequence[Any], key: str) -> Iterator[Mapping[str, Any]]:
    """The records below `key`; whatever a forged claim holds in their place is passed over."""
    for record in records:
        parts = record.get(key) if isinstance(record, Mapping) else None
        yield from (p for p in (parts if isinstance(parts, list) else ()) if isinstance(p, Mapping))


def assert_labelled(
    figures: Sequence[Mapping[str, Any]],
    needs: Sequence[str] = ("title", "xlabel", "ylabel"),
    **hint: str,
) -> None:
    """Every axes of every figure has what it needs: "title", "xlabel", "ylabel", "legend"."""
    if not figures:
        refuse(NO_FIGURE, hint)
    for axes in _parts(figures, "axes"):
        lacking: list[Text] = [PARTS[part] for part in needs if not axes.get(part)]
        if lacking:
            refuse(NO_LABELS, hint, what=dict(lacking[0]))
