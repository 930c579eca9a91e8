"""Every expression of jjj_pipeline.records on small tables with nulls, ties, empty groups and signs of regular expressions: the
same on DuckDB and on Spark. Each case is a function from an engine to a table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
from ibis import _

from jjj_pipeline.records import canonical, counting, places, portable
from jjj_pipeline.records.engine import Engine
from jjj_pipeline.records.mapping import Count

CELLS = ["a|b", "a；b、c", " a ; ; b ", "", None, "a.b", "|", ";", "(a)+|[b]", "北京、天津|河北"]
NUMBERS = ["1", "1.5", "1,234.5", "１", "1.7.2", "1e5", "-3", "", None, "12万元", " 7 ", "0007"]
DATES = ["2019-03-05", "2019年3月5日", "20190305", "201912", "2019", "约2019年", "19", "", None, "2019.13.40", "2019-02-00",
         "2021/1/8", "２０２４年５月６日", "2023-02-32", "2023-13"]  # fmt: skip
ADDRESSES = [
    "河北省保定市徐水县安肃镇", "北京市海淀区", "100190 北京市朝阳区", "朝阳区建国路1号",
    "吉林长春", "吉林市昌邑区", "南京东路100号",
    "蓟县城关镇",
    "四川省重庆市", "", None, "巴音郭楞蒙古自治州库尔勒", "鼓楼区",
    "　北京　海淀", "河北(保定)", "a|b.c*", "中国北京", "京",
]  # fmt: skip
NAMES = [
    "北京甲有限公司保定分公司", "乙技术（北京）有限公司", "丙大学(保定)", "丁(基因)研究院",
    "戊集团河北有限公司保定分公司", "张三", "", None,
    "天津己银行股份有限公司石家庄分行",
]  # fmt: skip


def _texts(engine: Engine, values: list[str | None]) -> Any:
    return engine.take_in(
        f"in{abs(len(values))}_{values[0]}".encode().hex(),
        pa.table({"id": range(len(values)), "t": pa.array(values, pa.string())}),
    )


def split(engine: Engine, look: places.Lookups) -> Any:
    table = _texts(engine, CELLS)
    return portable.numbered(table.mutate(part=portable.split(table.t.fill_null(""), "；;、|")), "part", "at").drop("t")


def numbers(engine: Engine, look: places.Lookups) -> Any:
    table = _texts(engine, NUMBERS)
    return table.mutate(number=portable.number(table.t), whole=portable.whole(table.t)).drop("t")


def extract(engine: Engine, look: places.Lookups) -> Any:
    table = _texts(engine, DATES)
    digits = {f"d{i}": portable.extract(table.t, canonical.DATE, i) for i in (1, 2, 3)}
    return table.mutate(**digits, rest=portable.remove(table.t, r"[\d年月日]+")).drop("t")


def dates(engine: Engine, look: places.Lookups) -> Any:
    table = _texts(engine, DATES)
    return table.mutate(date=canonical.date_of(table.t)).drop("t")


def counted(engine: Engine, look: places.Lookups) -> Any:
    table = engine.take_in(
        "conditions",
        pa.table({"g": ["a", "a", "b", "b", "c"], "x": pa.array([True, None, None, None, False], pa.bool_())}),
    )
    return table.group_by("g").aggregate(n=portable.count_of(_.x))


def first(engine: Engine, look: places.Lookups) -> Any:
    rows = {
        "k": ["a", "a", "a", "b", "c", "c"],
        "d": ["2", "1", "1", "1", None, "5"],
        "v": ["x", "z", "y", None, "p", "q"],
    }
    table = engine.take_in("ties", pa.table({c: pa.array(v, pa.string()) for c, v in rows.items()}))
    return portable.first_of(table, ["k"], [_.d.fill_null(""), _.v.fill_null("")])


def addresses(engine: Engine, look: places.Lookups) -> Any:
    return places.by_text(_texts(engine, ADDRESSES), "t", look, "p")


def names(engine: Engine, look: places.Lookups) -> Any:
    table = _texts(engine, NAMES)
    table = table.mutate(seat=places.seat(table.t, look.cities), parent=places.parent(table.t))
    return places.by_text(table, "seat", look, "p")


def codes(engine: Engine, look: places.Lookups) -> Any:
    values = [
        "130625",
        "139999",
        "990000",
        "13",
        "",
        None,
        "91130602MA0ABCDE1X",
        "91110108ma0abcde2x",
        "100190",
        " 071000 ",
        "10019",
    ]
    table = places.by_code(_texts(engine, values), "t", look, "region")
    return places.by_postal_code(places.by_credit_code(table, "t", look, "credit"), "t", look, "post")


def stated(engine: Engine, look: places.Lookups) -> Any:
    table = engine.take_in(
        "stated",
        pa.table(
            {
                "p": pa.array(["河北省", "河北省", None, "", "北京", None], pa.string()),
                "c": pa.array(["保定市", "河北省保定市", "天津市", "石家庄", None, None], pa.string()),
            }
        ),
    )
    return table.mutate(said=places.stated(table.p, table.c))


def _records(engine: Engine) -> tuple[Any, Any]:
    item = pa.table(
        {
            "record_set": ["s"] * 5, "record_id": list("abcde"), "date": ["2019"] * 5, "period": [2019, 2019, 2019, 2020, 2020],
            "amount": pa.array([6.0, None, 1.0, 0.1, 2.0]), "class_code": pa.array(["X", "X", None, "Y", "Y"], pa.string()),
            "status": pa.array([None] * 5, pa.string()),
        }
    )  # fmt: skip
    parties = [
        ("a", "s", "110000", "110000"), ("a", "b", "120000", "120000"), ("a", "b", "130000", "130600"),
        ("a", "b", "130000", None),
        ("b", "s", "110000", "110000"), ("b", "b", "110000", "110000"), ("c", "s", None, None), ("c", "b", "130000", None),
        ("d", "s", "110000", "110000"), ("d", "b", None, None), ("e", "s", "220000", "220100"), ("e", "b", "220000", "220200"),
        ("e", "b", "110000", "110000"),
    ]  # fmt: skip
    columns = ("record_id", "role", "province", "city")
    party = pa.table({c: pa.array(v, pa.string()) for c, v in zip(columns, zip(*parties, strict=True), strict=True)})
    return engine.take_in("item", item), engine.take_in("party", party)


def _pairs(level: Any) -> Callable[[Engine, places.Lookups], Any]:
    def case(engine: Engine, look: places.Lookups) -> Any:
        item, party = _records(engine)
        return counting.pairs(counting.all_classes(counting.place_sets(item, party, [])), level)

    return case


def _flows(rule: Any, level: Any) -> Callable[[Engine, places.Lookups], Any]:
    def case(engine: Engine, look: places.Lookups) -> Any:
        return counting.flows(*_records(engine), Count(indicator="i", rule=rule, from_="s", to="b"), level)

    return case


def coverage(engine: Engine, look: places.Lookups) -> Any:
    return counting.covered(*_records(engine))


def repeated(engine: Engine, look: places.Lookups) -> Any:
    rows = {
        "record_id": ["a", "a", "b", "b", "c", "d", "d"], "date": ["2019", "2019", "2019", "2020", "2019", "2019", "2019"],
        "class_code": ["X", "X", "X", "X", "X", None, None],
    }  # fmt: skip
    table = pa.table({c: pa.array(v, pa.string()) for c, v in rows.items()})
    return canonical.repeated(
        engine.take_in("repeated", table.append_column("amount", pa.array([1.0, 1.0, 1.0, 1.0, 1.0, None, 2.0])))
    )


CASES: dict[str, Callable[[Engine, places.Lookups], Any]] = {
    "split": split, "numbers": numbers, "extract": extract,
    "dates": dates, "count of conditions": counted, "first of ties": first,
    "addresses": addresses, "names": names, "codes": codes, "stated": stated, "coverage": coverage, "repeated": repeated,
    "pairs by city": _pairs("city"), "pairs by province": _pairs("province"),
    "flows by province": _flows("flows", "province"), "amounts by city": _flows("flow_amount", "city"),
}  # fmt: skip


def rows(engine: Engine, table: Any) -> list[tuple[Any, ...]]:
    """The rows in an order of their own, numbers to nine digits."""
    found = engine.arrow(table.select(*sorted(table.columns))).to_pylist()
    plain = [tuple(round(v, 9) if isinstance(v, float) else v for v in r.values()) for r in found]
    return sorted(plain, key=repr)
