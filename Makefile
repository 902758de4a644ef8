# Each target sets up what it needs first. PYTHON=/path/to/python3.12 chooses the Python.
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
BIN := .venv/bin
OFFSCREEN := QT_QPA_PLATFORM=offscreen

.PHONY: help setup run test demo bench oracle mutants crash pictures catalogue lock clean

help:
	@echo "make run        open the window (without a display: the demonstration)"
	@echo "make demo       do the main job without a screen, on a made-up site in demo/"
	@echo "make test       run every check: format, lint, types, layers, catalogue, tests"
	@echo "make bench      measure, each figure as a ratio to its floor"
	@echo "make oracle     work out a million random doses twice, in exact fractions too"
	@echo "make mutants    change the dose engine one operator at a time; each change must make a test fail"
	@echo "make setup      build .venv with the command .venv/bin/lndesk (the others call it)"
	@echo "make crash      kill the program 1,200 times at work, let its disk fail at each write, and count what is lost"
	@echo "make pictures   draw the pictures of docs/pictures anew from the real screens"
	@echo "make catalogue  bring the Chinese catalogue in line with the code, and check it"
	@echo "make lock       lock the libraries of requirements/*.in (needs uv)"
	@echo "make clean      remove .venv and caches; demo/ stays"

setup:
	@PYTHON='$(PYTHON)' scripts/setup

run: setup
	@if [ "$$(uname)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
		echo "There is no display here, so the window cannot open. The demonstration runs instead."; \
		$(MAKE) demo; \
	else \
		$(BIN)/python main.py; \
	fi

demo: setup
	@mkdir -p demo
	@$(BIN)/lndesk demo demo/$$(date +%Y%m%d-%H%M%S)

test: setup
	@echo "== Format"
	@$(BIN)/ruff format --check .
	@echo "== Lint"
	@$(BIN)/ruff check .
	@echo "== Types"
	@$(BIN)/mypy --no-error-summary
	@echo "== Layers"
	@$(BIN)/lint-imports --no-logo
	@echo "== Catalogue"
	@$(BIN)/python scripts/catalogue.py check
	@echo "== Tests"
	@$(OFFSCREEN) $(BIN)/python -m pytest -q

bench: setup
	@$(OFFSCREEN) $(BIN)/python tests/bench/run.py

oracle: setup
	@$(BIN)/python scripts/oracle.py

mutants: setup
	@test -x .venv-mutants/bin/cosmic-ray || { $(BIN)/python -m venv .venv-mutants && \
		.venv-mutants/bin/pip install --quiet --require-hashes -r requirements/mutants.txt; }
	@.venv-mutants/bin/python scripts/mutants.py

crash: setup
	@$(BIN)/python -m tests.crash.run $(CRASH)

pictures: setup
	@mkdir -p docs/pictures
	@$(OFFSCREEN) $(BIN)/python scripts/pictures.py docs/pictures

catalogue: setup
	@$(BIN)/python scripts/catalogue.py extract
	@$(BIN)/python scripts/catalogue.py compile
	@$(BIN)/python scripts/catalogue.py check

lock:
	@scripts/lock

clean:
	@rm -rf .venv .venv-mutants build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -prune -exec rm -rf {} +
	@find resources/locale -name '*.mo' -exec rm -f {} +
