"""The judge: runs an assignment's checks against submissions, and never runs student code.

One warm process per assignment collects `checks/` once under a sealed pytest (`collect`), then
forks per submission (`process`). In the fork, `judging` walks through the questions, `standard`
adds the checks that every question has, `score` turns outcomes into exact points, `matching` asks
which misconception a wrong answer equals, `lint` finds what the text alone shows. The case bank
(`bank`) is made once. Where the student's code runs, and what ends it, is told by a `Supply`
(`supply`); boxes, budgets, storage and display are left to other packages.
"""
