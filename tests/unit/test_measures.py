"""Published answers, reproduced by the macros the marts use, to their printed digits."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import pytest

from jjj_pipeline import contracts
from jjj_pipeline.contracts.base import info
from jjj_pipeline.measures import formulas
from jjj_pipeline.pipeline import ref_tables
from tests.support.marts import CATALOG, connection, one

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
EXPECTED = json.loads((FIXTURES / "expected_values.json").read_text(encoding="utf-8"))
REAT = json.loads((FIXTURES / "reat_examples.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with connection() as opened:
        yield opened


def rows(name: str) -> list[dict[str, str]]:
    with (FIXTURES / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def agrees(value: float, published: float) -> bool:
    """Whether the value, rounded to the digits of the published one, is it."""
    text = repr(float(published))
    return f"{value:.{len(text.partition('.')[2])}f}" == text


# ---- inequality


@pytest.mark.parametrize("year", EXPECTED["mexico_pcgdp"]["years"])
def test_theil_and_gini_of_the_mexican_states_are_those_pysal_publishes(
    con: duckdb.DuckDBPyConnection, year: int
) -> None:
    states = rows("mexico_pcgdp.csv")
    y, g = [float(s[f"pcgdp{year}"]) for s in states], [s["hanson98"] for s in states]
    published, computed = EXPECTED["mexico_pcgdp"]["published"], EXPECTED["mexico_pcgdp"]["computed_here"]
    i = EXPECTED["mexico_pcgdp"]["years"].index(year)
    assert agrees(one(con, "theil_t(?)", y), published["theil_T"][i])
    assert agrees(one(con, "theil_t_between(?, ?)", y, g), published["theil_T_between"][i])
    assert agrees(one(con, "theil_t_within(?, ?)", y, g), published["theil_T_within"][i])
    lists = [[v for v, k in zip(y, g, strict=True) if k == key] for key in sorted(set(g))]
    assert agrees(one(con, "theil_t_between_groups(?)", lists), published["theil_T_between"][i])
    assert agrees(one(con, "theil_t_within_groups(?)", lists), published["theil_T_within"][i])
    for macro, key in [
        ("gini(?)", "gini"), ("theil_l(?)", "theil_L"), ("cv(?)", "cv_pop"), ("cv_samp(?)", "cv_samp"),
        ("max_min(?)", "max_min"), ("sd_log(?)", "sd_ln_pop"), ("hhi(?)", "hhi"),
    ]:  # fmt: skip
        assert agrees(one(con, macro, y), computed[key][i]), macro
    assert agrees(one(con, "theil_l_between(?, ?)", y, g), computed["theil_L_between"][i])
    assert agrees(one(con, "theil_l_within(?, ?)", y, g), computed["theil_L_within"][i])
    if year == 1940:
        assert one(con, "gini(?)", y) == pytest.approx(published["gini_1940"], rel=1e-13)


def test_zeros_count_in_theil_t(con: duckdb.DuckDBPyConnection) -> None:
    y, g = [0, 0, 0, 10, 10, 10], [0, 0, 0, 1, 1, 1]
    assert one(con, "theil_t(?)", y) == pytest.approx(math.log(2), rel=1e-15)
    assert one(con, "theil_t_between(?, ?)", y, g) == pytest.approx(math.log(2), rel=1e-15)
    assert one(con, "theil_t_within(?, ?)", y, g) == 0
    assert one(con, "theil_l(?)", y) is None


def test_values_of_the_r_package_ineq(con: duckdb.DuckDBPyConnection) -> None:
    vector = EXPECTED["ineq_vector"]
    y, published = vector["input"], vector["published"]
    assert agrees(one(con, "gini(?)", y), published["gini"])
    assert agrees(one(con, "atkinson(?, 0.5)", y), published["atkinson_0_5"])
    assert agrees(one(con, "hhi(?)", y), published["herfindahl"])
    assert one(con, "theil_t(?)", y) == pytest.approx(vector["computed_here"]["theil_T"], rel=1e-13)
    assert one(con, "theil_l(?)", y) == pytest.approx(vector["computed_here"]["theil_L"], rel=1e-13)
    small = EXPECTED["gini_small_sample_correction"]
    for name in ("x", "y"):
        assert agrees(one(con, "gini_corrected(?)", small["input"][name]), small["published"][f"gini_corrected_{name}"])


def test_values_of_the_german_laender(con: duckdb.DuckDBPyConnection) -> None:
    laender = rows("german_laender_2015.csv")
    gdp, people = [float(x["gdp_bn_eur_2015"]) for x in laender], [float(x["pop_2015"]) for x in laender]
    published, computed = EXPECTED["german_laender"]["published"], EXPECTED["german_laender"]["computed_here"]
    assert f"{one(con, 'gini(?)', gdp):.4f}" == str(published["gini_gdp"])
    assert f"{one(con, 'hhi(?)', gdp):.3f}" == str(published["hhi_gdp"])
    for macro, key in [
        ("williamson", "williamson_pcgdp"), ("hoover", "hoover_gdp_vs_pop"), ("theil_t_weighted", "theil_T_popweighted"),
        ("theil_l_weighted", "theil_L_popweighted"), ("gini_weighted", "gini_popweighted"),
    ]:  # fmt: skip
        assert one(con, f"{macro}(?, ?)", gdp, people) == pytest.approx(computed[key], rel=1e-12), macro
    per_head = [g / p for g, p in zip(gdp, people, strict=True)]
    assert one(con, "cv(?)", per_head) == pytest.approx(computed["cv_pop_pcgdp"], rel=1e-12)
    assert one(con, "cv_samp(?)", per_head) == pytest.approx(computed["cv_samp_pcgdp"], rel=1e-12)


def test_values_of_the_r_package_reat(con: duckdb.DuckDBPyConnection) -> None:
    small = REAT["gini"]
    assert one(con, "gini(?)", small["x"]) == pytest.approx(small["gini"], rel=1e-14)
    assert one(con, "gini_corrected(?)", small["x"]) == pytest.approx(small["gini_norm"], rel=1e-14)
    assert agrees(one(con, "hhi(?)", small["x"]), small["hhi"])
    assert agrees(one(con, "hhi_normalised(?)", small["x"]), small["hhi_norm"])
    assert agrees(one(con, "equivalent_number(?)", small["x"]), small["hhi_equivalent_number"])
    weighted = REAT["gini_weighted"]  # x is the value per head
    totals = [x * w for x, w in zip(weighted["x"], weighted["weight"], strict=True)]
    assert agrees(one(con, "gini_weighted(?, ?)", totals, weighted["weight"]), weighted["gini"])
    assert agrees(one(con, "theil_l(?)", REAT["theil_L"]["x"]), REAT["theil_L"]["theil_as_in_REAT"])
    assert agrees(one(con, "theil_t(?)", REAT["theil_L"]["x"]), REAT["theil_L"]["theil_T_here"])
    lq = REAT["location_quotient"]
    assert agrees(one(con, "location_quotient(?, ?, ?, ?)", lq["e_ij"], lq["e_j"], lq["e_i"], lq["e"]), lq["lq"])
    for name, own, base in [("gini_specialisation", "e_ij", "e_i"), ("gini_concentration", "e_ij", "e_j")]:
        a, b = REAT[name][own], REAT[name][base]
        lqs = [one(con, "location_quotient(?, ?, ?, ?)", x, sum(a), y, sum(b)) for x, y in zip(a, b, strict=True)]
        assert agrees(one(con, "gini(?)", lqs), REAT[name]["G"])
    speed = REAT["beta_speed"]
    assert one(con, "convergence_speed(?, ?)", speed["beta"], speed["T"]) == pytest.approx(speed["lambda_"], rel=1e-12)


def test_krugman_and_finger_kreinin_of_the_r_package_reat(con: duckdb.DuckDBPyConnection) -> None:
    spec = REAT["krugman_spec"]
    assert one(con, "krugman(?, ?)", spec["a"], spec["b"]) == pytest.approx(spec["K"], rel=1e-15)
    assert one(con, "finger_kreinin(?, ?)", spec["a"], spec["b"]) == spec["finger_kreinin"]
    for name, own in [("krugman_spec2", "region"), ("krugman_conc2", "industry")]:
        others = [[v / sum(o) for v in o] for o in REAT[name]["others"].values()]
        mean = [sum(c) / len(others) for c in zip(*others, strict=True)]
        k = one(con, "krugman(?, ?)", REAT[name][own], mean)
        assert agrees(k, REAT[name]["K"])
        assert one(con, "finger_kreinin(?, ?)", REAT[name][own], mean) == pytest.approx(1 - k / 2, rel=1e-14)
        assert one(con, "nav(?, ?)", REAT[name][own], mean) == pytest.approx(k / 2, rel=1e-14)


@pytest.mark.parametrize("n", [2, 3, 13, 31])
def test_ceilings_are_reached_where_one_unit_has_everything(con: duckdb.DuckDBPyConnection, n: int) -> None:
    y = [1.0] + [0.0] * (n - 1)
    for measure, ceiling in [("gini", "gini_max"), ("theil_t", "theil_max"), ("cv", "cv_max")]:
        assert one(con, f"{measure}(?)", y) == pytest.approx(one(con, f"{ceiling}({n})"), rel=1e-14), measure
    assert one(con, "hhi(?)", [1.0] * n) == pytest.approx(one(con, f"hhi_min({n})"), rel=1e-14)
    assert one(con, "gini_corrected(?)", y) == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("missing", [None, math.nan, math.inf])
def test_a_missing_element_makes_every_measure_of_a_list_null(
    con: duckdb.DuckDBPyConnection, missing: float | None
) -> None:
    y, pop, groups = [1.0, missing, 3.0], [1.0, 1.0, 1.0], ["a", "a", "b"]
    for macro in ["gini", "theil_t", "theil_l", "cv", "hhi", "max_min", "gap", "primacy", "two_city", "sd_log"]:
        assert one(con, f"{macro}(?::double[])", y) is None, macro
    for macro in ["williamson", "hoover", "theil_t_weighted", "theil_l_weighted", "gini_weighted"]:
        assert one(con, f"{macro}(?::double[], ?::double[])", y, pop) is None, macro
        assert one(con, f"{macro}(?::double[], ?::double[])", pop, y) is None, macro
    assert one(con, "theil_t_between(?::double[], ?)", y, groups) is None
    assert one(con, "theil_t_within_groups(?::double[][])", [[1.0, missing], [3.0]]) is None


# ---- shift-share


def test_the_shift_share_example_of_krumme(con: duckdb.DuckDBPyConnection) -> None:
    published = EXPECTED["shift_share_krumme"]["published"]
    industries = rows("shift_share_krumme.csv")
    grown = {
        r["industry"]: (float(r["national_share_pct"]), 1 + float(r["national_growth_pct"]) / 100) for r in industries
    }
    grand = sum(share for share, _ in grown.values()), sum(share * rate for share, rate in grown.values())
    total = dict.fromkeys(("national", "mix", "regional"), 0.0)
    for r in industries:
        e0, e1, (i0, rate) = float(r["region_1985"]), float(r["region_1995"]), grown[r["industry"]]
        mix = one(con, "industry_mix(?, ?, ?, ?, ?)", e0, i0, i0 * rate, *grand)
        regional = one(con, "regional_share(?, ?, ?, ?)", e0, e1, i0, i0 * rate)
        assert regional == pytest.approx(published["differential_by_industry"][r["industry"]], abs=1e-9)
        assert round(mix) == published["composition_by_industry"][r["industry"]]
        total["national"] += one(con, "national_share(?, ?, ?)", e0, *grand)
        total["mix"] += mix
        total["regional"] += regional
    answer = [published[k] for k in ("national", "composition_industry_mix", "differential_regional")]
    assert list(total.values()) == pytest.approx(answer, rel=1e-12)
    assert sum(total.values()) == pytest.approx(published["total_change"], rel=1e-12)


def test_the_shift_share_example_of_farhauer_and_kroell(con: duckdb.DuckDBPyConnection) -> None:
    expected = EXPECTED["shift_share_farhauer_kroell"]["computed_here"]
    cells = [
        {k: float(v) if k != "region" else v for k, v in r.items()} for r in rows("shift_share_farhauer_kroell.csv")
    ]
    first = [c for c in cells if c["region"] == "A"]
    grand = sum(c["nat_t"] for c in first), sum(c["nat_t1"] for c in first)
    closing = dict.fromkeys(("industry_mix", "regional_share_Dunn"), 0.0)
    for region, answer in expected.items():
        mine = [c for c in cells if c["region"] == region]
        start = sum(c["e_t"] for c in mine)
        sums: dict[str, float] = dict.fromkeys(answer, 0.0)
        for c in mine:
            own, ref = (c["e_t"], c["e_t1"]), (c["nat_t"], c["nat_t1"])
            sums["change"] += own[1] - own[0]
            sums["national_share"] += one(con, "national_share(?, ?, ?)", own[0], *grand)
            sums["industry_mix"] += one(con, "industry_mix(?, ?, ?, ?, ?)", own[0], *ref, *grand)
            sums["regional_share_Dunn"] += one(con, "regional_share(?, ?, ?, ?)", *own, *ref)
            sums["Esteban_regional"] += one(con, "esteban_regional(?, ?, ?, ?, ?, ?)", *own, *ref, start, grand[0])
            sums["Esteban_allocation"] += one(con, "esteban_allocation(?, ?, ?, ?, ?, ?)", *own, *ref, start, grand[0])
        sums["net_total_shift"] = sums["industry_mix"] + sums["regional_share_Dunn"]
        for key, value in answer.items():
            assert sums[key] == pytest.approx(value, abs=1e-10), (region, key)
        for key in closing:
            closing[key] += sums[key]
    assert closing == pytest.approx({"industry_mix": 0, "regional_share_Dunn": 0}, abs=1e-10)


def test_ends_of_a_product_whatever_the_signs(con: duckdb.DuckDBPyConnection) -> None:
    for a, b, ends in [((1, 2), (3, 4), (3, 8)), ((-1, 2), (3, 4), (-4, 8)), ((-2, -1), (-4, 3), (-6, 8))]:
        assert one(con, "product_low(?, ?, ?, ?)", *a, *b) == ends[0]
        assert one(con, "product_high(?, ?, ?, ?)", *a, *b) == ends[1]
    assert one(con, "product_low(1, null, 3, 4)") is None


# ---- convergence


def test_beta_convergence_of_the_exact_example(con: duckdb.DuckDBPyConnection) -> None:
    expected, years = EXPECTED["beta_convergence"]["computed_here"], EXPECTED["beta_convergence"]["computed_here"]["T"]
    pairs = [(float(r["y0"]), float(r["yT"])) for r in rows("beta_convergence.csv")]
    con.execute("create or replace temp table pair(y0 double, y1 double)")
    con.executemany("insert into pair values (?, ?)", pairs)
    (found,) = con.execute(
        "with line as (select regr_slope(log_growth(y0, y1, $T), ln(y0)) as beta from pair) "
        "select beta, convergence_speed(beta, $T), half_life(convergence_speed(beta, $T)), "
        "(select sd_log(list(y1)) / sd_log(list(y0)) from pair) from line".replace("$T", str(years))
    ).fetchall()
    keys = ("slope_annualised", "lambda_", "half_life", "sigma_ratio_sd_ln")
    assert found == pytest.approx([expected[k] for k in keys], rel=1e-12)


def test_the_standard_error_of_a_slope_is_that_of_statsmodels(con: duckdb.DuckDBPyConnection) -> None:
    import statsmodels.api as sm  # a second, which no other test of the worker needs

    y = [float(s["pcgdp2000"]) for s in rows("mexico_pcgdp.csv")]
    x = [float(s["pcgdp1940"]) for s in rows("mexico_pcgdp.csv")]
    fit = sm.OLS(y, sm.add_constant(x)).fit()
    con.execute("create or replace temp table point(x double, y double)")
    con.executemany("insert into point values (?, ?)", list(zip(x, y, strict=True)))
    (found,) = con.execute(
        "select regr_slope(y, x), slope_error(regr_sxx(y, x), regr_syy(y, x), regr_sxy(y, x), count(*)), regr_r2(y, x) from point"
    ).fetchall()
    assert found == pytest.approx([fit.params[1], fit.bse[1], fit.rsquared], rel=1e-9)
    assert one(con, "slope_error(1, 1, 0.5, 2)") is None


def test_without_convergence_there_is_no_half_life(con: duckdb.DuckDBPyConnection) -> None:
    assert one(con, "convergence_speed(0.02, 10)") == pytest.approx(-math.log(1.2) / 10)
    assert one(con, "half_life(convergence_speed(0.02, 10))") is None
    assert one(con, "convergence_speed(-0.2, 5)") is None  # 1 + beta T = 0: everybody has arrived


# ---- structure, links, scores


def test_location_quotients_are_the_exact_fractions(con: duckdb.DuckDBPyConnection) -> None:
    example: dict[str, Any] = json.loads((FIXTURES / "location_quotient_5x5.json").read_text(encoding="utf-8"))
    matrix = example["matrix"]
    columns = [sum(c) for c in zip(*matrix, strict=True)]
    grand = sum(columns)
    for row, exact, krugman, hhi in zip(
        matrix, example["LQ_exact"], example["krugman_index"], example["hhi"], strict=True
    ):
        for x, column, fraction in zip(row, columns, exact, strict=True):
            lq = one(con, "location_quotient(?, ?, ?, ?)", x, sum(row), column, grand)
            assert lq == pytest.approx(float(Fraction(fraction)), rel=1e-15)
        assert one(con, "krugman(?, ?)", row, columns) == pytest.approx(krugman, rel=1e-14)
        assert one(con, "hhi(?)", row) == pytest.approx(hhi, rel=1e-14)
    assert one(con, "location_quotient(0, 10, 0, 100)") is None  # an industry nobody has


def test_links_of_joint_patents(con: duckdb.DuckDBPyConnection) -> None:
    for r in rows("copatent_normalisation.csv"):
        c, a, b, t = (int(r[k]) for k in ("c_ij", "s_i", "s_j", "total"))
        assert one(con, "salton(?, ?, ?)", c, a, b) == pytest.approx(float(r["salton_cosine"]), rel=1e-15)
        assert one(con, "jaccard(?, ?, ?)", c, a, b) == pytest.approx(float(r["jaccard"]), rel=1e-15)
        assert one(con, "association_strength(?, ?, ?, ?)", c, a, b, t) == pytest.approx(
            float(r["association_strength"]), rel=1e-15
        )


def weights(con: duckdb.DuckDBPyConnection, matrix: list[list[float]]) -> list[float]:
    evenness = [one(con, "entropy_evenness(?)", list(column)) for column in zip(*matrix, strict=True)]
    return one(con, "entropy_weights(?)", evenness)


def test_entropy_weights(con: duckdb.DuckDBPyConnection) -> None:
    matrix = [[float(v) for v in r.values()] for r in rows("entropy_weight_matrix.csv")]
    expected = EXPECTED["entropy_weights"]
    assert all(map(agrees, weights(con, matrix), expected["published"]["weights"]))
    with_zero = expected["computed_here"]
    assert weights(con, with_zero["zero_matrix"]) == pytest.approx(with_zero["correct"], rel=1e-12)


def test_coupling_of_the_worked_examples(con: duckdb.DuckDBPyConnection) -> None:
    for case in json.loads((FIXTURES / "coupling_worked.json").read_text(encoding="utf-8")):
        u = case.get("U") or [case["U1"], case["U2"]]
        found = {
            "C": one(con, "coupling(?)", u),
            "D": one(con, "coordination(coupling(?), ?)", u, sum(u) / len(u)),
            "C_modified": one(con, "coupling_modified(?)", u),
            "D_modified": one(con, "coordination(coupling_modified(?), ?)", u, sum(u) / len(u)),
        }
        assert found == pytest.approx({k: case[k] for k in found}, rel=1e-12)


def implied_systems(traditional: float, modified: float) -> tuple[float, float] | None:
    """Two systems in 0 to 1 whose coupling degrees are these: C gives their ratio, the modified C their distance."""
    root = (1 - math.sqrt(1 - traditional**2)) / traditional
    ratio = root * root
    larger = (1 - modified**2 / ratio) / (1 - ratio)
    return (larger, larger * ratio) if 0 < larger <= 1 else None


def test_coupling_of_the_thirteen_cities_is_what_is_published(con: duckdb.DuckDBPyConnection) -> None:
    """The paper prints both degrees and no U: some pair within the digits must give both through the macros."""
    printed, systems = [], []
    for r in rows("coupling_jjj_C_2008_2014.csv"):
        traditional, modified = float(r["C_traditional"]), float(r["C_modified"])
        tried = [traditional + step * 1e-5 for step in range(-4, 5) if traditional + step * 1e-5 < 1]
        systems += [(len(printed), list(u)) for c in tried if (u := implied_systems(c, modified))]
        printed.append((traditional, modified))
    row_of, pairs = zip(*systems, strict=True)
    computed = con.execute(
        "select n, coupling(u), coupling_modified(u) from (select unnest(?::int[]) as n, unnest(?::double[][]) as u)",
        [row_of, pairs],
    ).fetchall()
    found = {(n, round(both, 4), round(modified, 4)) for n, both, modified in computed}
    assert [(n, *pair) for n, pair in enumerate(printed) if (n, *pair) not in found] == []


# ---- what is written about them


def macro_names(con: duckdb.DuckDBPyConnection) -> set[str]:
    names = con.execute(
        "select distinct function_name from duckdb_functions() where function_type = 'macro' and not internal"
    ).fetchall()
    return {n for (n,) in names}


def measured_columns() -> dict[str, set[str]]:
    """Measure -> columns of marts that carry it."""
    out: dict[str, set[str]] = {}
    for table, contract in contracts.ALL.items():
        if table.startswith("mart."):
            for c in info(contract):
                if c.measure:
                    out.setdefault(c.measure, set()).add(f"{table}.{c.name}")
    return out


def test_every_macro_has_an_entry_and_every_entry_a_macro_or_a_column(con: duckdb.DuckDBPyConnection) -> None:
    ends = {f"{name}_{end}" for name in formulas.FORMULAS for end in ("low", "high")}
    macros, entries = macro_names(con), set(CATALOG.measures)
    assert macros - ends - set(formulas.FORMULAS) - entries == set(), "macros without an entry in measures.yml"
    assert entries - macros - set(measured_columns()) == set(), "entries of measures.yml that nothing carries"


def test_every_derived_column_of_a_mart_is_a_measure() -> None:
    known = set(CATALOG.measures) | set(formulas.FORMULAS)
    unknown = {m: sorted(c) for m, c in measured_columns().items() if m not in known}
    assert unknown == {}, (
        "give the measure an entry in measures.yml, name it with `of`, or declare the column as `figure`"
    )


def test_no_formula_is_written_twice() -> None:
    assert set(CATALOG.measures) & set(formulas.FORMULAS) == set()
    text = (CATALOG.folder.parent / "marts" / "measures.sql").read_text(encoding="utf-8")
    written = re.findall(r"CREATE OR REPLACE MACRO (\w+)\(", text)
    assert len(written) == len(set(written))
    assert set(written) & set(formulas.FORMULAS) == set()


def test_conventions_name_the_base_of_every_logarithm_and_the_divisor_of_every_deviation() -> None:
    for name, m in CATALOG.measures.items():
        assert bool(re.search(r"\bln\b", m.formula)) <= (m.log == "natural"), name
        assert bool(re.search(r"\bsd\(", m.formula)) <= (m.ddof is not None or bool(m.log)), name
    table = ref_tables.frame("ref.measure", ref_tables.measure(CATALOG, ()))
    assert table["measure"].is_unique
    assert (table[["name_zh", "name_en", "formula", "source"]] != "").all(axis=None)
