"""How long every mart takes: over the bundled data, and over a synthetic panel at half and at full size.

`python -m benchmarks.marts` prints a line a mart. The synthetic panel has 31 provinces and 340 cities x 40 years x 200
indicators, against the same with 20 years; a mart that is linear in rows takes about twice as long for twice the rows.
Each time is query, contract and Parquet file together, in one thread of SQL, without imports and start-up. A build makes the next
marts ahead, in two threads: the last line of the bundled data says how long all take so. A mart that needs years which half of
the panel does not reach (windows, base years) has little to do there, and a ratio above two.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import duckdb
import pandas as pd

from jjj_pipeline import contracts
from jjj_pipeline.contracts.base import info
from jjj_pipeline.pipeline import ref_tables
from jjj_pipeline.pipeline import tables as writing
from jjj_pipeline.pipeline.plan import plan
from jjj_pipeline.pipeline.project import Project
from jjj_pipeline.pipeline.runner import Runner
from jjj_pipeline.pipeline.steps import Step
from jjj_pipeline.settings import Settings, default_settings

FIRST_YEAR = 1985
BOUND = 2.0  # seconds, all marts of the bundled data
NEEDED = [
    "gdp", "population", "rd_expenditure", "rd_expenditure_basic", "rd_expenditure_applied", "rd_expenditure_experimental",
    "rd_personnel_fte", "rd_personnel_fte_basic", "rd_personnel_fte_applied", "rd_personnel_fte_experimental",
    "rd_personnel_fte_researchers", "firm_rd_expenditure", "tech_output_turnover", "tech_absorbed_turnover", "gdp_index",
    "invention_grants", "invention_applications", "invention_valid", "legal_entities", "urban_employment",
]  # fmt: skip


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--cities", type=int, default=340)
    options.add_argument("--years", type=int, default=40)
    options.add_argument("--indicators", type=int, default=200)
    options.add_argument("--bundled-only", action="store_true", help="leave the synthetic panel out")
    arguments = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="jjj_bench_") as folder:
        bundled(Path(folder) / "bundled")
        if not arguments.bundled_only:
            synthetic(Path(folder), arguments.cities, arguments.years, arguments.indicators)
    return 0


def is_mart(step: Step) -> bool:
    return step.name.startswith("mart.")


def timed(runner: Runner, step: Step) -> float:
    """Seconds for the query, the contract and the Parquet file of a step."""
    start = time.perf_counter()
    runner.materialize(step)
    return time.perf_counter() - start


def bundled(root: Path) -> None:
    """The marts over the real data: each alone, the best of three since others may be at work, and all as a build runs them."""
    shutil.copytree(default_settings().raw, root / "raw")
    runner = Runner(Project(Settings(root=root)), full=True)
    steps = plan(runner.project)
    for step in steps:
        runner.materialize(step)
    marts = [s for s in steps if is_mart(s)]
    runs = [{s.name: timed(runner, s) for s in marts} for _ in range(3)]
    best = {name: min(run[name] for run in runs) for name in runs[0]}
    print(f"{'bundled data':32} {'seconds':>8}")
    for name, seconds in best.items():
        print(f"{name:32} {seconds:8.3f}")
    print(f"{'one after the other':32} {sum(best.values()):8.3f}")
    walls, processors = [], []
    for _ in range(5):
        start, before = time.perf_counter(), time.process_time()
        for step in marts:
            runner.materialize(step)
        walls.append(time.perf_counter() - start)
        processors.append(time.process_time() - before)
    total = median(walls)
    verdict = f"{'within' if total <= BOUND else 'BEYOND'} {BOUND:.0f} s; processor {median(processors):.3f} s"
    print(f"{'all, as a build runs them':32} {total:8.3f}   {verdict}\n", flush=True)


def synthetic(folder: Path, cities: int, years: int, indicators: int) -> None:
    """Each mart over the panel of half and of all the years, and how many times longer the whole takes."""
    times = []
    for n in (years // 2, years):
        runner = Runner(Project(Settings(root=folder / f"synthetic_{n}")), full=True)
        rows = fill(runner, cities, n, indicators)
        print(f"{31 + cities} regions x {n} years x {indicators} indicators: {rows:,} figures", flush=True)
        times.append({s.name: timed(runner, s) for s in computed(runner)})
    half, full = times
    print(f"\n{'synthetic panel':32} {'half':>8} {'full':>8} {'ratio':>6}")
    for name in full:
        print(f"{name:32} {half[name]:8.2f} {full[name]:8.2f} {full[name] / half[name]:6.2f}")
    sums = sum(half.values()), sum(full.values())
    print(f"{'all':32} {sums[0]:8.2f} {sums[1]:8.2f} {sums[1] / sums[0]:6.2f}")


def computed(runner: Runner) -> list[Step]:
    return [
        s
        for s in plan(runner.project)
        if is_mart(s) or s.name in ("core.preferred", "core.series", "core.span", "core.panel")
    ]


def fill(runner: Runner, cities: int, years: int, indicators: int) -> int:
    """A synthetic store: the catalogue with made-up cities and indicators, a panel of figures, flows between provinces."""
    runner.project.settings.raw.mkdir(parents=True)
    ref = {name: ref_tables.frame(name, build(runner.project.catalog, ())) for name, build in ref_tables.TABLES.items()}
    provinces = ref["ref.region"].query("kind == 'province'")["region_code"].tolist()
    names = [f"9{i:05d}" for i in range(cities)]
    parents = [provinces[i % len(provinces)] for i in range(cities)]
    made_up = pd.DataFrame({"region_code": names, "kind": "city", "parent": parents})
    made_up[["name_zh", "short_zh", "name_en"]] = made_up[["region_code"] * 3].to_numpy()
    ref["ref.region"] = pd.concat([ref["ref.region"], made_up], ignore_index=True)
    groups = pd.DataFrame({"group_code": [f"CITIES_{p}" for p in parents], "region_code": names})
    groups["members"] = groups.groupby("group_code")["region_code"].transform("size")
    ref["ref.region_group"] = pd.concat([ref["ref.region_group"], groups], ignore_index=True)
    usable = ref["ref.indicator"].query("kind in ('flow', 'stock', 'ratio')")["indicator"].tolist()
    usable = [i for i in usable if not i.startswith("article_")]  # totals of one group, not a panel
    picked = [*NEEDED, *(i for i in usable if i not in NEEDED)][:indicators]
    fresh = [f"made_up_{i}" for i in range(indicators - len(picked))]
    known = ref["ref.indicator"][ref["ref.indicator"]["indicator"].isin(picked)].assign(vintages=None, preferred=None)
    new = pd.DataFrame({"indicator": fresh, "name_zh": fresh, "name_en": fresh, "unit": "件", "kind": "flow"})
    ref["ref.indicator"] = pd.concat([known, new.assign(additive=True, price_basis="none")], ignore_index=True)
    ref["ref.release"] = pd.DataFrame(
        {"source": ["nbs"], "release": ["2025"], "position": [1], "vintage": ["2025"], "name_zh": None, "name_en": None}
    ).reindex(columns=[c.name for c in info(contracts.ALL["ref.release"])])
    for name, frame in ref.items():
        writing.write_frame(runner.store, contracts.ALL[name], frame, name)
    rows = observations(runner, [*picked, *fresh], [*provinces, *names], years)
    flows(runner, provinces, years)
    steps = computed(runner)
    for table in {t for s in steps for t in s.upstream} - {t for s in steps for t in s.tables}:
        if not runner.store.path(table).exists():  # what marts look up beside the panel: empty
            contract = contracts.ALL[table]
            writing.write_frame(runner.store, contract, pd.DataFrame(columns=[c.name for c in info(contract)]), table)
    return rows


FIGURE = "0.05::double as half_width, 'A' as status, '1' as printed, '件' as printed_unit, 'raw' as file, 'A1' as cell"


def observations(runner: Runner, indicators: list[str], regions: list[str], years: int) -> int:
    """core.observation: growth with noise, the same every time; sections for provinces."""
    con = duckdb.connect(config={"threads": 1})
    con.register("i", pd.DataFrame({"indicator": indicators}))
    con.register("r", pd.DataFrame({"region_code": regions}))
    path = runner.store.path("core.observation")
    path.parent.mkdir(parents=True, exist_ok=True)
    con.execute(f"""
        copy (
            with cell as (
                select indicator, region_code, '*' as industry_code, y + {FIRST_YEAR} as year
                from i, r, range({years}) as t(y)
                union all
                select indicator, region_code, chr(65 + s::int), y + {FIRST_YEAR}
                from i, r, range({years}) as t(y), range(19) as u(s)
                where indicator in ('legal_entities', 'urban_employment') and region_code < '9'
            )
            select 'nbs_panel' as table_id, indicator, region_code, industry_code, year, 'nbs' as source, '2025' as release,
                case indicator when 'gdp_index' then 103 + hash(region_code, year) % 60 / 10
                    else (1 + hash(indicator, region_code, industry_code) % 1000) * pow(1.05, year - {FIRST_YEAR})
                        * (1 + hash(indicator, region_code, industry_code, year) % 100 / 1000) end::double as value,
                {FIGURE}
            from cell
            order by indicator, region_code, industry_code, year
        ) to '{path}' (format parquet, compression zstd)
    """)
    return int(con.execute(f"select count(*) from read_parquet('{path}')").fetchall()[0][0])


def flows(runner: Runner, provinces: list[str], years: int) -> None:
    """core.flow: contracts between all provinces, every year."""
    con = duckdb.connect(config={"threads": 1})
    con.register("p", pd.DataFrame({"code": provinces}))
    frame = con.sql(f"""
        select 'nbs_flow' as table_id, 'tech_contract_turnover' as indicator, a.code as origin, b.code as destination,
            (y + {FIRST_YEAR})::varchar as period, 'nbs' as source, '2025' as release, y + {FIRST_YEAR} as period_start,
            y + {FIRST_YEAR} as period_end, 'province' as level, (1 + hash(a.code, b.code, y) % 1000)::double as value,
            {FIGURE}
        from p as a, p as b, range({years}) as t(y)
        order by origin, destination, period
    """).df()
    writing.write_frame(runner.store, contracts.ALL["core.flow"], frame, "core.flow")


if __name__ == "__main__":
    sys.exit(main())
