# Troth: one command to run, one to test. `make help` says the rest.

PYTHON := .venv/bin/python
WORKERS ?= 2
.DEFAULT_GOAL := help
.PHONY: help serve demo test test-sqlite test-postgres kill lint types contracts wheel messages bench screenshots runtime development clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

serve: runtime ## run the site at https://troth.localhost:8443 (Ctrl-C stops it)
	@$(PYTHON) -m troth serve

demo: runtime ## wipe the demo's data and make the demo afresh
	@$(PYTHON) -m troth demo --yes

test: test-sqlite test-postgres ## run all tests, and those of the database again on PostgreSQL

test-sqlite: development
	@echo "== The whole suite, on SQLite"
	@scripts/find_mail_servers
	@TROTH_CHROMIUM="$$(scripts/find_chromium)" && export TROTH_CHROMIUM && $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile

test-postgres: development
	@echo "== What touches the database, on PostgreSQL"
	@TROTH_TEST_POSTGRES=1 $(PYTHON) -m pytest -n $(WORKERS) --dist loadfile

kill: development ## kill the program at more than a hundred random points, and see that nothing is lost
	@TROTH_TEST_DEATHS=7 $(PYTHON) -m pytest tests/kill

lint: development ## check style: ruff, and the house's own rules
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m ruff format --check .

types: development ## check types: mypy, strict
	@scripts/check_types

contracts: development ## check that imports point down, and across rooms only through api
	@.venv/bin/lint-imports

wheel: development ## build the wheel into dist/
	@$(PYTHON) -m build --wheel

messages: development ## gather what is to be translated, and compile the translations
	@$(PYTHON) scripts/messages.py

bench: development ## measure how fast it is, beside a calibration in the same run
	@$(PYTHON) -m bench

screenshots: development ## draw every page anew for the tour
	@TROTH_CHROMIUM="$$(scripts/find_chromium)" && export TROTH_CHROMIUM && $(PYTHON) -m tests.screenshots

clean: ## remove what was built; data and environment stay
	@rm -rf build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	@find troth tests bench -name __pycache__ -prune -exec rm -rf {} +

runtime:
	@scripts/make_environment runtime

development:
	@scripts/make_environment development
