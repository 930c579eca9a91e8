"""The thirty third-party files: each is read with every figure equal to the reference, at the precision printed
there, or is a trap and refused with what to do. Skipped where the folder is absent; `wild` covers the families without it."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest

from jjj_pipeline.catalog import units
from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import reader
from jjj_pipeline.ingest.formats import open_file
from jjj_pipeline.ingest.matching.column_matching import Hints
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures
from jjj_pipeline.ingest.matching.to_observations import Understood
from tests.support.proposals import follow

Reference = dict[tuple[str, int, str], list[tuple[str, int, str]]]  # region, year, indicator -> printed, decimals, unit
ACTIVITY = {
    "rd_expenditure": "rd_intramural_total", "rd_expenditure_basic": "rd_intramural_basic",
    "rd_expenditure_applied": "rd_intramural_applied", "rd_expenditure_experimental": "rd_intramural_experimental",
}  # fmt: skip
FTE = {"rd_personnel_fte": "rd_personnel_fte"} | {
    f"rd_personnel_fte_{k}": f"rd_personnel_fte_{k}" for k in ("researchers", "basic", "applied", "experimental")
}
GRANTS = {"patent_grants": "patent_grants_all", "invention_grants": "patent_grants_invention"}
FIRST, CENSUS4, CENSUS5 = "gdp_as_first_published", "gdp_revised_4th_census", "gdp_revised_5th_census"


@dataclass
class Case:
    """A file, what must be said for it to be read, what it is, and where the reference holds its figures.

    `against`: our indicator -> the reference's; `years`: another name there for a year of another release, none where
    the reference lacks it. `printed` is how many cells hold figures. A file that does not say what it is asks first."""

    table: str
    printed: int
    against: dict[str, str] = field(default_factory=dict)
    years: dict[int, str] = field(default_factory=dict)
    hints: Hints = field(default_factory=Hints)
    asks: str = ""
    release: str = ""


ASKED_GDP = "nbs_gdp (gdp, release 2025-census5) 434 of 434"
FILES = {
    "bulletin_2019_rd.html": Case(
        "rd_bulletin_rd_by_region", 64, {"rd_expenditure": "rd_expenditure_bulletin", "rd_intensity": "rd_intensity_bulletin"},
        release="2020"),
    "eps_127ww_macro.xlsx": Case("eps_macro", 2015, {"gdp": FIRST}, release="2024"),
    "eps_xiaoqi_industrial_raw.xlsx": Case(
        "eps_industrial", 2015, {"firm_rd_expenditure": "firm_rd_intramural", "firm_rd_personnel_fte": "firm_rd_personnel_fte",
        "firm_invention_valid": "firm_patents_valid_invention"}, release="2025"),
    "nbs_2020di_gdp.xls": Case("nbs_gdp", 155, {"gdp": FIRST}, {2018: CENSUS4}, release="2020"),
    "nbs_eoocl_gdp_headerless.csv": Case(
        "nbs_gdp", 124, {"gdp": CENSUS4}, hints=Hints(table="nbs_gdp"), asks="nbs_gdp (gdp, release 2024-census4) 124 of 124"),
    "nbs_renjiyi_gdp.csv": Case("nbs_gdp", 589, {"gdp": CENSUS5}, release="2025"),
    "nbs_renjiyi_sample_population.csv": Case("nbs_population_sample", 527, release="2025"),
    "nbs_renjiyi_sci_tech_staff.csv": Case("nbs_technical_personnel", 186, release="2025"),
    "nbs_tec_gdp_2011-2024.csv": Case("nbs_gdp", 434, {"gdp": CENSUS5}, hints=Hints(table="nbs_gdp"), asks=ASKED_GDP),
    "nbs_tec_indicator_rows.csv": Case("nbs_fiscal_expenditure", 169, hints=Hints(region="北京"), asks="北京 8 of 8"),
    "nbs_tec_invention_applications_2011-2024.csv": Case(
        "nbs_invention_applications", 434, {"invention_applications": "patent_applications_invention"},
        hints=Hints(indicator="invention_applications"),
        asks="nbs_invention_applications (invention_applications, release 2025) 434 of 434"),
    "nbs_tec_invention_grants_2011-2024.csv": Case(
        "nbs_invention_grants", 434, GRANTS, hints=Hints(table="nbs_invention_grants"),
        asks="nbs_invention_grants (invention_grants, release 2025) 434 of 434"),
    "nbs_tec_patent_grants_2011-2024.csv": Case(
        "nbs_patent_grants", 434, GRANTS, hints=Hints(table="nbs_patent_grants"),
        asks="nbs_patent_grants (patent_grants, release 2025) 434 of 434"),
    "nbs_tec_sci_fiscal_2011-2023.csv": Case(
        "nbs_fiscal_sci_tech", 403, hints=Hints(table="nbs_fiscal_sci_tech"),
        asks="(local_fiscal_sci_tech, release 2021) 279 of 279"),
    "nbs_tec_tech_market_turnover_2011-2024.csv": Case(
        "nbs_tech_market_turnover", 428, {"tech_output_turnover": "tech_market_turnover_nbs"},
        hints=Hints(table="nbs_tech_market_turnover"),
        asks="nbs_tech_market_turnover (tech_output_turnover, release 2025) 428 of 428"),
    "styb_1-4_rd_fte_2019.xlsx": Case("cstsy_rd_personnel_fte", 160, FTE, release="2020"),
    "styb_1-7_rd_by_activity_2019_protected.xls": Case("cstsy_rd_by_activity", 128, ACTIVITY, release="2020"),
    "styb_1-7_rd_by_activity_2020.xls": Case("cstsy_rd_by_activity", 128, ACTIVITY, release="2021"),
    "styb_1-7_rd_by_activity_2020_soshu.xls": Case("cstsy_rd_by_activity", 128, ACTIVITY, release="2021"),
    "styb_1-7_rd_by_activity_2020_soshu.xlsx": Case("cstsy_rd_by_activity", 128, ACTIVITY, release="2021"),
    "styb_1-7_rd_by_activity_2021.xlsx": Case("cstsy_rd_by_activity", 128, ACTIVITY, release="2022"),
    # its earlier years were revised with GDP after the communiqués of the reference
    "styb_1-8_rd_intensity_2012-2020.xls": Case(
        "cstsy_rd_intensity", 288, {"rd_intensity": "rd_intensity_bulletin"}, dict.fromkeys(range(2012, 2020), ""),
        release="2021"),
    "styb_2-14_firm_rd_2020.xls": Case(
        "cstsy_firm_rd_expenditure", 313, {"firm_rd_expenditure": "firm_rd_intramural"}, release="2021"),
    "styb_2-25_firm_patents_2019_protected.xls": Case(
        "cstsy_firm_patents", 96, {"firm_patent_applications": "firm_patent_applications",
        "firm_invention_applications": "firm_patent_applications_invention",
        "firm_invention_valid": "firm_patents_valid_invention"}, release="2020"),
    "styb_7-8_patent_grants_2011.xlsx": Case("cstsy_patent_grants", 140, GRANTS, release="2012"),
    "styb_8-39_tech_market_inflow_2000-2020.xls": Case(
        "cstsy_tech_absorbed_by_year", 297, {"tech_absorbed_turnover": "tech_market_turnover_absorbed"}, release="2021"),
    "styb_patent_grants_2020.xlsx": Case("cstsy_patent_grants", 140, GRANTS, release="2021"),
    "styb_rd_by_source_2011.xlsx": Case("cstsy_rd_by_source", 159, {"rd_expenditure": "rd_intramural_total"}, release="2012"),
    "techme_tidy_activity_2011.xlsx": Case("cstsy_rd_by_activity", 128, ACTIVITY, release="2012"),
}  # fmt: skip
TRAPS = {
    "styb_firm_patents_2022_wrong_table.xls": [
        "!1, cell A1", "column or a row of region names", "rows by industry", "2-25 按行业分规上工业企业专利情况(2022年)"],
}  # fmt: skip


@pytest.fixture(scope="module")
def reference(shared: Path, catalog: Catalog) -> Reference:
    out: Reference = defaultdict(list)
    with (shared / "data" / "yearbook_observations.csv").open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            region = catalog.region_names.code(row["region"])
            figure = (row["printed"], int(row["printed_decimals"]), row["unit"])
            out[region, int(row["year"]), row["indicator"]].append(figure)
    return out


def understand(path: Path, hints: Hints, catalog: Catalog, loaded: LoadedFigures) -> Understood:
    return reader.understand(open_file.parse(path.read_bytes(), path.name), path, hints, catalog, loaded)


def compare(read: Understood, case: Case, reference: Reference) -> Iterator[tuple[bool, str]]:
    """(equal, what) for every figure the reference holds: equal means the same at the coarser of the two printed
    precisions, for the reference may hold the figure of another publication, and in another unit."""
    for row in read.rows:
        year = int(str(row[4]))
        name = case.years.get(year, case.against.get(str(row[1]), ""))
        held = reference.get((str(row[2]), year, name), [])
        if held:
            same = all(agree(str(row[10]), str(row[11]), *other) for other in held)
            yield same, f"{row[1]} {row[2]} {year}: {row[10]} {row[11]}, reference {held}"


def agree(printed: str, unit: str, other: str, decimals: int, other_unit: str) -> bool:
    factor = units.factor(unit, other_unit)
    scale = Decimal(factor.numerator) / factor.denominator
    step = Decimal(1).scaleb(int(Decimal(printed).as_tuple().exponent)) * scale  # 2233.59 -> 0.01
    return abs(Decimal(printed) * scale - Decimal(other)) * 2 <= max(step, Decimal(1).scaleb(-decimals))


@pytest.mark.parametrize("name", FILES)
def test_every_figure_equals_the_reference(
    name: str,
    shared: Path,
    catalog: Catalog,
    loaded: LoadedFigures,
    reference: Reference,
    record_property: Callable[[str, object], None],
) -> None:
    case, path = FILES[name], shared / "real_files" / name
    if case.asks:
        with pytest.raises(BadInput) as refused:
            understand(path, Hints(), catalog, loaded)
        assert case.asks in str(refused.value)
        assert follow(str(refused.value), Hints(), lambda hints: understand(path, hints, catalog, loaded))
    read = understand(path, case.hints, catalog, loaded)
    figures = [row for row in read.rows if row[7] is not None]
    outcome = list(compare(read, case, reference))
    equal = sum(same for same, _ in outcome)
    record_property(f"{name:<46}", f"{len(figures):>5} read {len(outcome):>5} compared {equal:>5} equal")
    assert read.table_id == case.table
    assert not case.release or read.release == case.release
    assert len(figures) == case.printed
    assert [what for same, what in outcome if not same] == []
    assert bool(outcome) == bool(case.against)


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_is_refused_with_its_reason(name: str, shared: Path, catalog: Catalog, loaded: LoadedFigures) -> None:
    with pytest.raises(BadInput) as refused:
        understand(shared / "real_files" / name, Hints(), catalog, loaded)
    for words in [name, "expected", "found", *TRAPS[name]]:
        assert words in str(refused.value)


def test_every_file_of_the_folder_is_a_case(shared: Path) -> None:
    there = {p.name for p in (shared / "real_files").iterdir()} - {"MANIFEST.csv"}
    assert there == set(FILES) | set(TRAPS)


def test_slips_of_the_publications_are_told(shared: Path, catalog: Catalog, loaded: LoadedFigures) -> None:
    folder = shared / "real_files"
    inflow = understand(folder / "styb_8-39_tech_market_inflow_2000-2020.xls", Hints(), catalog, loaded)
    assert [s for s in inflow.messages if s.startswith("does not add up")] == [
        "does not add up: 西部地区 in K11 prints 68978499.190063, its members give 44437005.67"
    ]
    activity = understand(folder / "styb_1-7_rd_by_activity_2021.xlsx", Hints(), catalog, loaded)
    assert any("rd_expenditure of 310000 2021 in C27" in s for s in activity.messages)
    author = understand(folder / "eps_xiaoqi_industrial_raw.xlsx", Hints(), catalog, loaded)
    assert "Sheet4!F28 prints 0.001, Sheet1!AB56 0.0044: the first is read, with status U" in author.messages
