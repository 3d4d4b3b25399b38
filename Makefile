# One command each; all of them create .venv on first use. See CONTRIBUTING.md.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt

# One thread for every BLAS in tests: verdicts and times must not depend on who else is running.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export MKL_NUM_THREADS := 1

.PHONY: install demo develop test lint verify bench release clean

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python requirements-core.txt constraints.txt $(wildcard */pyproject.toml plugins/*/pyproject.toml)
	$(PIP) -r requirements-core.txt
	touch $@

.venv/.developed: .venv/.installed requirements-all.txt requirements-dev.txt
	$(PIP) -r requirements-dev.txt
	touch $@

install: .venv/.installed   ## what instructors and authors need, without torch

demo: install               ## grade the sample class and write report/
	$(BIN)/gradewright grade examples/class-tree1 -o report

develop: .venv/.developed   ## everything, for working on Gradewright itself

test: develop               ## the whole suite, with coverage
	$(BIN)/python -m pytest -n 2 --dist loadgroup --cov --cov-report=term:skip-covered

lint: develop               ## every static check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy platform/src grader/src $(wildcard plugins/*/src)
	$(BIN)/lint-imports

verify: install             ## every promise of every topic, all mutants (some minutes)
	for topic in $(notdir $(wildcard plugins/*)); do $(BIN)/gradewright verify $$topic --full || exit 1; done

bench: install              ## how fast a class is graded, against nbgrader (some minutes)
	$(BIN)/python benchmarks/against_nbgrader.py

release: install            ## the committed assignments/ and sample class, anew
	$(BIN)/python -m gradewright_grader.authoring.committed
	$(BIN)/python examples/make_class_tree1.py

clean:
	rm -rf .venv build dist report .coverage htmlcov
