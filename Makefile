# Whereabouts: `make run` starts it, `make test` proves it. `make` alone lists the targets.

PYTHON ?= python3
# Words added to pytest's command line, for example: make test TEST="-n0 -k places -x"
TEST ?=
# A worker for each core; the one that is done takes over what the others have left.
# Compiled tests, with the asserts that pytest writes anew, are kept for the next run.
PYTEST := PYTHONDONTWRITEBYTECODE= .venv/bin/python -m pytest -n auto --dist worksteal

PIP := .venv/bin/python -m pip --disable-pip-version-check install -qq --require-hashes
TYPED := $(wildcard app.py settings.py models outreach views worker)
LINTED := $(wildcard app.py settings.py models outreach views worker tests bench migrations data deploy)
LANGUAGES := data/languages
TEMPLATES := templates $(wildcard templates/*.svg templates/*/*.svg)

# The driver is only installed where the database asks for it.
DRIVER := $(if $(filter postgres%,$(DATABASE_URL)),.venv/.postgres)

.DEFAULT_GOAL := help
.PHONY: help setup run test random fuzz tools browser lint types directions format bench torture evaluate sentences postgres sbom containerfile audit lock clean

# $(call part,name,command): say a part's name, do it, and say how many seconds it took.
part = @echo "== $(1)"; begun=$$(date +%s); $(2) || exit 1; echo "== $(1): $$(($$(date +%s) - begun)) s"

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-13s %s\n", $$1, $$2 }' Makefile

setup: .venv/.base $(DRIVER) ## build .venv with the locked dependencies (PYTHON=python3.12 picks the Python)
	@:

run: setup ## set everything up and serve on http://127.0.0.1:8000 (PORT, HOST, DATABASE_URL)
	@exec .venv/bin/flask serve

test: tools browser ## run every check (TEST="-n0 -k places" narrows pytest)
	@$(MAKE) --silent -j 2 --output-sync=target lint types directions
	$(call part,tests,$(PYTEST) $(TEST))

random: tools browser ## run the tests in random order, with the seed that it prints
	$(call part,tests in random order,$(PYTEST) -p randomly --randomly-dont-reset-seed $(TEST))

fuzz: tools ## run what the tests only sample in full: whole lists, thousands of examples
	$(call part,fuzz,TEST_WHOLE=1 $(PYTEST) -m sampled $(TEST))

bench: setup ## measure pages and forms against a bare Flask route, the match, the sync, rosters and portfolios
	@.venv/bin/python -m bench
	@.venv/bin/python -m bench.seasons
	@.venv/bin/python -m bench.feeds
	@.venv/bin/python -m bench.evaluate_speed
	@.venv/bin/python -m bench.sync
	@.venv/bin/python -m bench.staffing
	@.venv/bin/python -m bench.merges
	@.venv/bin/python -m bench.rosters
	@.venv/bin/python -m bench.portfolios
	@.venv/bin/python -m bench.slow_peers
	@.venv/bin/python -m bench.torture_imports

torture: tools ## try to break sign-up and mail: 100,000 forms, 200 kills (TORTURE="--tries 5000")
	@.venv/bin/python -m bench.torture $(TORTURE)
	@.venv/bin/python -m bench.torture_mail
	@.venv/bin/python -m bench.torture_imports --kills 10

evaluate: setup ## measure how good matches and relevance are
	@.venv/bin/python -m bench.evaluate
	@.venv/bin/python -m bench.relevance

sentences: setup ## collect what volunteers read, and bring the files of translators up to it
	@.venv/bin/pybabel --quiet extract --mapping-file=$(LANGUAGES)/volunteers.toml --keyword=say_count:1,2 \
		--add-comments=Translators: --sort-by-file --add-location=file --no-wrap --project=Whereabouts \
		--output-file=$(LANGUAGES)/whereabouts.pot .
	@.venv/bin/pybabel --quiet update --input-file=$(LANGUAGES)/whereabouts.pot --output-dir=$(LANGUAGES) \
		--domain=whereabouts --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap

tools: .venv/.base .venv/.postgres .venv/.dev

browser: tools
	$(call part,browser,.venv/bin/python tests/browser.py)

lint: tools ## only the style check
	$(call part,lint,.venv/bin/ruff check --quiet $(LINTED) && .venv/bin/djangofmt --check $(TEMPLATES))

types: tools ## only the type check
	$(call part,types,.venv/bin/mypy $(TYPED))

directions: tools ## only the check of who imports whom
	$(call part,directions,.venv/bin/lint-imports --no-logo)

format: tools ## mend what the style check can mend by itself
	@.venv/bin/ruff check --fix $(LINTED)
	@.venv/bin/ruff format $(LINTED)
	@.venv/bin/djangofmt $(TEMPLATES)

postgres: .venv/.postgres ## add the PostgreSQL driver to .venv

sbom: .audit/.made ## write sbom.json: what a container holds of others, in CycloneDX
	@cat requirements.txt requirements-postgres.txt | .audit/bin/cyclonedx-py requirements - --output-reproducible -o sbom.json
	@echo "sbom.json names $$(grep -c '"purl"' sbom.json) libraries."

containerfile: .audit/.made ## lint the Containerfile
	@.audit/bin/hadolint deploy/Containerfile

audit: .audit/.made ## ask for known faults of the locked libraries
	@.audit/bin/python deploy/audit.py requirements.txt requirements-postgres.txt

lock: .uv/bin/uv ## renew the locked versions and their hashes
	@for list in requirements requirements-postgres requirements-dev requirements-audit; do \
		echo "locking $$list.txt"; \
		UV_CUSTOM_COMPILE_COMMAND="make lock" .uv/bin/uv pip compile --quiet --upgrade --universal \
			--python-version 3.11 --generate-hashes "$$list.in" -o "$$list.txt" || exit 1; \
	done

clean: ## remove .venv and caches; the database and the key in instance/ stay
	@rm -rf .venv .uv .audit .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis tests/output
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: a file is newer than its lock when the lock is installed, so that a second call does nothing.

.venv/.made:
	@command -v $(PYTHON) >/dev/null 2>&1 || { \
		echo "There is no $(PYTHON) on this machine. Install Python 3.11, 3.12 or 3.13, or name one: make PYTHON=python3.12 setup"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || { \
		echo "$(PYTHON) is $$($(PYTHON) --version 2>&1), but this program runs on Python 3.11, 3.12 or 3.13. Name one: make PYTHON=python3.12 setup"; exit 1; }
	@echo "Building .venv with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv --clear .venv || { \
		echo "The virtual environment could not be built. On Debian and Ubuntu: apt-get install python3-venv"; rm -rf .venv; exit 1; }
	@touch $@

.venv/.base: requirements.txt | .venv/.made
	@echo "Installing what the program needs ..."
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.postgres: requirements-postgres.txt | .venv/.base
	@echo "Installing the PostgreSQL driver ..."
	@$(PIP) -r requirements-postgres.txt
	@touch $@

.venv/.dev: requirements-dev.txt | .venv/.base
	@echo "Installing what the tests need ..."
	@$(PIP) -r requirements-dev.txt
	@touch $@

# A venv of its own: what asks about the libraries is none of them.
.audit/.made: requirements-audit.txt
	@echo "Installing what looks at the libraries ..."
	@$(PYTHON) -m venv --clear .audit
	@.audit/bin/python -m pip --disable-pip-version-check install -qq --require-hashes -r requirements-audit.txt
	@touch $@

.uv/bin/uv:
	@$(PYTHON) -m venv .uv
	@.uv/bin/python -m pip --disable-pip-version-check install -qq uv
