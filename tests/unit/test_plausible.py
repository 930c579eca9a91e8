"""Figures needing review though they add up: each rule on a handful of figures made for it."""

from __future__ import annotations

import math

import duckdb
import pandas as pd
import pytest

from jjj_pipeline.quality import plausible

PROVINCES = [f"{i}0000" for i in range(11, 42)]  # 31 of them


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for schema in ("core", "ref", "mart"):
        con.execute(f"create schema {schema}")
    con.execute("create table ref.region as select unnest(?) as region_code, 'province' as kind", [PROVINCES])
    con.execute("create table ref.indicator (indicator text, lowest double, highest double, inflow text)")
    con.execute("create table ref.intensity (intensity text, lowest double, highest double)")
    con.execute("create table ref.release (source text, release text, position int)")
    con.execute(
        "create table mart.intensity (denominator_release text, intensity text, region_code text, year int, value double, "
        "value_low double, value_high double, preferred boolean)"
    )
    con.execute(
        "create table mart.revision (release_new text, indicator text, region_code text, industry_code text, year int, "
        "value_old double, value_new double, file_new text, cell_new text)"
    )
    con.execute(
        "create table mart.flow_derived (indicator text, origin text, destination text, year int, value double, "
        "value_low double, value_high double, printed double, printed_half_width double, "
        "agrees_with_printed boolean, agrees_with_others boolean)"
    )
    columns = (
        "(table_id text, source text, release text, indicator text, region_code text, industry_code text default '*', "
        "year int, value double, half_width double default 0.5, file text default 'f.csv', cell text default 'B2')"
    )
    con.execute(f"create table core.observation {columns}")
    con.execute(f"create table core.preferred {columns}")
    return con


def put(con: duckdb.DuckDBPyConnection, table: str, **columns: object) -> None:
    frame = pd.DataFrame(columns)  # noqa: F841
    con.execute(f"insert into {table} ({', '.join(columns)}) select {', '.join(columns)} from frame")


def series(con: duckdb.DuckDBPyConnection, changed: dict[tuple[str, int], float]) -> None:
    """An indicator that grows by 8 to 12 % a year everywhere, with some figures changed."""
    rows = []
    for n, region in enumerate(PROVINCES):
        value = 100.0
        for year in range(2015, 2021):
            value *= 1.08 + 0.04 * ((n + year) % 5) / 4
            rows.append((region, year, changed.get((region, year), 1.0) * value))
    regions, years, values = zip(*rows, strict=True)
    put(
        con,
        "core.preferred",
        table_id="t",
        release="2021",
        indicator="x",
        region_code=regions,
        year=years,
        value=values,
    )


def found(con: duckdb.DuckDBPyConnection) -> set[tuple[str, str, int]]:
    rows, counts = plausible.implausible(lambda sql: con.sql(sql).df())
    assert set(counts) == {r.id for r in plausible.rules()}
    return {(r.check_id, r.region_code, int(r.year)) for r in rows.itertuples()}


def test_a_quiet_series_is_not_spoken_of(con: duckdb.DuckDBPyConnection) -> None:
    series(con, {})
    assert found(con) == set()


def test_a_figure_ten_times_its_neighbours_is_a_slip_of_the_unit(con: duckdb.DuckDBPyConnection) -> None:
    series(con, {("130000", 2017): 10, ("150000", 2020): 0.0001})
    # the way back in 2018 is no second finding; at the end of a series nothing comes back yet
    assert found(con) == {("unit_slip", "130000", 2017), ("unit_slip", "150000", 2020), ("jump", "150000", 2020)}


def test_a_series_that_stays_ten_times_larger_has_jumped(con: duckdb.DuckDBPyConnection) -> None:
    series(con, {("130000", year): 10 for year in (2018, 2019, 2020)})
    assert found(con) == {("jump", "130000", 2018)}


def test_a_figure_twice_its_size_is_a_jump_there_and_back(con: duckdb.DuckDBPyConnection) -> None:
    series(con, {("130000", 2017): 2})
    assert found(con) == {("jump", "130000", 2017), ("jump", "130000", 2018)}


def test_releases_of_one_figure_that_differ_by_a_power_of_ten(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "mart.revision", release_new=["2022", "2022"], indicator="x", region_code=["110000", "120000"], year=2019,
        value_old=[100.0, 100.0], value_new=[1010.0, 250.0], file_new="g.csv", cell_new="C3")  # fmt: skip
    assert found(con) == {("unit_slip", "110000", 2019)}


