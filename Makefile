# `make run` and `make test` do all the set-up that they need; see `make help`.
PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
PYTEST := QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest
COMPILE := $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-annotate --custom-compile-command "make lock"

.PHONY: help run test check lint format bench tour icons world package lock clean set-up set-up-dev

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: set-up ## the window (ARGS="--demo" and others are passed on)
	$(BIN)/python -m gui $(ARGS)

test: set-up-dev ## every test; real engines where they can be started (ARGS="-k logs" and others are passed on)
	$(PYTEST) $(ARGS)

check: lint ## lint, types, contracts and the tests without engines, under 3 minutes
	$(PYTEST) tests/test_contracts.py tests/test_set_up.py tests/models tests/services tests/gui $(ARGS)

lint: set-up-dev ## style, types and import contracts
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: set-up-dev ## put the code into its one format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: set-up-dev ## measure, against the limits
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench $(ARGS)

tour: set-up ## pictures of every page into build/tour
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m gui --tour build/tour $(ARGS)

icons: set-up-dev ## take the drawings in use out of the icon package, into resources/icons
	PYTHONPATH=. $(BIN)/python packaging/icons.py

world: set-up-dev ## build the engines and judges of the tests (Go 1.26 or newer)
	$(BIN)/python -m tests.world.build

package: set-up-dev ## the wheel, into dist/
	$(BIN)/python -m build --no-isolation --wheel --outdir dist
	$(PYTEST) tests/test_package.py

lock: set-up-dev ## renew the locked dependencies
	echo uv | $(COMPILE) --output-file requirements/uv.txt -
	$(COMPILE) --output-file requirements/run.txt pyproject.toml
	$(COMPILE) --output-file requirements/dev.txt --constraint requirements/run.txt --group dev pyproject.toml

clean: ## remove what was built, and the virtual environment
	rm -rf build dist .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

set-up:
	@$(PYTHON) packaging/set_up.py run

set-up-dev:
	@$(PYTHON) packaging/set_up.py dev
