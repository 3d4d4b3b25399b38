"""Results for people and programs: the class's index, students' pages, terminal, CSV, JSON.

Reports are made from records and notebooks that ran; nothing here grades, runs or stores anything.
What students wrote goes through `gradewright_grader.page` before it stands in a page.

`write_report` makes the pages, `show_results` the terminal's table, `write_csv` and
`grade_document` what programs read.
"""

from gradewright_grader.report.export_csv import csv_text, write_csv
from gradewright_grader.report.info import AssignmentInfo, GradedPage, QuestionInfo
from gradewright_grader.report.schema import grade_document
from gradewright_grader.report.site import write_report
from gradewright_grader.report.terminal import show_results

__all__ = [
    "AssignmentInfo",
    "GradedPage",
    "QuestionInfo",
    "csv_text",
    "grade_document",
    "show_results",
    "write_csv",
    "write_report",
]
