# What a person calls. Plain `make` prints this list.
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
SOURCE ?=
export DVC_NO_ANALYTICS := 1
export MLFLOW_DISABLE_TELEMETRY := true
export GX_ANALYTICS_ENABLED := false
export UV_PYTHON_DOWNLOADS := never
PACKAGES := schemas policy sources features models explanations decisions scoring reports pipelines techcredit

.PHONY: help setup run study test check audit docs format memos validation page clean

help:  ## print the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

setup: .venv/ready.stamp  ## make .venv from constraints.txt

.venv/ready.stamp: pyproject.toml constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --constraint constraints.txt uv
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --constraint constraints.txt --editable '.[dev]' \
		|| $(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@$(BIN)/python -m pipelines.plot_page
	@touch $@

run: setup  ## bring the pipeline up to date and show the summary (SOURCE=name for one other than the default)
	@$(BIN)/techcredit run $(if $(SOURCE),--source $(SOURCE))

study: setup  ## complete the report: challengers, ablation, blanked tables, other seeds and folds (SOURCE=name as for run)
	@$(BIN)/techcredit study $(if $(SOURCE),--source $(SOURCE))

test: setup .venv/spark.stamp  ## run the whole test suite, in four processes at most (installs PySpark too, about 500 MB)
	@$(BIN)/python -m pytest -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

.venv/spark.stamp: .venv/ready.stamp
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --editable '.[spark]' \
		|| $(BIN)/pip install --quiet --constraint constraints.txt --editable '.[spark]'
	@touch $@

check: setup .venv/spark.stamp docs  ## lint, format, types, import contract, docs, wheel (installs PySpark too, about 500 MB)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m tests.wheel

audit: setup  ## licences of all packages; known vulnerabilities, where a network is there
	@$(BIN)/python -m tests.licences
	@$(BIN)/uv tool run --quiet pip-audit --strict --no-deps --disable-pip --progress-spinner off --requirement constraints.txt

docs: setup  ## build the site of docs/ into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

format: setup  ## format the code
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

validation: setup  ## write the model-validation report and the model card, HTML and PDF (SOURCE=name as for run)
	@$(BIN)/techcredit validation-report $(if $(SOURCE),--source $(SOURCE)) --format both

memos: setup  ## write the memos of all applications of a finished run (SOURCE=name as for run)
	@$(BIN)/techcredit memo --model data/$(or $(SOURCE),simulated) --all --overwrite

page: run  ## print where the report lies
	@ls data/$(or $(SOURCE),*)/report/index.html
