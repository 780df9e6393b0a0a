# The door: `make run` replays the campaign, `make test` runs the tests. Nothing else is needed but
# Python 3.11 or later, pip and make.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
LOWEST := PYTHONPATH=src OILPLAN_CACHE=out/lowest/cache $(VENV)-lowest/bin/python -W ignore -m oilplan.cli.main
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
# The lists are whole, so nothing is resolved. Modules are compiled when first imported; most of what is installed never is.
INSTALL := install --no-compile --no-deps --require-hashes

.PHONY: verdicts run test test-slow lint bench bench-fit hostile audit posterior docs lock clean

run: $(VENV)/.run
	$(BIN)/oilplan run --out out/as_flown --force

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 3 --dist loadfile

test-slow: $(VENV)/.dev
	$(BIN)/python -m pytest -m slow

lint: $(VENV)/.dev
	$(BIN)/ruff check src tests benchmarks tools
	$(BIN)/ruff format --check --quiet src tests benchmarks tools
	$(BIN)/mypy
	$(BIN)/codespell src docs README.md CHANGELOG.md

# The oldest releases that pyproject.toml allows, in an environment of their own: each of these verbs must end well.
lowest: $(VENV)-lowest/.done
	rm -rf out/lowest && mkdir -p out/lowest
	echo "The plant at Leuna was attacked on 12 May 1944." > out/lowest/page.txt
	$(LOWEST) run --draws 5 --out out/lowest/run
	$(LOWEST) compare as_flown portal --draws 5
	$(LOWEST) record list
	$(LOWEST) read out/lowest/page.txt
	$(LOWEST) verdicts C01

$(VENV)-lowest/.done: requirements/lowest.txt
	$(PYTHON) -m venv $(VENV)-lowest
	$(VENV)-lowest/bin/python -m pip --disable-pip-version-check --quiet $(INSTALL) -r requirements/lowest.txt
	@touch $@

# Small faults put into a copy of the code, each of which named tests must catch; half an hour, not in CI.
mutate: $(VENV)/.dev
	@$(BIN)/python -m benchmarks.mutate

# What oilplan is put through before it is trusted: hours; each part goes on where it was stopped. Figures to docs/trust.md.
hostile: $(VENV)/.dev
	-@$(BIN)/python -m benchmarks.hostile inputs
	-@$(BIN)/python -m benchmarks.hostile kills
	-@$(BIN)/python -m benchmarks.hostile cluster
	-@$(BIN)/python -m benchmarks.hostile server
	@$(BIN)/python -m benchmarks.hostile docs

# Known weaknesses of the locked releases; asks an advisory database, so it needs a network that reaches one.
audit: $(VENV)/.dev
	$(BIN)/pip-audit --disable-pip --require-hashes -r requirements/run.txt

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "oilplan needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/bin/python
	@echo "Setting up $(VENV) (once; about a minute) ..."
	$(PIP) $(INSTALL) -r requirements/run.txt
	$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	$(PIP) $(INSTALL) -r requirements/dev.txt
	@touch $@

# The programs that oilplan is measured against and what builds the pages: 250 MB that no test needs.
$(VENV)/.all: requirements/all.txt $(VENV)/.dev
	$(PIP) $(INSTALL) -r requirements/all.txt
	@touch $@

lock:
	uv pip compile pyproject.toml requirements/build.in --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-annotate -o requirements/run.txt
	uv pip compile pyproject.toml requirements/build.in --extra dev --extra cluster \
	  -c requirements/run.txt --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-annotate -o requirements/dev.txt
	uv pip compile pyproject.toml requirements/build.in --extra dev --extra cluster --extra bench --extra docs \
	  -c requirements/run.txt --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-annotate -o requirements/all.txt
	uv pip compile pyproject.toml --resolution lowest-direct --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-annotate -o requirements/lowest.txt

bench: $(VENV)/.all
	@$(BIN)/python -m benchmarks.speed
	@$(BIN)/python -m benchmarks.read_quality

bench-fit: $(VENV)/.all
	@$(BIN)/python -m benchmarks.fit

posterior: $(VENV)/.run
	$(BIN)/oilplan calibrate --draws 2000 --out out/posterior --force
	mkdir -p src/oilplan/calibration/data
	cp out/posterior/posterior.npz out/posterior/diagnostics.json src/oilplan/calibration/data/

verdicts: $(VENV)/.run
	$(BIN)/python tools/ship_verdicts.py

docs: $(VENV)/.all
	$(BIN)/sphinx-build -W -q docs docs/_build
	@echo "docs/_build/index.html"

clean:
	rm -rf out
