"""Authoring: from a topic's files to the notebooks that students and instructors receive.

`master` reads notebook.py, `closure` cuts code out of the reference and the checks, `stubs` empties
it, `build` puts the notebook together, `leaks` looks for solutions in a release, `preview` shows a
notebook as a page. Nothing of a topic is imported or run here; `execute` is handed what runs cells.
"""
