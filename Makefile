# Two commands: `make demo` shows what it does on a published person's case, `make test` proves that it works.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMPS := $(VENV)/.stamps

.PHONY: demo test check figures messages clean

demo: $(STAMPS)/core  ## assess a published person's case, in the terminal and as report.html
	$(BIN)/myognosis assess examples/demo.yaml --html report.html

test: check  ## everything that .ci/run runs
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term:skip-covered

check: $(STAMPS)/test  ## style, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

figures: $(STAMPS)/test  ## measure, and write benchmarks/RESULTS.md
	$(BIN)/python benchmarks/run.py

messages: $(STAMPS)/test  ## bring the message catalogues up to date
	$(BIN)/python tools/messages.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(STAMPS)/core: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/test: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@mkdir -p $(STAMPS) && touch $@

clean:
	rm -rf $(VENV) report.html report.pdf src/myognosis/knowledge/compiled.json
