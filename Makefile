# Type `make` to see what there is. ARGS is passed on: make demo ARGS="--once --json", make test ARGS="tests/domain".
.DEFAULT_GOAL := help
SHELL := /bin/sh
BIN := .venv/bin
ARGS ?=
export PYTHON INSTALL

.PHONY: help demo run test check bench lock migration format screenshots setup clean

help: ## show this list
	@echo "Showrunner: make <target> [ARGS=\"...\"]"
	@sed -n 's/^\([a-z-]*\):.* ## \(.*\)/  \1|\2/p' Makefile | while IFS='|' read -r name text; do \
		printf '  %-13s %s\n' "$$name" "$$text"; done

demo: ## play a whole episode in a Discord that runs on this machine, then stay up to look around
	@scripts/setup runtime
	@$(BIN)/showrunner demo $(ARGS)

run: ## start the bot with the settings of .env
	@scripts/setup runtime
	@$(BIN)/showrunner run $(ARGS)

test: ## install what tests need, then run all checks and tests (INSTALL=no: no apt-get)
	@scripts/setup dev
	@scripts/install-debian
	@scripts/test $(ARGS)

check: ## format, lint, types, import contracts, dead code, locks, migrations, hygiene
	@scripts/setup dev
	@$(BIN)/python scripts/check.py $(ARGS)

bench: ## measure against floors and peers of the same run, as ratios
	@scripts/setup dev
	@$(BIN)/python -m tests.bench $(ARGS)

format: ## format the code and mend what ruff can mend
	@scripts/setup dev
	@$(BIN)/ruff format
	@$(BIN)/ruff check --fix

lock: ## resolve the dependencies again (ARGS=--upgrade: to the newest versions)
	@scripts/setup dev
	@$(BIN)/python scripts/lock.py $(ARGS)

migration: ## write the next migration from the changed models (ARGS="what changes")
	@scripts/setup dev
	@$(BIN)/python scripts/new_migration.py $(ARGS)

screenshots: ## take the pictures in docs/ again from a running demo
	@scripts/setup dev
	@scripts/install-debian
	@$(BIN)/python scripts/screenshots.py $(ARGS)

setup: ## make .venv for development and do nothing else
	@scripts/setup dev

clean: ## remove the environment and all caches; var/ (your data) stays
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './var/*' -prune -exec rm -rf {} +
