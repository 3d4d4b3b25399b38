"""Gradewright (作业匠): assignments for machine-learning courses, and checks that teach.

This distribution is what a student installs: the contract for topics (`api`), the host that finds
them, the value codec, notebooks as files, and live checks (`student`). Importing it is cheap.
Grading is the work of the distribution `gradewright-grader`.
"""

from gradewright.data import data_dir

__all__ = ["__version__", "data_dir"]

__version__ = "0.1.0"
