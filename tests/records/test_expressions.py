"""What the expressions give on DuckDB, by hand; that Spark gives the same is in test_spark."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from jjj_pipeline.records import build, portable
from jjj_pipeline.records.engine import Engine, EngineSettings, connected
from jjj_pipeline.records.places import Lookups
from jjj_pipeline.settings import PACKAGE, Settings
from tests.records.expressions import ADDRESSES, CASES, DATES, rows


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Lookups]]:
    with connected(EngineSettings(threads=1), tmp_path_factory.mktemp("duckdb")) as running:
        yield running, build.lookups(Settings(root=Path("/")), running)


def test_cells_are_split_at_every_separator_and_at_no_other_sign(engine: tuple[Engine, Lookups]) -> None:
    found = rows(engine[0], CASES["split"](*engine))  # at, id, part
    parts: dict[int, list[str]] = {}
    for at, number, part in sorted(found):
        parts.setdefault(number, []).insert(at, part)
    assert parts == {
        0: ["a", "b"], 1: ["a", "b", "c"], 2: ["a", "b"], 5: ["a.b"], 8: ["(a)+", "[b]"], 9: ["北京", "天津", "河北"],
    }  # fmt: skip


def test_only_plain_numbers_are_numbers(engine: tuple[Engine, Lookups]) -> None:
    found = {number: (value, whole) for number, value, whole in rows(engine[0], CASES["numbers"](*engine))}
    assert found == {
        0: (1.0, 1), 1: (1.5, None), 2: (1234.5, None), 3: (None, None), 4: (None, None), 5: (None, None), 6: (-3.0, None),
        7: (None, None), 8: (None, None), 9: (None, None), 10: (7.0, None), 11: (7.0, 7),
    }  # fmt: skip


def test_a_date_is_told_as_far_as_the_text_tells_it(engine: tuple[Engine, Lookups]) -> None:
    found = {DATES[number]: date for date, number in rows(engine[0], CASES["dates"](*engine))}
    assert found == {
        "2019-03-05": "2019-03-05", "2019年3月5日": "2019-03-05", "20190305": "2019-03-05", "201912": "2019-12", "2019": "2019",
        "约2019年": "2019", "19": None, "": None, None: None, "2019.13.40": None, "2019-02-00": "2019-02",
        "2021/1/8": "2021-01-08", "２０２４年５月６日": "2024-05-06", "2023-02-32": None, "2023-13": None,
    }  # fmt: skip


def test_of_ties_the_first_in_a_total_order_is_kept(engine: tuple[Engine, Lookups]) -> None:
    assert rows(engine[0], CASES["first of ties"](*engine)) == [("1", "a", "y"), ("1", "b", None), (None, "c", "p")]


def test_a_group_without_a_true_condition_counts_zero(engine: tuple[Engine, Lookups]) -> None:
    assert rows(engine[0], CASES["count of conditions"](*engine)) == [("a", 1), ("b", 0), ("c", 0)]


def test_addresses_lead_to_the_place_of_now_or_stay_open(engine: tuple[Engine, Lookups]) -> None:
    found = {number: city for number, city, _, _ in rows(engine[0], CASES["addresses"](*engine))}
    cities = {ADDRESSES[number]: city for number, city in found.items()}
    assert cities == {
        "河北省保定市徐水县安肃镇": "130600", "北京市海淀区": "110000", "100190 北京市朝阳区": "110000",
        "朝阳区建国路1号": None,
        "吉林长春": "220100", "吉林市昌邑区": "220200", "南京东路100号": None, "蓟县城关镇": "120000", "四川省重庆市": "500000",
        "": None, None: None, "巴音郭楞蒙古自治州库尔勒": "652800", "鼓楼区": None,
        "　北京　海淀": "110000", "河北(保定)": "130600",
        "a|b.c*": None, "中国北京": "110000", "京": None,
    }  # fmt: skip


def test_fractions_of_a_record_add_up_to_one(engine: tuple[Engine, Lookups]) -> None:
    found = rows(engine[0], CASES["pairs by province"](*engine))
    table = CASES["pairs by province"](*engine)
    columns = sorted(table.columns)
    made = [dict(zip(columns, r, strict=True)) for r in found]
    # a: Beijing, Tianjin, Hebei, three pairs of a third; b: Beijing alone; e: Jilin and Beijing; d has an unknown party
    assert {(m["origin"], m["destination"]): m["pairs_fractional"] for m in made} == {
        ("110000", "120000"): pytest.approx(1 / 3), ("110000", "130000"): pytest.approx(1 / 3),
        ("120000", "130000"): pytest.approx(1 / 3), ("110000", "110000"): 1.0, ("110000", "220000"): 1.0,
    }  # fmt: skip


def test_an_amount_is_divided_over_the_pairs_of_places(engine: tuple[Engine, Lookups]) -> None:
    table = CASES["amounts by city"](*engine)
    made = [dict(zip(sorted(table.columns), r, strict=True)) for r in rows(engine[0], table)]
    # a: 6 to three places, of which one is not known as a city
    assert {(m["origin"], m["destination"]): m["value"] for m in made} == {
        ("110000", "120000"): 2.0, ("110000", "130600"): 2.0, ("220100", "220200"): 1.0, ("220100", "110000"): 1.0,
    }  # fmt: skip


def test_no_expression_is_written_in_a_way_that_differs_between_engines() -> None:
    """Calls of the methods of portable.REFUSED with arguments, outside portable itself."""
    found = []
    for path in (PACKAGE / "records" / f"{name}.py" for name in ("places", "canonical", "counting", "build")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            method, owner = node.func.attr, node.func.value
            ours = isinstance(owner, ast.Name) and owner.id == "portable"
            if method in portable.REFUSED and (node.args or node.keywords) and not ours:
                found.append(f"{path.name}:{node.lineno}: {method}: {portable.REFUSED[method]}")
            if method == "distinct" and (node.args or node.keywords):
                found.append(f"{path.name}:{node.lineno}: distinct with arguments: {portable.REFUSED['distinct_on']}")
    assert found == []
