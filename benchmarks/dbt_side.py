"""The other side of the full build: a dbt project of trivial models and tests on DuckDB, and an environment of its own for dbt.
Knows nothing of this project but how many tables and checks it has."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DBT = ("dbt-core==1.11.16", "dbt-duckdb==1.11.1")
TESTS = [("id", "not_null"), ("id", "unique"), ("v", "not_null"), ("v", "unique")]
PROJECT = """\
name: trivial
version: 1.0.0
profile: trivial
models:
  trivial:
    +materialized: table
"""
PROFILE = """\
trivial:
  target: dev
  outputs:
    dev: {type: duckdb, path: trivial.duckdb, threads: 2}
"""


def environment(folder: Path) -> Path:
    """The command `dbt` in an environment below `folder`, made where it is not there yet."""
    command = folder / "dbt" / "bin" / "dbt"
    if not command.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder / "dbt")], check=True)
        subprocess.run([str(command.with_name("pip")), "install", "--quiet", *DBT], check=True)
    return command


def write_project(folder: Path, models: int, tests: int) -> None:
    """A dbt project: chains of ten models of a hundred rows, the tests spread over them."""
    (folder / "models").mkdir(parents=True)
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILE)
    described = ["version: 2", "models:"]
    for i in range(models):
        before = f"select id, v + 1 as v from {{{{ ref('m{i - 1}') }}}}"
        (folder / "models" / f"m{i}.sql").write_text(
            before if i % 10 else "select range as id, range as v from range(100)"
        )
        described += [f"  - name: m{i}", "    columns:"]
        mine = TESTS[: tests // models + (i < tests % models)]
        for column in ("id", "v"):
            if names := [name for of, name in mine if of == column]:
                described.append(f"      - {{name: {column}, data_tests: [{', '.join(names)}]}}")
    (folder / "models" / "schema.yml").write_text("\n".join(described) + "\n")


def command(dbt: Path) -> list[str]:
    """A build from nothing."""
    return [str(dbt), "build", "--quiet", "--no-partial-parse", "--profiles-dir", "."]
