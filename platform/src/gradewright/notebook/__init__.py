"""Notebooks as files: cell roles, reading a submission safely, finding the answers in it.

It reads nbformat JSON and Python source (by `ast`); it executes nothing and grades nothing.
Releases and solutions are written by `gradewright_grader.authoring`.
"""
