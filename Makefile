# Every target works on a fresh clone: it makes .venv from requirements.lock first.
.DEFAULT_GOAL := help
SHELL := /bin/sh

# The newest supported Python on the PATH; `make PYTHON=/path/to/python install` chooses another.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
# The oldest supported Python, for the floors and the matrix.
PYTHON311 ?= $(shell for p in python3.11 python3; do \
	$$p -c 'import sys; sys.version_info[:2] == (3, 11) or sys.exit(1); print(sys.executable)' \
	2>/dev/null && break; done)
RUN := .venv/bin/python
PIP := -m pip install --quiet --disable-pip-version-check
# schemathesis is used without its plugin, whose import takes a third of a second
PYTEST := ../.venv/bin/python -m pytest -p no:schemathesis
PORT ?= 8000
WORKERS ?= -n auto --maxprocesses 4

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' Makefile

.PHONY: install
install: .venv/.installed ## make .venv from the pinned lock

.venv/.installed: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "factoryfloor needs Python 3.11 or newer; install it or say: make PYTHON=/path/to/python3.11 install" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { echo "could not make a virtual environment: on Debian and Ubuntu, install python3-venv" >&2; exit 1; }
	$(RUN) $(PIP) --require-hashes -r requirements.lock
	$(RUN) $(PIP) --no-deps --no-build-isolation --editable .
	@touch .venv/.installed

.PHONY: demo
demo: install ## build a print farm's test data on the embedded PostgreSQL and show it
	@cd backend && ../.venv/bin/python -m demo

.PHONY: serve
serve: install ## run FilaOps with the demo data; PORT=8000
	@echo "FilaOps: http://127.0.0.1:$(PORT)/docs (log in as admin with the password admin)"
	@cd backend && exec ../.venv/bin/python -m factoryfloor run --fill demo.farm:build_farm -- \
		../.venv/bin/python -m uvicorn app.main:app --port $(PORT)

.PHONY: test
test: install ## all tests: the library's, then FilaOps' on several workers
	$(RUN) -m pytest
	cd backend && $(PYTEST) $(WORKERS)

.PHONY: test-cov
test-cov: install ## FilaOps' tests with the coverage of app, as HTML and in the terminal
	cd backend && $(PYTEST) --cov=app --cov-report=term-missing --cov-report=html

.PHONY: test-unit test-integration test-api
test-unit: install ## FilaOps' unit tests
	cd backend && $(PYTEST) -m unit
test-integration: install ## FilaOps' integration tests
	cd backend && $(PYTEST) -m integration
test-api: install ## FilaOps' API tests
	cd backend && $(PYTEST) -m api

.PHONY: test-fast
test-fast: install ## FilaOps' tests but the slow ones
	cd backend && $(PYTEST) -m "not slow"

.PHONY: node
node:
	@command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' || { \
		echo "e2e needs Node 20 or newer with npm; found: $$(node --version 2>/dev/null || echo none). Install it from https://nodejs.org" >&2; exit 1; }

e2e/node_modules/.installed: e2e/package.json e2e/package-lock.json | node
	cd e2e && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch e2e/node_modules/.installed

.PHONY: e2e
e2e: install node e2e/node_modules/.installed ## the TypeScript client's tests against the running backend (needs Node 20)
	cd e2e && npm test --loglevel=error

.PHONY: types
types: install ## write the scenarios' types for TypeScript anew
	cd backend && ../.venv/bin/python -m factoryfloor types ../e2e/src/scenarios.ts

.venv-floors/.installed: requirements-floors.lock pyproject.toml
	@test -n "$(PYTHON311)" || { echo "the floors are tested on Python 3.11; install it or say: make PYTHON311=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON311) -m venv --clear .venv-floors || { echo "could not make a virtual environment: on Debian and Ubuntu, install python3.11-venv" >&2; exit 1; }
	.venv-floors/bin/python $(PIP) --require-hashes -r requirements-floors.lock
	.venv-floors/bin/python $(PIP) --no-deps --no-build-isolation --editable .
	@touch .venv-floors/.installed

.PHONY: test-floors
test-floors: .venv-floors/.installed ## all tests on Python 3.11 with the oldest versions of pyproject.toml
	.venv-floors/bin/python -m pytest
	cd backend && ../.venv-floors/bin/python -m pytest

.PHONY: matrix
matrix: install ## all tests on old and new SQLAlchemy, psycopg and PostgreSQL; ARGS="--only oldest"
	PYTHON311="$(PYTHON311)" $(RUN) -m matrix $(ARGS)

.PHONY: check
check: install ## ruff, mypy, import-linter, codespell, and whether the types for TypeScript are up to date
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m mypy
	cd backend && ../.venv/bin/python -m mypy --config-file ../pyproject.toml app demo tests migrations
	PYTHONPATH=backend .venv/bin/python -c "from importlinter.cli import lint_imports_command; lint_imports_command()"
	$(RUN) -m codespell_lib
	cd backend && ../.venv/bin/python -m factoryfloor types --check ../e2e/src/scenarios.ts

.PHONY: fix
fix: install ## what ruff can mend by itself
	$(RUN) -m ruff check --fix .
	$(RUN) -m ruff format .

.PHONY: bench
bench: install ## the benchmarks, as ratios of one interleaved run
	$(RUN) -m benchmarks

PIN := uv pip compile --python-version 3.11 --generate-hashes --no-annotate --no-header \
	--no-emit-index-url --no-emit-find-links --upgrade --quiet
.PHONY: lock
lock: ## pin all lock files anew (needs uv and npm)
	$(PIN) pyproject.toml --all-extras --group dev --universal --output-file requirements.lock
	$(PIN) pyproject.toml --all-extras --group build --group filaops --group test \
		--resolution lowest-direct --output-file requirements-floors.lock
	$(PIN) matrix/sqlalchemy-2.0.in --no-deps --output-file matrix/sqlalchemy-2.0.lock
	$(PIN) matrix/psycopg-3.1.in --no-deps --output-file matrix/psycopg-3.1.lock
	cd matrix && npm install --package-lock-only --ignore-scripts --no-audit --no-fund
	cd e2e && npm install --package-lock-only --ignore-scripts --no-audit --no-fund
