# Every command prepares what it needs (`setup` does nothing when nothing changed) and may be repeated.

PYTHON ?= python3
DATA ?= var
PORT ?= 8000
VENV := .venv

.DEFAULT_GOAL := help
.PHONY: help setup run unit test bench check messages lock

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install everything into .venv and node_modules, build assets and translations
	@$(PYTHON) scripts/bootstrap.py

run: setup ## Start Stellwerk on http://127.0.0.1:8000 with its data under ./var (PORT=, DATA=)
	@exec $(VENV)/bin/stellwerk serve --data $(DATA) --port $(PORT)

unit: setup ## Run the unit and HTTP tests alone, on SQLite (ARGS="-k word")
	@$(VENV)/bin/python scripts/suite.py --unit $(ARGS)

test: setup ## Run every test on SQLite and on PostgreSQL, browser tests included (ARGS="-k word")
	@$(VENV)/bin/python scripts/suite.py $(ARGS)

bench: setup ## Measure the figures of benchmarks/README.md on this machine (SAVE=yes keeps them)
	@$(VENV)/bin/python -m benchmarks $(if $(SAVE),--save)

check: setup ## Run the linters, the type checker, the import contracts and the completeness checks
	@$(VENV)/bin/python scripts/gates.py

messages: setup ## Bring the translation files up to date with the texts in code and templates
	@$(VENV)/bin/python scripts/messages.py update

lock: setup ## Resolve the dependencies of pyproject.toml anew into requirements.lock
	@$(VENV)/bin/python scripts/bootstrap.py lock
