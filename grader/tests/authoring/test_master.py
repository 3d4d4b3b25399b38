"""Reading notebook.py: every cell with its meaning, and every defect with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradewright.host.errors import TopicError
from gradewright.host.topic import load_topic
from gradewright_grader.authoring.master import read_master

from .building import MASTER, demo, write_topic


def test_cells_come_with_kind_role_question_names_language_and_line(tmp_path: Path) -> None:
    master = read_master(demo(tmp_path))
    told = [(c.kind, c.role, c.question, c.of, c.lang, c.line) for c in master.cells]
    assert told[:7] == [
        ("text", "text", "", (), "zh", 1),
        ("text", "text", "", (), "en", 5),
        ("code", "setup", "", (), "", 9),
        ("code", "given", "", (), "", 12),
        ("code", "answer", "demo1.q1", ("mean",), "", 15),
        ("code", "check", "demo1.q1", (), "", 17),
        ("code", "answer", "demo1.q2", ("modes",), "", 19),
    ]
    assert master.cells[0].source == "# 演示\n公式 $x^2$"
    assert [c.role for c in master.in_language("en")].count("manual") == 1


OPTIONS = '"role", "question", "of", "check", "lang"'
CODE_CELL = (
    'a code cell has one of question="…" (with of="…"), check="…" and role= "setup", "given", '
    '"explore"; correct the options of this cell'
)
TEXT_CELL = (
    'a text cell has no role, or role="manual" with question="…"; correct the options of this cell'
)
Q1 = '# %% question="demo1.q1" of="mean"'
Q2 = '# %% question="demo1.q2" of="modes"'
Q3_ZH = '# %% [markdown] question="demo1.q3" role="manual" lang="zh"\n# 写下你的想法。\n'
DEFECTS = {
    "unknown option": (
        (Q1, '# %% qestion="demo1.q1" of="mean"'),
        f':15: the cell has the unknown option "qestion": allowed are {OPTIONS}; did you mean '
        '"question"?',
    ),
    "title": (
        ('# %% role="explore"', '# %% Try it role="explore"'),
        f':25: the cell has the unknown option "title": allowed are {OPTIONS}; remove it',
    ),
    "value that is no text": (
        (Q1, '# %% question=1 of="mean"'),
        ':15: the option "question" has the value 1: allowed is text in quotes; write question="…"',
    ),
    "unknown language": (
        ('lang="en"', 'lang="de"'),
        ':5: lang="de" is no language of demo1: allowed are "zh", "en"; change it, or add it to '
        "assignment.toml",
    ),
    "raw cell": (
        ('# %% role="explore"', "# %% [raw]"),
        ':25: a "[raw]" cell: allowed are "# %%" and "# %% [markdown]"; change the mark of this '
        "cell",
    ),
    "code without options": (
        ('# %% role="explore"', "# %%"),
        f":25: the cell has no options: {CODE_CELL}",
    ),
    "unknown role": (
        ('# %% role="explore"', '# %% role="play"'),
        f':25: the cell has role="play": {CODE_CELL}',
    ),
    "of with explore": (
        ('# %% role="explore"', '# %% role="explore" of="mean"'),
        f':25: the cell has role="explore" of="mean": {CODE_CELL}',
    ),
    "question and check": (
        (Q1, Q1 + ' check="demo1.q1"'),
        f':15: the cell has question="demo1.q1" of="mean" check="demo1.q1": {CODE_CELL}',
    ),
    "role of a text": (
        ('# %% [markdown] lang="zh"', '# %% [markdown] role="given" lang="zh"'),
        f':1: the cell has role="given" lang="zh": {TEXT_CELL}',
    ),
    "manual without question": (
        (' question="demo1.q3" role="manual" lang="zh"', ' role="manual" lang="zh"'),
        f':35: the cell has role="manual" lang="zh": {TEXT_CELL}',
    ),
    "unknown question": (
        (Q1, '# %% question="demo1.q9" of="mean"'),
        ':15: "demo1.q9" is no question of demo1: did you mean "demo1.q4", "demo1.q3", "demo1.q2"?'
        "; write the whole id of a question",
    ),
    "check of an unknown question": (
        ('check="demo1.q1"', 'check="q1"'),
        ':17: "q1" is no question of demo1: there are "demo1.q1", "demo1.q2", "demo1.q3", '
        '"demo1.q4"; write the whole id of a question',
    ),
    "check of a manual question": (
        ('check="demo1.q1"', 'check="demo1.q3"'),
        ':17: demo1.q3 is manual, but this is a check cell: allowed are [markdown] question="…" '
        'role="manual" cells; change the cell, or manual in assignment.toml',
    ),
    "text cell of a coded question": (
        ('question="demo1.q3" role="manual" lang="zh"', 'question="demo1.q4" role="manual"'),
        ':35: demo1.q4 is answered in code, but this is a manual cell: allowed are question="…" '
        'and check="…" code cells; change the cell, or manual in assignment.toml',
    ),
    "body of an of cell": (
        (Q1, Q1 + "\ndef mean(): ..."),
        ':15: the answer cell has the body "def mean(): ...": allowed is an empty one, since it is '
        "generated; remove it",
    ),
    "body of a check cell": (
        ('# %% check="demo1.q1"', '# %% check="demo1.q1"\ncheck()'),
        ':17: the check cell has the body "check()": allowed is an empty one, since it is '
        "generated; remove it",
    ),
    "empty of": (
        (Q1, '# %% question="demo1.q1" of=","'),
        ':15: of="" names nothing: allowed are names; name some or drop of',
    ),
    "no of": (
        (Q1, '# %% question="demo1.q1"'),
        ':15: the answer cell of demo1.q1 has no of="…": allowed are the functions "mean"; add of= '
        "and leave the cell empty",
    ),
    "end missing": (
        ("    ### END SOLUTION\n", ""),
        ':31: the answer cell of demo1.q4 has "### BEGIN SOLUTION" without its partner: allowed '
        'are pairs of "### BEGIN SOLUTION" and "### END SOLUTION", at least one and none inside '
        "another; add the missing line",
    ),
    "begin missing": (
        ("    ### BEGIN SOLUTION\n", ""),
        ':32: the answer cell of demo1.q4 has "### END SOLUTION" without its partner: allowed are '
        'pairs of "### BEGIN SOLUTION" and "### END SOLUTION", at least one and none inside '
        "another; add the missing line",
    ),
    "no region at all": (
        (
            "    ### BEGIN SOLUTION\n    answer = start * 41 + len([start])\n"
            "    ### END SOLUTION\n",
            "    answer = 1\n",
        ),
        ':28: the answer cell of demo1.q4 has "nothing" without its partner: allowed are pairs of '
        '"### BEGIN SOLUTION" and "### END SOLUTION", at least one and none inside another; add '
        "the missing line",
    ),
    "question without a cell": (
        (Q1 + "\n\n", ""),
        ": demo1.q1 has no cell in zh: every question of assignment.toml has one; add # %% "
        'question="demo1.q1" of="mean"',
    ),
    "manual question without a cell": (
        (Q3_ZH, ""),
        ": demo1.q3 has no cell in zh: every question of assignment.toml has one; add # %% "
        '[markdown] question="demo1.q3" role="manual" lang="zh"',
    ),
    "manual question twice": (
        (Q3_ZH, Q3_ZH + "\n" + Q3_ZH),
        ":38: demo1.q3 has 2 cells in zh: allowed is one; remove this",
    ),
    "name twice": (
        ('of="Box"', 'of="Box, modes"'),
        ':21: demo1.q2 names "modes" twice: allowed is each of "modes", "Box" once; correct of=',
    ),
    "name of another question": (
        ('of="Box"', 'of="Box, mean"'),
        ':21: demo1.q2 names "mean" which is none of its functions: allowed is each of "modes", '
        '"Box" once; correct of=',
    ),
    "name left out": (
        (Q2 + "\n\n", ""),
        ':19: of= of demo1.q2 leaves out "modes": allowed is all of "modes", "Box"; add what is '
        "missing",
    ),
    "no setup": (
        ('# %% role="setup"', '# %% role="given"'),
        ': there are 0 setup cells in zh: allowed is one; add # %% role="setup" with the imports',
    ),
    "two setups": (
        ('# %% role="given"', '# %% role="setup"'),
        ":12: there are 2 setup cells in zh: allowed is one; remove this one",
    ),
    "setup not first": (
        ('# %% role="setup"', '# %% role="explore"\n1\n\n# %% role="setup"'),
        ":9: the first code cell is an explore cell: allowed is the setup cell, which loads the "
        "checks; move the setup cell up",
    ),
    "a text that one language lacks": (
        ('# %% role="setup"', '# %% [markdown] lang="zh"\n# 只有中文\n\n# %% role="setup"'),
        ":12: cell 2 is a text cell in zh, but a setup cell in en: every language has the same "
        "cells in the same order; write the missing one",
    ),
    "a last cell that one language lacks": (
        ("# Write what you think.", '# Write.\n\n# %% [markdown] lang="en"\n# End.'),
        ":41: cell 12 is missing in zh, but a text cell in en: every language has the same cells "
        "in the same order; write the missing one",
    ),
    "text above the first cell": (
        ('# %% [markdown] lang="zh"', 'x = 1\n\n# %% [markdown] lang="zh"'),
        ':3: 13 lines begin with "# %%", but 14 cells were read: allowed are cells that begin with '
        '"# %%", and no such line in a string; put a mark above the first cell, or change the '
        "string",
    ),
}


@pytest.mark.parametrize("case", DEFECTS)
def test_a_defect_is_refused_with_file_line_and_next_step(case: str, tmp_path: Path) -> None:
    edit, message = DEFECTS[case]
    assignment = demo(tmp_path, master=edit)
    with pytest.raises(TopicError) as caught:
        read_master(assignment)
    assert str(caught.value) == f"{tmp_path / MASTER}{message}"


def test_a_missing_master_is_told(tmp_path: Path) -> None:
    assignment = demo(tmp_path)
    (assignment.folder / "notebook.py").unlink()
    with pytest.raises(TopicError) as caught:
        read_master(assignment)
    assert str(caught.value) == (
        f"{assignment.folder}: there is no notebook.py here; write the master notebook as "
        "docs/topic-format.md shows"
    )


def test_a_cell_mark_inside_a_string_is_told(tmp_path: Path) -> None:
    edit = ("table = [1, 2, 2]", 'table = """\n# %% not a cell\n"""')
    with pytest.raises(TopicError, match='14 lines begin with "# %%", but 13 cells were read'):
        read_master(demo(tmp_path, master=edit))


def test_languages_may_follow_one_another_in_any_order(tmp_path: Path) -> None:
    folder = write_topic(tmp_path)
    path = folder / MASTER
    text = path.read_text(encoding="utf-8")
    zh, en = text.index("# %% [markdown]"), text.index('# %% [markdown] lang="en"')
    end = text.index('# %% role="setup"')
    path.write_text(text[en:end] + text[zh:en] + text[end:], encoding="utf-8")
    master = read_master(load_topic(folder).assignments[0])
    assert [c.lang for c in master.cells[:2]] == ["en", "zh"]