def test_a_new_edition_with_fewer_regions(con: duckdb.DuckDBPyConnection) -> None:
    put(con, "ref.release", source="s", release=["2020", "2021"], position=[1, 2])
    for release, regions in (("2020", PROVINCES), ("2021", PROVINCES[:30])):
        put(con, "core.observation", table_id="t", source="s", release=release, indicator="x", region_code=regions,
            year=int(release) - 1, value=1.0)  # fmt: skip
    rows, _ = plausible.implausible(lambda sql: con.sql(sql).df())
    (row,) = rows.to_dict("records")
    assert (row["check_id"], row["release"], row["expected"], row["found"]) == ("coverage_shrinks", "2021", 31, 30)


def test_an_intensity_outside_its_range_beyond_its_digits(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into ref.indicator values ('share', 0, 8, null)")
    con.execute("insert into ref.intensity values ('per_gdp', 0, 8)")
    put(con, "core.observation", table_id="t", indicator="share", region_code=["110000", "120000"], year=2020,
        value=[9.0, 8.4], release="2021")  # 8.4 ± 0.5 reaches 8  # fmt: skip
    put(con, "mart.intensity", intensity="per_gdp", region_code=["130000", "140000"], year=2020, value=[12.0, 12.0],
        value_low=[11.0, 11.0], value_high=[13.0, 13.0], preferred=[True, False])  # fmt: skip
    assert found(con) == {("out_of_range", "110000", 2020), ("out_of_range", "130000", 2020)}


def test_a_stock_that_grows_by_more_than_flows_in(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("insert into ref.indicator values ('stock', null, null, 'flow')")
    put(con, "core.preferred", table_id="t", release="2021", indicator=["stock", "stock", "flow"] * 2,
        region_code=["110000"] * 3 + ["120000"] * 3, year=[2019, 2020, 2020] * 2,
        value=[100.0, 130.0, 20.0, 100.0, 121.0, 20.0])  # 21 against 20 is within the digits of three figures  # fmt: skip
    assert found(con) == {("stock_beyond_flow", "110000", 2020)}


def moves(con: duckdb.DuckDBPyConnection, changed: dict[int, float], step: float = 0.01) -> None:
    """Two years of 31 provinces whose logarithmic changes are -15 to 15 steps: median 0, median absolute deviation 8 steps.
    Some of the outermost are changed, which moves neither."""
    steps = {n: changed.get(n, n * step) for n in range(-15, 16)}
    for year, values in ((2019, [100.0] * 31), (2020, [100.0 * math.exp(move) for move in steps.values()])):
        put(
            con,
            "core.preferred",
            table_id="t",
            release="2021",
            indicator="x",
            region_code=PROVINCES,
            year=year,
            value=values,
        )


def test_a_jump_is_a_change_of_more_than_three_and_a_half_robust_spreads(con: duckdb.DuckDBPyConnection) -> None:
    """Spread 1.4826 * 0.08 = 0.1186; cut-off 3.5 * 0.1186 = 0.4151."""
    moves(con, {15: 0.4150, -15: -0.4152})
    assert found(con) == {("jump", PROVINCES[0], 2020)}


def test_the_bound_of_a_jump_is_where_it_begins(con: duckdb.DuckDBPyConnection) -> None:
    moves(con, {15: 0.5, -15: -0.5})
    rows, _ = plausible.implausible(lambda sql: con.sql(sql).df())
    cut = 3.5 * 1.4826 * 0.08
    bounds = {r.region_code: (r.expected, r.bound) for r in rows.itertuples()}
    assert set(rows["severity"]) == {"warning"}
    assert bounds[PROVINCES[30]] == pytest.approx((100, 100 * (math.exp(cut) - 1)))
    assert bounds[PROVINCES[0]] == pytest.approx((100, 100 * (1 - math.exp(-cut))))


def test_thirty_changes_are_needed_to_speak_of_jumps(con: duckdb.DuckDBPyConnection) -> None:
    moves(con, {15: 0.5})
    con.execute("delete from core.preferred where region_code = ?", [PROVINCES[15]])
    assert found(con) == {("jump", PROVINCES[30], 2020)}
    con.execute("delete from core.preferred where region_code = ?", [PROVINCES[14]])
    assert found(con) == set()


def test_where_everything_moves_much_ten_times_is_no_slip(con: duckdb.DuckDBPyConnection) -> None:
    """ln 10 = 2.303 against 3.5 * 1.4826 * 8 * 0.056 = 2.325 and 3.5 * 1.4826 * 8 * 0.055 = 2.283."""
    moves(con, {15: math.log(10)}, step=0.056)
    assert found(con) == set()
    con.execute("delete from core.preferred")
    moves(con, {15: math.log(10)}, step=0.055)
    assert found(con) == {("jump", PROVINCES[30], 2020), ("unit_slip", PROVINCES[30], 2020)}
