# Everything a developer does, and all that CI does. Each target makes what it needs and is quick when nothing changed.
.DEFAULT_GOAL := help
.PHONY: help install run test check agent bench bench-capture bench-see fmt vendor lock clean
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
FROM_LOCK := $(PIP) install --no-deps --require-hashes --requirement
ARGS ?=

help:                     ## show this
	@sed -n 's/^\([a-z-]*\):.*## /make \1	/p' Makefile | expand -t 24

install: .venv/.dev tests/js/node_modules/.installed collector/node_modules/.installed /usr/bin/chromium ## .venv with everything to run and develop

run: .venv/.runtime       ## start Traceway; ARGS="--api-port 8000" passes options on
	@$(BIN)/traceway serve $(ARGS)

agent: .venv/.dev         ## let the example agent work, recorded by the Traceway that runs; no model, no key
	@$(BIN)/python examples/agent/run.py $(ARGS)

test: install             ## all tests; ARGS="-k fidelity" passes options on
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

check: .venv/.dev collector/node_modules/.installed ## lint, formatting, strict types, lock files, generated documents
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python tools/lock.py --check
	@$(BIN)/python tools/docs.py --check
	@$(BIN)/python tools/vendor.py --check
	@cd collector && node_modules/.bin/tsc -p tsconfig.json

bench: .venv/.dev         ## measure speed and size on this machine; ARGS="--quick" for a smoke run
	@$(BIN)/python -m benchmarks.run $(ARGS)

bench-capture: .venv/.dev ## measure what observing a program costs it
	@$(BIN)/python -m benchmarks.capture.run $(ARGS)

bench-see: .venv/.dev     ## measure lists, search, analytics, events and the interface at a million spans
	@$(BIN)/python -m benchmarks.see.run $(ARGS)

fmt: .venv/.dev           ## format, fix what can be fixed, write the generated documents again
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .
	@$(BIN)/python tools/docs.py

vendor: collector/node_modules/.installed .venv/.dev ## copy what the web UI is made of out of its packages
	@$(BIN)/python tools/vendor.py

lock: .venv/.dev          ## pin what pyproject.toml asks for; ARGS="--upgrade" takes the newest
	@$(BIN)/python tools/lock.py $(ARGS)

clean:                    ## remove everything that was made here, not the data
	rm -rf .venv tests/js/node_modules collector/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis dist

.venv/.made:
	@test -n "$(PYTHON)" || { echo "Traceway needs Python 3.11 or later; none is on the PATH (set PYTHON=...)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv
	@touch $@

# The package itself is installed in place, built by the pinned tools of the lock file.
.venv/.runtime: requirements.lock pyproject.toml | .venv/.made
	@echo "installing what Traceway runs on (about 200 MB the first time)"
	@$(FROM_LOCK) requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@echo "installing what developing needs"
	@$(FROM_LOCK) requirements-dev.lock
	@touch $@

tests/js/node_modules/.installed: tests/js/package-lock.json
	@command -v npm >/dev/null || { echo "the tests send with OpenTelemetry's JavaScript exporters: install Node.js 20 or later" >&2; exit 1; }
	@echo "installing the JavaScript exporters the tests send with"
	@cd tests/js && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# Only contributors need Node.js: for the type checker of the UI, and to look after its vendor folder.
collector/node_modules/.installed: collector/package-lock.json
	@command -v npm >/dev/null || { echo "checking the UI's types takes Node.js 20 or later" >&2; exit 1; }
	@echo "installing the type checker of the UI"
	@cd collector && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# The tests drive Debian's browser; elsewhere, install Chromium and the tests find it on the PATH.
/usr/bin/chromium:
	@command -v chromium >/dev/null && exit 0; \
	echo "installing Chromium, which the tests of the UI drive"; \
	{ apt-get update -qq && apt-get install -y -qq chromium; } >/dev/null 2>&1 \
	|| { echo "the tests of the UI need Chromium: install it, so that it is on the PATH" >&2; exit 1; }
