# `make demo` and `make test` are all that a newcomer types; each does the set-up that it needs.
PYTHON ?= python3
PORT ?= 8000
WORKERS ?= 4
# Half as many again as there are cores: some of these tests wait.
FAST_WORKERS ?= $(shell $(PYTHON) -c 'import os; print(max(2, (os.cpu_count() or 1) * 3 // 2))')
VENV := .venv
BIN := $(VENV)/bin
NODE_VERSION := $(shell node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
HAS_NODE := $(shell [ "$(NODE_VERSION)" -ge 20 ] 2>/dev/null && command -v npm >/dev/null && echo yes)

# What tests import and start by the hundred is compiled once, also where the shell says otherwise.
export PYTHONDONTWRITEBYTECODE :=

PYTEST := $(BIN)/python -m pytest
# In CI whatever fails is tried once more, so that no change is lost to chance; the summary names it, with its first failure.
IN_CI := $(if $(CI),--reruns 1 --rerun-show-tracebacks -r aR)
# In a new checkout one process compiles the tests for all, each of which would compile them all. The suite itself tells what fails.
COMPILE_IN_CI := $(if $(CI),$(PYTEST) --collect-only -qq >/dev/null 2>&1 || true)

UPGRADE ?= --upgrade
COMPILED = $(UPGRADE) --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

# What pages load in a few requests; without Node they load their sources.
BUNDLES := $(if $(HAS_NODE),templates/bundles/manifest.json)
BUNDLED := $(shell find templates -name '*.html') $(shell find templates/static clients/javascript/src -name '*.js' -o -name '*.css')

.PHONY: help bundles setup demo up test test-fast soak mutants bench screenshots packages site check format lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.dev $(VENV)/.checkout node_modules/.installed $(BUNDLES) ## Make .venv and install what Python and npm bring

demo: $(VENV)/.base $(VENV)/.checkout node_modules/.installed $(BUNDLES) ## Run the whole platform in one process; PORT=8001 for another port
	@LOG_LEVEL=$${LOG_LEVEL:-WARNING} PORT=$(PORT) exec $(BIN)/python manage.py demo

up: $(VENV)/.base $(VENV)/.checkout node_modules/.installed $(BUNDLES) ## Run what production runs, two of each, on local Redis and PostgreSQL; PORT=8010 for another port
	@PORT=$(PORT) exec $(BIN)/python manage.py up

test: setup ## Run all tests, WORKERS=4 files at a time; what needs a missing service says so and is skipped (in CI fails)
	@$(COMPILE_IN_CI)
	$(PYTEST) --numprocesses $(WORKERS) --dist loadscope --durations 25 $(IN_CI)
ifeq ($(HAS_NODE),yes)
	npm test --silent
else
	@echo "skipped: the JavaScript tests need Node 20 or later"; [ -z "$$CI" ]
endif

test-fast: setup ## Run the tests that start no process or server, ask no service and aren't long, for daily work
	$(PYTEST) --fast --numprocesses $(FAST_WORKERS) --dist loadscope

soak: setup ## Let everything go wrong for MINUTES=5 or HOURS=1 and judge it; SEED=7 repeats, DEPLOYMENT=one|several|both
	@$(BIN)/python -m tests.soak --deployment $(or $(DEPLOYMENT),both) --scale $(or $(SCALE),1) \
		$(if $(HOURS),--hours $(HOURS),--minutes $(or $(MINUTES),5)) $(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

mutants: setup ## Change COUNT=200 lines of pure cores and services, and tell which change no test notices; SEED=7 repeats, ONLY="alerts trading.grids", MINUTES=60
	@nice $(BIN)/python -m tests.mutants --count $(or $(COUNT),200) --minutes $(or $(MINUTES),60) \
		$(if $(SEED),--seed $(SEED)) $(if $(ONLY),--only $(ONLY))

bench: setup ## Measure; run nothing else meanwhile. PARTS="fan_out connections storm alert_rules backtests …", ROUNDS=5
	@PYTHONPATH=.:platform:clients/python $(BIN)/python -m benchmarks $(PARTS) --rounds $(or $(ROUNDS),5) $(OPTIONS)

screenshots: setup ## Write the README's pictures anew (docs/images), in a whole Chromium
	@CHROMIUM=$${CHROMIUM:-$$(command -v chromium)} $(BIN)/python -m pytest tests/browser/take_screenshots.py -q

packages: setup ## Build what is published, into dist/ (docs/packages.md)
	rm -rf dist
	$(BIN)/python -m hatchling build --directory dist
	cd clients/python && $(CURDIR)/$(BIN)/python -m hatchling build --directory $(CURDIR)/dist
ifeq ($(HAS_NODE),yes)
	npm pack --silent --workspace clients/javascript --pack-destination dist
else
	@echo "left out: packing @tidewire/client needs Node 20 or later"
endif

site: setup ## Build the documents as a site, into var/site/html
	@$(BIN)/python docs/build_site.py var/site

check: setup ## Check style, types, layers, licences, and that generated docs and types are up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	PYTHONPATH=platform:clients/python $(BIN)/lint-imports
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python docs/generate.py --check
	$(BIN)/python requirements/licences.py
ifeq ($(HAS_NODE),yes)
	npm run --silent check
else
	@echo "skipped: JavaScript's types and lint need Node 20 or later"; [ -z "$$CI" ]
endif

bundles: $(BUNDLES) ## Bundle and compress what the pages load, where a source has changed since

format: setup ## Put the code into shape, and write the generated docs and types anew
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/python docs/generate.py

lock: ## Pin the newest versions that pyproject.toml allows, with hashes (needs uv); UPGRADE= keeps those that it can
	uv pip compile $(COMPILED) pyproject.toml -o requirements/base.txt
	uv pip compile $(COMPILED) --override requirements/overrides.txt pyproject.toml --all-extras --group dev --group site \
		-o requirements/dev.txt

clean: ## Remove what setup, tests and the demo have made
	rm -rf $(VENV) node_modules var dist templates/bundles .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@echo "Making $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.12 …")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.base: requirements/base.txt | $(BIN)/python
	@echo "Installing what the platform runs on (once)"
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/base.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(BIN)/python
	@echo "Installing what the tests and checks need (once)"
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	@touch $@ $(VENV)/.base

# What `pip install -e .` would leave: every program of .venv finds the code, as in `daphne config.asgi:application`.
$(VENV)/.checkout: requirements/checkout.pth | $(BIN)/python
	@cp $< "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/tidewire-checkout.pth"
	@touch $@

templates/bundles/manifest.json: templates/bundle.js $(BUNDLED) node_modules/.installed
	@node templates/bundle.js

node_modules/.installed: package.json package-lock.json
ifeq ($(HAS_NODE),yes)
	@echo "Installing what npm brings (once)"
	npm ci --silent
else
	@echo "Node 20 or later was not found: everything runs, but the page has no chart and the JavaScript tests are skipped"
	@mkdir -p node_modules
endif
	@touch $@
