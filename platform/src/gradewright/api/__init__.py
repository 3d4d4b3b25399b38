"""The contract between Gradewright and its topics: the only module of ours that a topic imports.

It holds the hook (`gradewright_topic`), the decorators (`check`, `misconception`), what a check is
handed (`Case`, `Batch`) and the checkers that compare a student's value with an expected one and
say in the student's language what is wrong: of values (`checkers`), and of what machine learning
needs (`gradients`, `training`, `models`, `invariances`, `spies`, `draws`, `claims`; see
docs/checks.md). It runs nothing, reads no files and imports neither NumPy nor pytest until a
checker that computes is called; hosting, transport, judging and display live in the packages that import it.
"""

from gradewright.api.calls import Batch, Case, Opaque, Outcome, Signature, StudentError, args
from gradewright.api.checkers import (
    assert_array,
    assert_each,
    assert_finite,
    assert_raises,
    assert_same_calls,
    assert_text,
    assert_type,
    assert_value,
    expect,
)
from gradewright.api.checks import CheckSpec, ForbiddenCall, check, spec_of
from gradewright.api.claims import assert_labelled, assert_saved, assert_shows, saved_text
from gradewright.api.compare import EXACT, GC, T32, T64, Difference, T64i, Tolerance, compare
from gradewright.api.draws import assert_frequencies, assert_mean, assert_share
from gradewright.api.gradients import assert_gradient
from gradewright.api.hooks import TopicFolder, hookimpl
from gradewright.api.invariances import (
    Change,
    assert_affine,
    assert_follows,
    assert_same,
    permuted,
    rolled,
    scaled,
    shifted,
)
from gradewright.api.misconceptions import MisconceptionSpec, misconception
from gradewright.api.models import assert_layers, assert_parameter_count, parameter_shapes
from gradewright.api.spies import (
    Spy,
    assert_calls,
    assert_epochs,
    assert_paired,
    assert_rows_within,
    row_numbers,
)
from gradewright.api.texts import Text, in_language
from gradewright.api.training import (
    assert_detached,
    assert_initial_loss,
    assert_loss_falls,
    assert_metric,
    assert_modes_differ,
    assert_overfits,
    assert_unchanged,
)
from gradewright.api.verdicts import Awarded, CheckFailed, award, fail

__all__ = [
    "EXACT",
    "GC",
    "T32",
    "T64",
    "Awarded",
    "Batch",
    "Case",
    "Change",
    "CheckFailed",
    "CheckSpec",
    "Difference",
    "ForbiddenCall",
    "MisconceptionSpec",
    "Opaque",
    "Outcome",
    "Signature",
    "Spy",
    "StudentError",
    "T64i",
    "Text",
    "Tolerance",
    "TopicFolder",
    "args",
    "assert_affine",
    "assert_array",
    "assert_calls",
    "assert_detached",
    "assert_each",
    "assert_epochs",
    "assert_finite",
    "assert_follows",
    "assert_frequencies",
    "assert_gradient",
    "assert_initial_loss",
    "assert_labelled",
    "assert_layers",
    "assert_loss_falls",
    "assert_mean",
    "assert_metric",
    "assert_modes_differ",
    "assert_overfits",
    "assert_paired",
    "assert_parameter_count",
    "assert_raises",
    "assert_rows_within",
    "assert_same",
    "assert_same_calls",
    "assert_saved",
    "assert_share",
    "assert_shows",
    "assert_text",
    "assert_type",
    "assert_unchanged",
    "assert_value",
    "award",
    "check",
    "compare",
    "expect",
    "fail",
    "hookimpl",
    "in_language",
    "misconception",
    "parameter_shapes",
    "permuted",
    "rolled",
    "row_numbers",
    "saved_text",
    "scaled",
    "shifted",
    "spec_of",
]
