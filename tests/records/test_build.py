"""Record sets of the four ready-made mappings, counted; every expected figure is by hand from tests/fixtures/records."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as parquet
import pytest

from jjj_pipeline.errors import BadInput
from jjj_pipeline.records import build as building
from jjj_pipeline.records import check, results
from jjj_pipeline.records.engine import EngineSettings
from jjj_pipeline.settings import Settings

DUCKDB = EngineSettings(memory="500MB", threads=1)
Counts = dict[tuple[str, str], float]


def counted(project: Settings, name: str, indicator: str, level: str, period: int | None = None) -> Counts:
    found = results.read_counts(project, name)
    selected = (found["indicator"] == indicator) & (found["level"] == level) & (found["class_code"] == "*")
    if period:
        selected &= found["period"] == period
    made = found[selected].groupby(["origin", "destination"])["value"].sum()
    return dict(zip(made.index.tolist(), made.tolist(), strict=True))


def test_patents_pairs_of_places_and_what_is_left_out(counted_project: Settings) -> None:
    summary = results.read_summary(counted_project, "patents")
    assert summary is not None
    # P001 of 2015 counts and not its grant of 2017; two rows are left out
    assert summary["records"] == 7
    assert summary["repeated"] == 1
    assert {r["reason"]: r["rows"] for r in summary["rejected"]} == {
        "no record number": 1,
        "date outside 1980 to 2030": 1,
        "record number again with other content": 1,
    }
    assert counted(counted_project, "patents", "copatents", "province") == {
        ("110000", "110000"): 1.0,  # P007
        ("110000", "120000"): 1.0,  # P001
        ("110000", "130000"): 1.0,  # P002
        ("120000", "120000"): 1.0,  # P004
        ("220000", "220000"): 1.0,  # P008: 吉林 the province by name, 长春 by the address
    }
    # P003: the second person has no place, so it is no patent of one place
    assert counted(counted_project, "patents", "copatents", "city") == {
        ("110000", "110000"): 1.0,
        ("110000", "120000"): 1.0,
        ("110000", "130100"): 1.0,
        ("110000", "130600"): 1.0,
        ("120000", "120000"): 1.0,
        ("130100", "130600"): 1.0,
        ("220100", "220100"): 1.0,
    }
    fractional = counted(counted_project, "patents", "copatents_fractional", "city")
    assert fractional["110000", "130100"] == pytest.approx(1 / 3)
    assert fractional["110000", "120000"] == 1


def test_patents_of_a_class(counted_project: Settings) -> None:
    found = results.read_counts(counted_project, "patents")
    of_class = found[(found["class_code"] == "G06F") & (found["level"] == "province")]
    assert set(zip(of_class["period"], of_class["origin"], of_class["destination"], strict=True)) == {
        (2015, "110000", "130000"),
        (2017, "220000", "220000"),
    }


def test_names_of_persons_are_not_stored(counted_project: Settings) -> None:
    files = sorted((counted_project.records / "patents").rglob("party/*.parquet"))
    names = {n for f in files for n in parquet.read_table(f)["name"].to_pylist()}
    assert names & {"张三", "李四"} == set()
    assert "天津乙大学" in names


def test_papers_by_rows_of_affiliations(counted_project: Settings) -> None:
    summary = results.read_summary(counted_project, "papers")
    assert summary is not None
    assert (summary["records"], summary["records_placed"], summary["parties"]) == (4, 3, 7)
    assert counted(counted_project, "papers", "joint_papers", "province") == {
        ("110000", "130000"): 1.0,
        ("120000", "130000"): 1.0,
        ("220000", "220000"): 1.0,
    }
    # A2: the college is only known to be in Hebei
    assert counted(counted_project, "papers", "joint_papers", "city") == {
        ("110000", "130100"): 1.0,
        ("220100", "220100"): 1.0,
    }


def test_branches_go_from_the_place_of_the_parent_to_their_own(project: Settings) -> None:
    building.build(project, "firms", DUCKDB)
    assert counted(project, "firms", "branches_opened", "city") == {
        ("110000", "130600"): 1.0,
        ("120000", "130100"): 1.0,
        ("310000", "110000"): 1.0,  # no place stated: the credit code
    }


def test_contracts_carry_their_amounts(project: Settings) -> None:
    summary = building.build(project, "contracts", DUCKDB)
    assert {r["reason"]: r["examples"] for r in summary["rejected"]} == {
        "amount that is no number": "C4 2020-08-01 USD 5"
    }
    assert counted(project, "contracts", "tech_contracts", "province", 2020) == {
        ("110000", "120000"): 1.0,
        ("110000", "130000"): 1.0,
        ("130000", "110000"): 1.0,
        ("130000", "120000"): 1.0,
    }
    amounts = counted(project, "contracts", "tech_contract_turnover", "province")
    assert amounts == {
        ("110000", "120000"): 0.01,  # 100 万元
        ("110000", "130000"): 1.2,
        ("130000", "110000"): 1.5e-05,  # 3,000 元 in two equal parts
        ("130000", "120000"): 1.5e-05,
    }


def test_contracts_by_the_section_of_the_buyer_are_rows_of_their_own(project: Settings) -> None:
    """C1 is of 制造业 (C39), C2 of 信息技术 (I65), C3 has no class: it is in the whole and in no class."""
    building.build(project, "contracts", DUCKDB)
    places = {"province": ["110000", "120000", "130000"], "city": ["110000", "120000", "130100"]}
    rows = pd.DataFrame(results.class_rows(project, places))
    assert set(rows["scheme"]) == {"gb4754"}
    assert set(rows["status"]) == {"U"}  # the set does not say that it is a census
    of = ["indicator", "class_code", "level", "origin", "destination", "period", "value"]
    assert sorted(rows[of].itertuples(index=False, name=None)) == [
        ("tech_contract_turnover", "C", "city", "110000", "120000", "2020", 0.01),
        ("tech_contract_turnover", "C", "province", "110000", "120000", "2020", 0.01),
        ("tech_contract_turnover", "I", "city", "110000", "130100", "2020", 1.2),
        ("tech_contract_turnover", "I", "province", "110000", "130000", "2020", 1.2),
        ("tech_contracts", "C", "city", "110000", "120000", "2020", 1.0),
        ("tech_contracts", "C", "province", "110000", "120000", "2020", 1.0),
        ("tech_contracts", "I", "city", "110000", "130100", "2020", 1.0),
        ("tech_contracts", "I", "province", "110000", "130000", "2020", 1.0),
    ]
    # core.flow has each of them once, with the contract that has no class
    whole = results.flow_rows(project, places)
    whole = whole[
        (whole["indicator"] == "tech_contracts") & (whole["level"] == "province") & (whole["period"] == "2020")
    ]
    assert whole["value"].sum() == 4


def test_classes_of_a_scheme_that_no_industry_has_keep_their_scheme(project: Settings) -> None:
    building.build(project, "patents", DUCKDB)
    rows = pd.DataFrame(results.class_rows(project, {"province": ["110000", "120000", "130000"], "city": []}))
    assert set(rows["scheme"]) == {"ipc"}
    assert rows.loc[
        rows["class_code"] == "G06F", ["origin", "destination", "period", "status"]
    ].to_numpy().tolist() == [["110000", "130000", "2015", "A"]]


def test_the_part_of_an_amount_that_goes_to_an_unknown_place_falls_to_nobody_else(project: Settings) -> None:
    row = {"合同编号": "C6", "登记日期": "2022-01-01", "成交金额": "100", "买方行业": "C39"}
    row |= {"卖方名称": "北京甲大学", "卖方省份": "北京", "卖方城市": ""}
    row |= {"买方名称": "天津乙公司;辛公司", "买方省份": "", "买方城市": ""}
    text = json.dumps(row, ensure_ascii=False)
    (project.raw_records / "contracts" / "more.jsonl").write_text(text + "\n", encoding="utf-8")
    building.build(project, "contracts", DUCKDB)
    assert counted(project, "contracts", "tech_contract_turnover", "province", 2022) == {("110000", "120000"): 0.005}
    assert counted(project, "contracts", "tech_contracts", "province", 2022) == {("110000", "120000"): 1.0}


def test_of_several_places_told_the_first_counts_and_a_city_only_within_its_province(project: Settings) -> None:
    """A postal code that tells the province alone, an address of another province, a name with a city of the first."""
    text = "申请号,申请日,IPC主分类号,申请人,邮编,申请人地址\n"
    text += "R1,2016-01-01,A,保定市某大学,050000,河北省\n"  # the code is Shijiazhuang's: address and name are not asked
    text += "R2,2016-01-01,A,保定市某大学,,河北省\n"  # the address tells the province, the name the city
    text += "R3,2016-01-01,A,保定市某大学,,天津市\n"  # the name's city lies in another province
    text += "R4,2016-01-01,A,保定市某大学,,\n"
    for path in (project.raw_records / "patents").iterdir():
        path.unlink()
    (project.raw_records / "patents" / "2016.csv").write_text(text, encoding="utf-8")
    building.build(project, "patents", DUCKDB)
    files = sorted((project.records / "patents").rglob("party/*.parquet"))
    rows = {r["record_id"]: r for f in files for r in parquet.read_table(f).to_pylist()}
    found = {k: (r["province"], r["city"], r["way"], r["confidence"]) for k, r in rows.items()}
    assert found == {
        "R1": ("130000", "130100", "postal_code", "derived"),
        "R2": ("130000", "130600", "name", "inferred"),
        "R3": ("120000", "120000", "address", "stated"),
        "R4": ("130000", "130600", "name", "inferred"),
    }


def test_what_a_mapping_does_not_say_of_its_set_is_said_to_be_not_stated(counted_project: Settings) -> None:
    (row,) = [r for r in results.sets_table(counted_project) if r["record_set"] == "papers"]
    assert [row[k] for k in ("publisher", "terms", "limits", "title_en")] == ["not stated"] * 3 + ["papers"]
    (source,) = [r for r in results.reference_rows(counted_project, "ref.source") if r["source"] == "papers"]
    assert (source["publisher"], source["terms"], source["name_zh"]) == ("not stated", "not stated", "papers")


def test_a_second_build_keeps_partitions_that_have_not_changed(project: Settings) -> None:
    steps: list[str] = []
    progress = building.Progress(step=lambda done, of, what: steps.append(f"{done} of {of} {what}"))
    building.build(project, "patents", DUCKDB, progress)
    done = sorted((project.records / "patents" / "parts").glob("*/done.json"))
    before = {p: p.stat().st_mtime_ns for p in done}
    new = project.raw_records / "patents" / "other" / "2018.csv"
    new.parent.mkdir()
    head = (project.raw_records / "patents" / "2015.csv").read_text(encoding="utf-8").splitlines()[0]
    new.write_text(head + "\nP009,2018-01-01,A01B,北京甲公司;天津乙公司,,北京市\n", encoding="utf-8")
    summary = building.build(project, "patents", DUCKDB)
    assert summary["records"] == 8
    assert {p: p.stat().st_mtime_ns for p in done} == before
    assert steps[-1] == "3 of 3 done"


def test_counts_know_whether_they_are_of_the_files_as_they_are(project: Settings, counted_project: Settings) -> None:
    def state(settings: Settings) -> str:
        return next(s.state for s in results.states(settings) if s.name == "papers")

    def indicators() -> set[str]:
        return set(results.flow_rows(counted_project, {"province": ["110000", "130000"], "city": []})["indicator"])

    assert state(project) == "not counted"
    assert state(counted_project) == "counted"
    assert "joint_papers" in indicators()
    path = counted_project.raw_records / "papers" / "papers.tsv.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + b"A9\t2020\tx\t100084\t\t\n"))
    assert state(counted_project) == "out of date"
    assert "joint_papers" not in indicators()


def test_pairs_without_a_record_are_zero_where_the_set_covers_both_places(counted_project: Settings) -> None:
    rows = results.flow_rows(
        counted_project, {"province": ["110000", "120000", "130000"], "city": ["110000", "120000", "130100"]}
    )
    full = rows[(rows["indicator"] == "copatents") & (rows["level"] == "province") & (rows["period"] == "2015-2017")]
    values = {(r["origin"], r["destination"]): r["value"] for r in full.to_dict("records")}
    assert values["120000", "130000"] == 0
    assert values["110000", "120000"] == 1
    assert set(full["status"]) == {"A"}
    assert set(full["cell"]) == {"pairs"}


BROKEN = [
    ("2015.csv", b"", "an empty file"),
    ("2015.csv", "申请号,申请日\nP1,2015\n".encode(), "expected the column IPC主分类号"),
    ("2015.csv", "申请号,申请日,IPC主分类号,申请人,邮编,申请人地址\n".encode("gb18030"), "encoding: gb18030"),
    ("2015.xlsx", b"PK", "found .xlsx"),
    (
        "2015.csv",
        '申请号,申请日,IPC主分类号,申请人,邮编,申请人地址\nP1,2015,A,"甲公司,,北京市\nP2,2015,A,乙公司,,北京市\n'.encode(),
        "quotes that are closed",
    ),
    (
        "2015.csv",
        "申请号,申请日,IPC主分类号,申请人,邮编,申请人地址\nP1,2015,A,甲公司,,北京市\nP2,2015,A,too,many,x,y,z\n".encode(),
        "too many columns",
    ),
]


@pytest.mark.parametrize(("name", "content", "expected_text"), BROKEN)
def test_a_file_that_cannot_be_read_is_one_line_with_set_and_file(
    counted_project: Settings, name: str, content: bytes, expected_text: str
) -> None:
    before = results.read_counts(counted_project, "patents")
    (counted_project.raw_records / "patents" / name).write_bytes(content)
    with pytest.raises(BadInput, match=r"record set patents, 2015\.") as error:
        building.build(counted_project, "patents", DUCKDB)
    assert expected_text in str(error.value)
    assert "\n" not in str(error.value)
    pd.testing.assert_frame_equal(results.read_counts(counted_project, "patents"), before)


def test_a_line_in_another_encoding_is_left_out_and_told(project: Settings) -> None:
    path = project.raw_records / "patents" / "2017.csv"
    good = "".join(f"Q{i},2017-06-01,A01B,北京甲公司,,北京市\n" for i in range(200)).encode()
    path.write_bytes(path.read_bytes() + good + "P100,2017-06-01,A01B,北京甲公司,,北京市\n".encode("gb18030"))
    summary = building.build(project, "patents", DUCKDB)
    rejected = {r["reason"]: r for r in summary["rejected"]}
    assert rejected["invalid encoding"]["rows"] == 1
    assert rejected["invalid encoding"]["file"] == "2017.csv"
    assert rejected["invalid encoding"]["examples"].startswith("line 204")


def test_a_file_that_disappears_while_it_is_read_is_one_line(
    project: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project.raw_records / "patents" / "2017.csv"
    check = building.reading._source

    def gone(*arguments: object) -> str:
        source = check(*arguments)  # type: ignore[arg-type]
        path.unlink(missing_ok=True)
        return source

    monkeypatch.setattr(building.reading, "_source", gone)
    with pytest.raises(BadInput, match=r"record set patents, 2017.csv.*it is gone"):
        building.build(project, "patents", DUCKDB)
    assert results.read_summary(project, "patents") is None


def test_a_build_that_is_killed_leaves_no_partition_that_looks_done(
    project: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(building.checks, "demand", killed)
    with pytest.raises(KeyboardInterrupt):
        building.build(project, "patents", DUCKDB)
    assert list((project.records / "patents").rglob("done.json")) == []
    assert not (project.raw_records / "patents" / "counted").exists()
    monkeypatch.undo()
    assert building.build(project, "patents", DUCKDB)["records"] == 7


def test_the_bundled_set_gives_the_known_answers(tmp_path: Path) -> None:
    """And the counts that are kept beside it are those that its files give."""
    import shutil

    from tests.conftest import ROOT

    bundled = Settings(root=ROOT)
    shutil.copytree(bundled.raw_records / "chinaxiv", tmp_path / "raw-records" / "chinaxiv")
    again = Settings(root=tmp_path)
    before = results.read_counts(bundled, "chinaxiv")
    assert {s.name: s.state for s in results.states(bundled)}["chinaxiv"] == "counted"
    building.build(again, "chinaxiv", DUCKDB, full=True)
    pd.testing.assert_frame_equal(results.read_counts(again, "chinaxiv"), before)
    provinces = counted(again, "chinaxiv", "joint_papers", "province")
    assert provinces["110000", "120000"] == 36
    assert provinces["110000", "130000"] == 74
    assert provinces["120000", "130000"] == 8
    cities = counted(again, "chinaxiv", "joint_papers", "city")
    assert (cities["110000", "130100"], cities["110000", "130400"], cities["110000", "130600"]) == (37, 16, 10)


def test_an_indicator_that_the_catalogue_lacks_is_named_before_anything_is_counted(project: Settings) -> None:
    """A count without an entry has neither name nor unit: nothing of it may be published."""
    path = project.catalog / "records.yml"
    text = path.read_text(encoding="utf-8")
    more = '  papers: {like: paper_affiliations, release: "2020", complete: true'
    assert more in text
    count = ", counts: [{indicator: papers_nobody_named, rule: pairs}]"
    path.write_text(text.replace(more, more + count), encoding="utf-8")
    assert check.look(project, "papers").unnamed == ["papers_nobody_named"]
    with pytest.raises(BadInput, match=r"enter papers_nobody_named in catalog/indicators\.yml with names and unit"):
        building.build(project, "papers", EngineSettings())
    assert [s.why for s in results.states(project) if s.name == "papers"] == [
        "enter papers_nobody_named in catalog/indicators.yml with names and unit"
    ]
