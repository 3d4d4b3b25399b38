"""Random draws: shares, frequencies and means that a correct solution misses once in a million.

Theory of operation. Of n independent trials with probability p, the share of hits is q or farther
from p on its side with probability at most exp(−n · KL(q, p)) (Chernoff), so a bound that a right
solution crosses on either side with probability below 1e-6 is n · KL(q, p) ≤ ln(2/1e-6). It holds
for every n, without any normal approximation. Means of bounded draws are bounded by Hoeffding's
inequality in the same way. The bounds are two-sided: too regular is no better than too rare.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from gradewright.api.telling import numbers_in, refuse, rounded
from gradewright.api.texts import Text

Fields = dict[str, Any]
ALPHA = 1e-6  # a right solution fails with less than this probability
SHARE = {"zh": "出现的比例", "en": "the share"}
DRAWS = {"zh": "抽取的数", "en": "the draws"}
OFF = {
    "zh": "{what}偏离了应有的概率，不可能只是偶然（正确的实现出现这种偏差的概率小于百万分之一）。",
    "en": "{what} is off the right probability by more than chance: a correct solution is off this "
    "far less than once in a million.",
}
OFF_SHOWN = {
    "zh": "应约为 {want}，{trials} 次中得到 {got}。",
    "en": "It should be about {want}; in {trials} trials it is {got}.",
}
OFF_MEAN = {
    "zh": "{what}的平均值不对，不可能只是偶然（正确的实现出现这种偏差的概率小于百万分之一）。",
    "en": "The mean of {what} is off by more than chance: a correct solution is off this far less "
    "than once in a million.",
}
OUTSIDE = {
    "zh": "{what}超出了允许的范围。",
    "en": "Some of {what} lie outside the range that is allowed.",
}
RANGE = {"zh": "范围是 [{low}, {high}]。", "en": "The range is [{low}, {high}]."}
WRONG_TRIALS = {
    "zh": "{what}的次数不对：各类出现的总次数应为 {want}，得到 {got}。",
    "en": "{what}: the counts should add up to {want}, and they add up to {got}.",
}


def assert_share(hits: int, trials: int, p: float, *, what: Text = SHARE, **hint: str) -> None:
    """`hits` of `trials` independent trials is believable for the probability p.

    The hits are counted by the check, from what the student's code returned.
    """
    _assert_believable(hits, trials, p, math.log(2 / ALPHA), what, hint)


def assert_frequencies(
    counts: Mapping[Any, int],
    probabilities: Mapping[Any, float],
    *,
    what: Text = SHARE,
    **hint: str,
) -> None:
    """Every outcome came about as often as its probability says; no other outcome came."""
    trials = sum(counts.values())
    told = sum(counts.get(outcome, 0) for outcome in probabilities)
    if told != trials or not trials:
        refuse(WRONG_TRIALS, hint, what=dict(what), want=trials or "> 0", got=told)
    limit = math.log(2 * len(probabilities) / ALPHA)  # all outcomes together stay below ALPHA
    for outcome, p in probabilities.items():
        _assert_believable(counts.get(outcome, 0), trials, p, limit, what, hint)


def assert_mean(
    draws: Any, mean: float, between: tuple[float, float], *, what: Text = DRAWS, **hint: str
) -> None:
    """Independent draws from [low, high] whose mean is believable for the expectation `mean`."""
    low, high = between
    values = numbers_in(draws, what, hint)
    if min(values) < low or max(values) > high:
        refuse(OUTSIDE, hint, RANGE, what=dict(what), low=low, high=high)
    got = sum(values) / len(values)
    if abs(got - mean) > (high - low) * math.sqrt(math.log(2 / ALPHA) / (2 * len(values))):
        shown: Fields = {"want": rounded(mean), "got": rounded(got), "trials": len(values)}
        refuse(OFF_MEAN, hint, OFF_SHOWN, what=dict(what), **shown)


def _assert_believable(
    hits: int, trials: int, p: float, limit: float, what: Text, hint: Text
) -> None:
    share = hits / trials
    if trials * _divergence(share, p) > limit:
        shown: Fields = {"want": rounded(p), "got": rounded(share), "trials": trials}
        refuse(OFF, hint, OFF_SHOWN, what=dict(what), **shown)


def _divergence(q: float, p: float) -> float:
    """Kullback–Leibler divergence of a coin q from a coin p; infinite where p rules q out."""
    return _part(q, p) + _part(1 - q, 1 - p)


def _part(q: float, p: float) -> float:
    if q == 0:
        return 0.0
    return q * math.log(q / p) if p > 0 else math.inf
