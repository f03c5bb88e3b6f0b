# Two commands: `make demo` shows what it does on a published person's case, `make test` proves that it works.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMPS := $(VENV)/.stamps
CHROMIUM ?= chromium

unexport PYTHONDONTWRITEBYTECODE  # the processes that the tests start need not compile us anew each time

.PHONY: demo test check unit whole coverage browser serve figures messages clean

demo: $(STAMPS)/demo  ## assess a published person's case and a recording, in the terminal and as report.html, report-recording.html
	$(BIN)/myognosis assess examples/demo.yaml --html report.html
	$(BIN)/myognosis read examples/recordings/wrist.json
	$(BIN)/myognosis assess examples/wrist_tremor.yaml --html report-recording.html >/dev/null

serve: $(STAMPS)/web  ## the interview in the browser of this computer
	$(BIN)/myognosis serve

test: check whole unit browser  ## everything that .ci/run runs; the whole house first, which compiles what its parts use

unit: $(STAMPS)/test  ## every test of a part
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not whole"

whole: $(STAMPS)/test  ## the whole house at once: all vignettes, people and scenarios, and processes that are killed in the middle
	$(BIN)/python -m pytest -n 2 --dist loadfile -m whole

coverage: $(STAMPS)/test  ## the same, with the lines and branches that no test reaches
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term-missing:skip-covered

browser: $(STAMPS)/browser  ## a real browser through the interview, where Chromium is installed
	@if command -v $(CHROMIUM) >/dev/null; then \
	  MYOGNOSIS_BROWSER=1 CHROMIUM=$$(command -v $(CHROMIUM)) $(BIN)/python -m pytest tests/browser; \
	else echo "$(CHROMIUM) is not installed: the tests in a browser are left out"; fi

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

$(STAMPS)/demo: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[signals]'
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/test: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test]'
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/web: pyproject.toml $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[web,signals,pdf]'
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/browser: $(STAMPS)/test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[test,browser]'
	@if command -v $(CHROMIUM) >/dev/null; then npm install --silent --no-save --no-package-lock axe-core; fi
	@mkdir -p $(STAMPS) && touch $@

clean:
	rm -rf $(VENV) node_modules report.html report.pdf src/myognosis/knowledge/compiled.json
