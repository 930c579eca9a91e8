"""The dictionary and the Data Package say of the published tables what is so, and all of it."""

from __future__ import annotations

import hashlib
import json
import re
import socket
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as parquet
import pytest
import yaml
from frictionless import Checklist, Package, Resource
from typer.testing import CliRunner

from jjj_pipeline import cli
from jjj_pipeline.contracts import ALL
from jjj_pipeline.publish import data_package
from jjj_pipeline.settings import Settings


@pytest.fixture(scope="module")
def con(warehouse: Settings) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(warehouse.duckdb), read_only=True)


@pytest.fixture(scope="module")
def sections(warehouse: Settings) -> dict[str, str]:
    """The text of the dictionary under each heading of second rank, by its English name."""
    parts = re.split(r"^## .* (\w+)$", warehouse.dictionary.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture(scope="module")
def descriptor(warehouse: Settings) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(warehouse.datapackage.read_text(encoding="utf-8"))
    return made


def cells(text: str) -> list[list[str]]:
    """The rows of the Markdown tables of a text, headings left out."""
    lines = [line for line in text.splitlines() if line.startswith("| ")]
    heads = {text.splitlines()[i - 1] for i, line in enumerate(text.splitlines()) if line.startswith("|---")}
    return [
        [c.strip().replace("\\|", "|").replace("&lt;", "<") for c in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines
        if line not in heads
    ]


def test_every_column_of_every_published_table_is_in_the_dictionary_once(
    con: duckdb.DuckDBPyConnection, sections: dict[str, str]
) -> None:
    published = con.execute(
        "select schema_name || '.' || table_name, column_name from duckdb_columns() where not internal and schema_name <> 'zh'"
    ).fetchall()
    parts = re.split(r"^### (\S+) .*$", sections["Columns"], flags=re.MULTILINE)
    described = [(table, row[0]) for table, text in zip(parts[1::2], parts[2::2], strict=True) for row in cells(text)]
    assert Counter(described) == Counter(published)
    assert [row[0] for row in cells(sections["Tables"])] == list(dict.fromkeys(parts[1::2]))


def test_every_indicator_measure_and_source_is_in_the_dictionary_in_both_languages(
    warehouse: Settings, con: duckdb.DuckDBPyConnection, sections: dict[str, str]
) -> None:
    sets = set(con.execute("select record_set, title_zh, title_en from meta.record_set").fetchall())
    for name, file, more in (("Indicators", "indicators.yml", set()), ("Sources", "sources.yml", sets)):
        entries = yaml.safe_load((warehouse.catalog / file).read_text(encoding="utf-8"))
        named = {(k, e["name_zh"], e["name_en"]) for k, e in entries.items()}
        assert {tuple(r[:3]) for r in cells(sections[name])} == named | more
    measures = con.execute("select measure, name_zh, name_en, formula from ref.measure").fetchall()
    assert sorted(tuple(row[:4]) for row in cells(sections["Measures"])) == sorted(measures)


def test_the_dictionary_says_which_years_and_how_many_provinces_an_indicator_covers(sections: dict[str, str]) -> None:
    row_of = {row[0]: row for row in cells(sections["Indicators"])}
    picked = (
        "gdp_index",
        "copatents",
        "article_rd_expenditure",
        "innovation_supply",
        "joint_invention",
        "tech_intermediaries",
    )
    covered = {name: next(c for c in row_of[name][6:] if re.match(r"\d{4}|联系", c)) for name in picked}
    assert covered == {
        "gdp_index": "2000-2019: 31+CN; 2020: 2; 2021: 1; 2022: 3; 2023-2024: 1",
        "copatents": "2018: 流量 flows 4", "article_rd_expenditure": "2019: JJJ",
        "innovation_supply": "2020: 位次 ranks 3", "joint_invention": "联系 links 9", "tech_intermediaries": "2010: 3; 2019: 3",
    }  # fmt: skip
    assert row_of["rd_expenditure"][3:7] == ["亿元", "nominal", "flow", "是 yes"]


def test_the_dictionary_gives_calendar_terms_and_releases_of_a_source(sections: dict[str, str]) -> None:
    bulletin = next(row for row in cells(sections["Sources"]) if row[0] == "rd_bulletin")
    assert "数据年+1，10月31日前 by 10-31 of data year + 1" in bulletin
    assert "2012, 2013, 2014, 2015, 2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024, 2025" in bulletin
    assert "数字为公开的官方统计，属事实；引用时注明原出版物。" in bulletin


def test_one_table_of_the_dictionary_on_the_command_line(warehouse: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JJJ_ROOT", str(warehouse.root))
    shown = CliRunner().invoke(cli.app, ["dictionary", "mart.share"])
    assert shown.exit_code == 0
    assert (
        "| share | 占比 | 数值 number | 1 |  | 可空 null | share_of_parts = part / (part + rest) | value / total |"
        in shown.stdout
    )
    assert re.findall(r"^#+ (.*)$", shown.stdout, flags=re.MULTILINE) == ["mart.share 占比"]
    refused = CliRunner().invoke(cli.app, ["dictionary", "share"])
    assert (refused.exit_code, refused.stderr) == (
        2, "tables: expected a published table; found share - did you mean mart.share?\n"
    )  # fmt: skip


def test_frictionless_finds_the_descriptor_valid_without_a_network(
    descriptor: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *a: pytest.fail("the validator asked the network"))
    report = Package.validate_descriptor(descriptor)
    assert report.valid, report.flatten(["message"])
    broken = {**descriptor, "resources": [{**descriptor["resources"][0], "schema": {"fields": [{"type": "string"}]}}]}
    assert not Package.validate_descriptor(broken).valid


def test_the_descriptor_names_every_parquet_file_with_its_hash(
    warehouse: Settings, con: duckdb.DuckDBPyConnection, descriptor: dict[str, Any]
) -> None:
    resources = descriptor["resources"]
    files = {warehouse.warehouse / r["path"] for r in resources}
    assert files == set(warehouse.parquet.glob("*/*.parquet"))
    for r in resources:
        path = warehouse.warehouse / r["path"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == r["sha256"]
        assert parquet.read_schema(path).names == [f["name"] for f in r["schema"]["fields"]]
    (build,) = con.execute("select version, built_at from meta.build").fetchall()
    assert (descriptor["version"], descriptor["created"]) == build
    sources = con.execute("select source, publisher, terms from ref.source order by source").fetchall()
    assert sorted((s["name"], s["publisher"], s["terms"]) for s in descriptor["sources"]) == sources
    assert sorted(s for entry in descriptor["licenses"] for s in entry["sources"]) == [s for s, _, _ in sources]


@pytest.fixture(scope="module")
def package(warehouse: Settings) -> Package:
    return Package(str(warehouse.datapackage))


@pytest.mark.parametrize("table", ALL)
def test_frictionless_finds_the_rows_of_a_parquet_file_valid(package: Package, table: str) -> None:
    """Types, constraints and key of the first rows; it needs a millisecond a row, and the contracts and the tests below look at
    all of them, foreign keys included."""
    resource = package.get_resource(table).to_copy()
    resource.schema.foreign_keys = []
    report = resource.validate(Checklist(), limit_rows=150)
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


@pytest.mark.parametrize("table", ["core.ranking", "mart.copatent_node", "meta.coverage_year"])
def test_frictionless_finds_the_foreign_keys_of_a_parquet_file_valid(package: Package, table: str) -> None:
    resource = package.get_resource(table)
    assert resource.schema.foreign_keys
    report = resource.validate(Checklist(), limit_rows=150)
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


def test_every_foreign_key_and_primary_key_of_the_descriptor_holds_for_all_rows(
    warehouse: Settings, descriptor: dict[str, Any]
) -> None:
    con = duckdb.connect()
    path = {r["name"]: f"'{warehouse.warehouse / r['path']}'" for r in descriptor["resources"]}
    keys = 0
    for r in descriptor["resources"]:
        here, schema = path[r["name"]], r["schema"]
        primary = ", ".join(f'"{k}"' for k in schema.get("primaryKey", []))
        if primary:
            assert (
                con.execute(f"select {primary} from {here} group by all having count(*) > 1 limit 3").fetchall() == []
            )
        for key in schema.get("foreignKeys", []):
            keys += 1
            fields, to = key["fields"], key["reference"]
            on = " and ".join(f'i."{a}" = r."{b}"' for a, b in zip(fields, to["fields"], strict=True))
            orphans = f'select * from {here} as i anti join {path[to["resource"]]} as r on {on} where i."{fields[0]}" is not null'
            assert con.execute(f"{orphans} limit 3").fetchall() == [], (r["name"], key)
    assert keys > 100


def test_bounds_of_a_contract_are_those_of_the_descriptor() -> None:
    """GDP is above zero, a weight above zero and at most one."""
    assert data_package.constraints(ALL["mart.deflator"])["gdp"]["exclusiveMinimum"] == 0
    weight = data_package.constraints(ALL["mart.innovation_index_weight"])["weight"]
    assert (weight["exclusiveMinimum"], weight["maximum"]) == (0, 1)


def test_foreign_keys_go_to_tables_that_are_there_and_counted_flows_name_no_file_of_raw() -> None:
    def to(table: str, tables: set[str]) -> set[str]:
        return {k["reference"]["resource"] for k in data_package.schema(table, tables).get("foreignKeys", [])}

    there = {"core.flow", "core.preferred", "ref.region", "ref.file", "ref.release"}
    assert to("core.flow", there) == {"ref.region"}
    assert to("core.preferred", there) == {"ref.region", "ref.file", "ref.release"}
    assert to("ref.region", there) == set()


def test_frictionless_would_notice_a_figure_that_breaks_its_contract(
    descriptor: dict[str, Any], tmp_path: Path
) -> None:
    schema = next(r["schema"] for r in descriptor["resources"] if r["name"] == "meta.coverage_year")
    good = {
        "indicator": "gdp",
        "year": 2019,
        "provinces": 31,
        "jjj": 3,
        "nation": True,
        "missing": None,
        "source": "nbs",
    }
    alone = {k: v for k, v in schema.items() if k != "foreignKeys"}
    for row, fault in (
        (good, None),
        ({**good, "provinces": 32}, "provinces"),
        ({**good, "indicator": None}, "indicator"),
    ):
        report = Resource.from_descriptor({"name": "coverage", "data": [row], "schema": alone}).validate()
        assert [field for (field,) in report.flatten(["fieldName"])] == ([fault] if fault else [])
