# One environment, .venv; `make demo` and `make test` set it up themselves.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

help:  ## say what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(INSTALLED): constraints.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode -r constraints.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

install: $(INSTALLED)  ## make the environment

demo: $(INSTALLED)  ## run the DAG twice on the bundled sample news site and show the tables
	$(BIN)/conflictwire demo --airflow dags

test: $(INSTALLED)  ## all checks: formatting, types, import directions, SQL, tests
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint --disable-progress-bar --nocolor sql
	$(BIN)/pytest -n 3 --dist worksteal -m "not soak"

up: $(INSTALLED)  ## Airflow on loopback with the live feeds, until Ctrl-C or `make down`
	$(BIN)/conflictwire up --dags dags

down: $(INSTALLED)  ## stop what `make up` started
	$(BIN)/conflictwire down

bench: $(INSTALLED)  ## what polling, an ingest and extraction cost beside the bare libraries (needs CONFLICTWIRE_EVALUATION)
	$(BIN)/python tests/bench/polling_cost.py
	$(BIN)/python tests/bench/ingest_cost.py
	$(BIN)/python tests/bench/extraction_cost.py

bench-dedup: $(INSTALLED)  ## what dedup, stories and load cost as the warehouse grows to five million articles (minutes, 10 GB of disk)
	$(BIN)/python tests/bench/dedup_slope.py

eval: $(INSTALLED)  ## precision, recall and F1 of the judgements on every set, with intervals and a plot
	$(BIN)/python tests/eval/relevance_report.py

soak: $(INSTALLED)  ## the checks that take over a minute, whole
	$(BIN)/pytest -m soak -s

docs: $(INSTALLED)  ## write docs/columns.md anew from the schema
	$(BIN)/python -m pipeline.command.columns > docs/columns.md

lock: $(INSTALLED)  ## resolve the dependencies anew into constraints.txt
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 --no-header --no-emit-index-url --quiet --upgrade -o constraints.txt

.PHONY: help install demo test up down bench bench-dedup eval soak docs lock
