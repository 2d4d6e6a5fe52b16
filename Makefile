# Two commands do everything: `make run` and `make test`. Needed beforehand: Python 3.11 or newer, nothing else.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: run test lint notebooks docs lite requirements clean

run: .venv/run ## make the environment, install, build the evidence base
	$(BIN)/evidence build

test: .venv/dev ## run every test, the notebooks included
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

lint: .venv/dev ## formatting, lint, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

notebooks: .venv/dev ## open the notebooks
	$(BIN)/jupyter lab notebooks

docs: .venv/dev ## build the documentation into build/docs
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --quiet --jobs auto docs build/docs

lite: .venv/dev ## build the notebooks for a browser alone into build/lite
	$(BIN)/python notebooks/lite/build.py

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	touch $@

.venv/run: .venv/python requirements/run.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@

.venv/dev: .venv/python requirements/dev.txt pyproject.toml
	$(PIP) install --require-hashes -r requirements/dev.txt
	$(PIP) install --no-deps --no-build-isolation --editable .
	touch $@ .venv/run

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header

requirements: ## pin anew what is installed (needs uv)
	$(COMPILE) --upgrade pyproject.toml requirements/build.in -o requirements/run.txt
	$(COMPILE) --upgrade --extra dev -c requirements/run.txt pyproject.toml requirements/build.in -o requirements/dev.txt
	$(COMPILE) --python-version 3.12 --upgrade -c requirements/pyodide.txt pyproject.toml requirements/browser.in -o requirements/browser.txt
	$(COMPILE) --upgrade --resolution lowest-direct --extra test pyproject.toml requirements/build.in -o requirements/floors.txt

clean: ## remove the environment and everything that can be made again
	rm -rf .venv results/report results/.state.json
