"""`python -m gradewright_grader.report docs/schema` writes the published schema anew."""

from __future__ import annotations

import sys
from pathlib import Path

from gradewright_grader.report.schema import write_schema

if __name__ == "__main__":
    write_schema(Path(sys.argv[1]))
