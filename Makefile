PYTHON ?= python3
ARGS ?=

BIN := .venv/bin
READY := .venv/ready
# Folders that hold Python; those that do not exist yet are left out.
CODE := $(wildcard core app tests bench screenshots docs)
# An editable install whose start is measured must have its bytecode on disk.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test check bench screenshots lock clean

help: ## what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

demo: $(READY) ## the app on made-up accounts, touching nothing of yours
	@$(BIN)/mp demo $(ARGS)

test: $(READY) ## the tests (ARGS="-k switch" picks some)
	@$(BIN)/pytest -n auto --dist worksteal $(ARGS)

check: $(READY) ## everything that must hold before a commit: style, types, floors, screenshots, tests
	@echo '== style';       $(BIN)/ruff check $(CODE)
	@echo '== format';      $(BIN)/ruff format --check $(CODE)
	@echo '== types';       $(BIN)/mypy $(CODE)
	@echo '== floors';      $(BIN)/lint-imports --no-cache
ifneq ($(wildcard screenshots/draw.py),)
	@echo '== screenshots'; $(BIN)/python -m screenshots.draw --check
endif
	@echo '== tests';       $(BIN)/pytest -n auto --dist worksteal $(ARGS)

bench: $(READY) ## the speed budgets, measured beside what a user would pick instead
	@$(BIN)/python -m bench $(ARGS)

screenshots: $(READY) ## draw screenshots/*.svg anew
	@$(BIN)/python -m screenshots.draw $(ARGS)

lock: $(READY) ## requirements.lock from pyproject.toml (ARGS=--upgrade takes newer versions)
	@$(BIN)/uv --quiet --no-config pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	    --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --custom-compile-command 'make lock' --output-file requirements.lock $(ARGS)

clean: ## remove what can be made again
	@rm -rf .venv .cache dist .hypothesis .mypy_cache .pytest_cache .ruff_cache snapshot_report.html
	@find $(CODE) -name __pycache__ -prune -exec rm -rf {} +

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	    echo "mixdesk needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version 2>&1 | tail -n 1)." \
	        'Name another: make PYTHON=python3.12 …' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	    echo "'$(PYTHON)' cannot make virtual environments: install its venv package (Debian: python3-venv)." >&2; exit 1; }
	@echo 'setting up .venv (about a minute, once)'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
