# jjj_pipeline: `make run` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= python3
BIN := .venv/bin
export DAGSTER_HOME := $(CURDIR)/.dagster
unexport PYTHONDONTWRITEBYTECODE  # test workers, and the commands that tests start, read what another has compiled

.DEFAULT_GOAL := help
.PHONY: help run test ui lint bench bench-records fuzz e2e e2e-spark clean

help:  ## what can be made
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /  make \1\t/' | expand -t 20

.venv/.ok: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; found $$($(PYTHON) --version). Try: make run PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: .venv/.ok  ## build and publish warehouse/jjj.duckdb
	@$(BIN)/jjj build

test: .venv/.ok  ## run the tests
	@$(BIN)/python -m pytest -n auto --dist worksteal

e2e: .venv/.ok  ## run the slow tests, and those that start the real Dagster, a browser and builds that are killed
	@$(BIN)/python -m pytest -n auto --dist worksteal -m "e2e or slow"

# Spark apart from the project's own packages: a server with its jars, and the thin client that the extra `spark` asks for
.spark/.ok: requirements-spark.lock requirements-spark-server.lock
	@command -v java >/dev/null || { echo "Java 17 or newer is needed for Spark: apt-get install default-jre-headless"; exit 1; }
	@rm -rf .spark && mkdir .spark
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --target .spark/client -r requirements-spark.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --target .spark/server -r requirements-spark-server.lock
	@touch $@

e2e-spark: .venv/.ok .spark/.ok  ## count every record set of the tests on DuckDB and on a Spark with two workers, and compare
	@SPARK_HOME=$(CURDIR)/.spark/server/pyspark PYTHONPATH=.spark/client $(BIN)/python -m pytest -n 0 -m spark tests/records

ui: .venv/.ok  ## open Dagster on http://127.0.0.1:3000
	@$(BIN)/jjj ui --port 3000

lint: .venv/.ok  ## ruff (rules and format), mypy, and the order of imports between packages
	@$(BIN)/ruff check . && $(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo --no-cache

bench: .venv/.ok  ## measure builds against dbt and each other, commands against Python, and the marts against bare DuckDB
	@$(BIN)/python -m benchmarks.bench; over=$$?; $(BIN)/python -m benchmarks.scale && exit $$over

bench-records: .venv/.ok  ## count made-up record sets of 1, 10 and 50 million parties, and place addresses, against other ways
	@$(BIN)/python -m benchmarks.records

fuzz: .venv/.ok  ## damage files of every family 20,000 times: each must be read right or refused in one line
	@FUZZ=20000 $(BIN)/python -m pytest tests/fuzz

clean:  ## remove what was built
	rm -rf warehouse/jjj.duckdb warehouse/parquet warehouse/report warehouse/dictionary.md warehouse/datapackage.json .dagster/history .dagster/schedules .dagster/storage .dagster/logs
