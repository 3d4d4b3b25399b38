"""`python -m gradewright` is the command `gradewright`."""

import sys

from gradewright.cli import main

if __name__ == "__main__":
    sys.exit(main())
