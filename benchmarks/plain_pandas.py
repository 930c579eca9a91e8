"""The core tables and the marts as one plain pandas script: read_csv for each file, melt, concat, merge, groupby, pivot.

It is what the project's own work is measured against, so it is written as one would write it today, without tricks and without
waste, and it uses nothing of the project but the data files of the catalogue. It trusts its input: a file it does not
understand ends in a traceback, no identity is tested, nothing is kept for the next run. Formulas, guards and intervals are those
of the marts; `bench` compares every table. Only tables belong here; no timing.

    python -m benchmarks.plain_pandas RAW CATALOG OUT
"""

import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

UNIT = re.compile(r"(万亿|百万|亿|万|千)?(美元|元/人|元|件|项|个|家|户|次|人年|人|%|指数|点|位|倍|个百分点|上年=100)")
SCALE = {None: 1, "千": 10**3, "万": 10**4, "百万": 10**6, "亿": 10**8, "万亿": 10**12}
LETTERS = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *(f"A{c}" for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
FIRST = {"flow": "流出地", "link": "地区甲"}  # how a header begins where not with 地区
OBSERVATION = ["table_id", "indicator", "region_code", "industry_code", "year", "source", "release"]
FLOW = ["table_id", "indicator", "origin", "destination", "period", "source", "release"]
FIGURE = ["value", "half_width", "status", "printed", "printed_unit", "file", "cell"]
KEY = ["indicator", "region_code", "year"]
TABLES = [
    "core.observation", "core.flow", "core.ranking", "core.link", "core.latest", "core.panel",
    "mart.share", "mart.intensity", "meta.coverage",
]  # fmt: skip


# ------------------------------------------------------------------------------------------------------- catalogue


def load_yaml(path):
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def load_catalog(folder):
    """The catalogue's files as dicts and frames."""
    regions = pd.read_csv(folder / "regions.csv", dtype=str, keep_default_na=False)
    names = {}
    for row in regions.to_dict("records"):
        for name in [row["name_zh"], row["short_zh"], row["region_code"], *row["aliases"].split("|")]:
            names.setdefault(name.replace(" ", ""), row["region_code"])
    indicators = pd.DataFrame.from_dict(load_yaml(folder / "indicators.yml"), orient="index").rename_axis("indicator")
    return {
        "tables": load_yaml(folder / "tables.yml"),
        "indicators": indicators.assign(
            additive=indicators["additive"].eq(True), kind=indicators["kind"].fillna("flow")
        ),
        "sources": load_yaml(folder / "sources.yml"),
        "windows": load_yaml(folder / "windows.yml"),
        "intensities": load_yaml(folder / "intensities.yml"),
        "corrections": load_yaml(folder / "corrections.yml"),
        "regions": regions,
        "names": names,
        "groups": pd.read_csv(folder / "groups.csv", dtype=str),
    }


# ------------------------------------------------------------------------------------------------------- raw files


def read_raw(raw, tables):
    """One long frame per layout target: every printed figure with its place, as text."""
    frames, headers = {"observation": [], "flow": [], "ranking": [], "link": []}, []
    for path in sorted(raw.glob("*/*/*.csv")):
        spec = tables[f"{path.parts[-3]}_{path.stem}"]
        target = spec["layout"].removesuffix("_list")
        long, header = read_file(path, spec)
        frames[target if target in frames else "observation"].append(long)
        headers += header
    headers = pd.DataFrame(headers)
    out = {}
    for target, parts in frames.items():
        if parts:
            long = pd.concat(parts, ignore_index=True)
            long = long[~long[FIRST.get(target, "地区")].str.startswith("注：")]
            long = long.merge(headers, on=["file", "column"], how="left")
            long["cell"] = long["letter"] + long["row"].astype(str)
            out[target] = long
    return out


def read_file(path, spec):
    """One file, long: a row per figure; and what its header says, a dict per column."""
    layout, (source, release) = spec["layout"], path.parts[-3:-1]
    first = FIRST.get(layout.removesuffix("_list"), "地区")
    head = []
    with path.open(encoding="utf-8") as file:
        while not (line := next(file)).startswith(f"{first},"):
            head.append(line.strip())
    table = pd.read_csv(path, skiprows=len(head), dtype=str, keep_default_na=False, encoding="utf-8")
    letters = dict(zip(table.columns, LETTERS, strict=False))
    unit = next((h[3:] for h in head if h.startswith("单位：")), spec.get("unit", ""))
    table["row"] = range(len(head) + 2, len(head) + 2 + len(table))
    if layout.endswith("_list"):
        long = table.rename(columns={"指标": "column", "数值": "printed", "单位": "printed_unit"})
        letters = dict.fromkeys(long["column"].unique(), letters["数值" if "数值" in letters else "行业"])
    else:
        fixed = ["地区", "年份", "row"] if layout == "region_year_by_indicator" else ["地区", "row"]
        long = table.melt(fixed, var_name="column", value_name="printed")
    long["file"] = "/".join(("raw", *path.parts[-3:]))

    same = {"file": long["file"].iloc[0], "table_id": f"{source}_{path.stem}", "source": source, "release": release}
    if layout == "region_by_indicator":
        same["year"] = re.search(r"[(（](\d{4})年[)）]$", head[0])[1]
    header = [
        {
            **same,
            "column": column,
            "letter": letter,
            "unit": unit_of(column, unit),
            "target": spec["columns"].get(column) if "columns" in spec else spec["indicator"],
            "decimals": decimals(spec, column, release),
            **({"year": column[:4]} if layout == "region_by_year" else {}),
        }
        for column, letter in letters.items()
    ]
    return long, header


def unit_of(column, unit):
    """The unit in brackets behind a column's name, else the table's."""
    found = re.search(r"[(（]([^()（）]+)[)）]$", column)
    return found[1] if found and UNIT.fullmatch(found[1]) else unit


def decimals(spec, column, release):
    """Decimals the publication shows; None: those of the literal."""
    rule = spec.get("decimals_by_column", {}).get(column, spec.get("printed_decimals"))
    return rule.get(release, rule.get("default")) if isinstance(rule, dict) else rule


def scale(unit):
    return SCALE[UNIT.fullmatch(unit)[1]]


def figures(long, catalog):
    """Value, half-width and status of every printed figure, in the indicator's unit."""
    long[["indicator", "industry_code"]] = long["target"].str.split("@", expand=True).reindex(columns=[0, 1])
    long["printed"] = long["printed"].str.strip()
    long["printed_unit"] = long["printed_unit"].fillna(long["unit"]) if "printed_unit" in long else long["unit"]
    unit = long["indicator"].map(catalog["indicators"]["unit"])
    over = long["printed_unit"].map({u: scale(u) for u in long["printed_unit"].unique()})
    under = unit.map({u: scale(u) for u in unit.unique()})
    long["value"] = pd.to_numeric(long["printed"], errors="coerce") * over / under
    after_point = long["printed"].str.split(".").str[1].str.len().fillna(0)
    places = long["decimals"].astype(float).fillna(after_point)
    long["half_width"] = (0.5 * 10.0**-places * over / under).where(long["printed"] != "")
    given = long["状态"].replace("", np.nan) if "状态" in long else pd.Series(np.nan, index=long.index)
    long["status"] = given.fillna("A").mask(long["printed"] == "", "O").mask(long["printed"].isin(["…", "..."]), "N")
    return long


def places(column, catalog):
    """Region codes of printed names."""
    codes = column.str.replace(" ", "").map(catalog["names"])
    if codes.isna().any():
        raise ValueError(f"unknown regions: {column[codes.isna()].unique()}")
    return codes


# ------------------------------------------------------------------------------------------------------- core


def make_observation(long, catalog):
    long = figures(long, catalog)
    long["region_code"] = places(long["地区"], catalog)
    long["year"] = long["year"].fillna(long["年份"].str[:4]).astype(int) if "年份" in long else long["year"].astype(int)
    long["industry_code"] = long["industry_code"].fillna("*")
    if "行业" in long:
        long["industry_code"] = long["industry_code"].mask(long["行业"].fillna("") != "", long["行业"])
    ruled = pd.Series(False, index=long.index)
    for table_id, spec in catalog["tables"].items():
        for rule in spec.get("status", []):
            hit = (long["table_id"] == table_id) & (long["status"] == "A") & ~ruled
            for column, key in (("year", "years"), ("region_code", "regions"), ("indicator", "indicators")):
                if key in rule:
                    hit &= long[column].isin(rule[key])
            if "release" in rule:
                hit &= long["release"] == rule["release"]
            long.loc[hit, "status"] = rule["status"]
            ruled |= hit
    return correct(long.sort_values(OBSERVATION, ignore_index=True), catalog)[[*OBSERVATION, *FIGURE]]


def correct(observation, catalog):
    """The ledger of known misprints applied."""
    for entry in catalog["corrections"]:
        hit = (
            (observation["table_id"] == entry["table"])
            & (observation["release"] == entry["release"])
            & (observation["region_code"] == catalog["names"][entry["region"]])
            & (observation["year"] == entry["year"])
            & (observation["indicator"] == entry["indicator"])
            & (observation["industry_code"] == entry.get("industry", "*"))
        )
        if entry["action"] == "replace":
            factor = scale(observation.loc[hit, "printed_unit"].iloc[0])
            factor /= scale(catalog["indicators"].at[entry["indicator"], "unit"])
            half = 0.5 * 10.0 ** -len(entry["value"].partition(".")[2])
            observation.loc[hit, ["value", "half_width"]] = [float(entry["value"]) * factor, half * factor]
            observation.loc[hit, "status"] = "I"
        elif entry["action"] == "flag":
            observation.loc[hit, "status"] = entry["obs_status"]
        elif entry["action"] == "drop":
            observation = observation[~hit]
    return observation


def make_flow(long, catalog):
    long = figures(long, catalog)
    long["origin"], long["destination"] = places(long["流出地"], catalog), places(long["流入地"], catalog)
    long["period"] = long["时期"]
    years = long["period"].str.extract(r"^(\d{4})(?:-(\d{4})$)?")
    long["period_start"] = years[0].astype(int)
    long["period_end"] = years[1].fillna(years[0]).astype(int)
    cities = catalog["regions"].loc[catalog["regions"]["kind"] == "city", "region_code"]
    is_city = long["origin"].isin(cities) | long["destination"].isin(cities)
    long["level"] = np.where(is_city, "city", "province")
    return long.sort_values(FLOW, ignore_index=True)[[*FLOW, "period_start", "period_end", "level", *FIGURE]]


def make_ranking(long, catalog):
    long["indicator"], long["region_code"] = long["target"], places(long["地区"], catalog)
    long["year"], long["rank"] = long["年份"].astype(int), long["位次"].astype(int)
    long["industry_code"], long["status"] = long["行业"], "A"
    key = ["table_id", "indicator", "region_code", "year", "rank", "source", "release"]
    return long.sort_values(key, ignore_index=True)[[*key, "industry_code", "status", "file", "cell"]]


def make_link(long, catalog):
    pair = pd.concat([places(long["地区甲"], catalog), places(long["地区乙"], catalog)], axis=1)
    long["region_a"], long["region_b"] = pair.min(axis=1), pair.max(axis=1)
    long["indicator"], long["industry_code"], long["status"] = long["target"], long["行业"], "A"
    key = ["table_id", "indicator", "region_a", "region_b", "industry_code", "source", "release"]
    return long.sort_values(key, ignore_index=True)[[*key, "status", "file", "cell"]]


def make_latest(observation, catalog):
    """One figure an indicator, region, industry and year: default release, preferred source, newest release."""
    frame = observation.copy()
    indicators = catalog["indicators"]
    for indicator, releases in indicators["default_release"].dropna().items():
        mine = frame["indicator"] == indicator
        place = (frame["source"] + "/" + frame["release"]).where(mine).map({r: i for i, r in enumerate(releases)})
        best = place.where(frame["value"].notna()).groupby(frame["region_code"]).transform("min")
        frame = frame[~mine | (place == best)]
    preferred = indicators["preferred"].dropna().explode().rename("source").reset_index()
    preferred["preference"] = preferred.groupby("indicator").cumcount()
    frame = frame.merge(preferred, on=["indicator", "source"], how="left")
    rank = frame["source"].map({name: 100 + s["rank"] for name, s in catalog["sources"].items()})
    frame["preference"] = frame["preference"].fillna(rank)
    frame["blank"] = frame["value"].isna()
    key = ["indicator", "region_code", "industry_code", "year"]
    frame = frame.sort_values(
        [*key, "blank", "preference", "release", "table_id"], ascending=[True] * 6 + [False, True], ignore_index=True
    ).drop_duplicates(key, ignore_index=True)
    columns = ["value", "half_width", "status", "source", "release", "table_id", "printed", "file", "cell"]
    return frame[[*key, *columns]]


def make_panel(latest, catalog):
    """Single regions, and totals of groups for indicators that may be summed."""
    single = latest.loc[latest["industry_code"] == "*", [*KEY, "value", "half_width", "source", "release", "status"]]
    single = single.assign(members=single["value"].notna().astype(int), members_expected=1)
    groups = catalog["groups"]
    additive = catalog["indicators"].index[catalog["indicators"]["additive"]]
    member = single[single["indicator"].isin(additive)].merge(groups, on="region_code")
    key = ["indicator", "group_code", "year"]
    by = member.groupby(key)
    total = by.agg(value=("value", "sum"), half_width=("half_width", "sum"), members=("value", "count")).reset_index()
    total["members_expected"] = total["group_code"].map(groups["group_code"].value_counts())
    complete = total["members"] == total["members_expected"]
    total[["value", "half_width"]] = total[["value", "half_width"]].where(complete)
    for column in ("source", "release"):
        texts = member[[*key, column]].drop_duplicates().sort_values(column).groupby(key)[column].agg(",".join)
        total[column] = texts.to_numpy()
    total["status"] = (
        member.assign(status=member["status"].where(member["status"] != "A", "~"))
        .groupby(key)["status"]
        .min()
        .to_numpy()
    )
    total["status"] = total["status"].replace("~", "A")
    panel = pd.concat([single, total.rename(columns={"group_code": "region_code"})], ignore_index=True)
    columns = ["value", "half_width", "members", "members_expected", "source", "release", "status"]
    return panel.sort_values(KEY, ignore_index=True)[[*KEY, *columns]]


# ------------------------------------------------------------------------------------------------------- formulas


def quotient(a, b):
    """a / b; missing where b is not above zero."""
    return (a / b).where(b > 0)


def quotient_interval(a, half_a, b, half_b, parts=False):
    """The ends of a / b (`parts`: a / (a + b)) over the corners of the printed digits; missing where b may be zero."""
    corners = []
    for over in (a - half_a, a + half_a):
        for under in (b - half_b, b + half_b):
            corners.append(over / (over + under if parts else under))
    lowest = (a - half_a if parts else 0) + b - half_b
    ends = pd.concat(corners, axis=1).where(lowest > 0)
    return ends.min(axis=1), ends.max(axis=1)


def shares_log(shares, weights):
    """sum s ln(s / w) along the rows; 0 ln 0 = 0."""
    return (shares * np.log(np.where(shares > 0, shares / weights, 1))).sum(axis=1)


# ------------------------------------------------------------------------------------------------------- marts


def make_growth_yearly(panel, catalog):
    now = flows_and_stocks(panel, catalog)
    before = now[[*KEY, "value", "half_width", "release"]].assign(year=now["year"] + 1)
    frame = now.merge(before, on=KEY, suffixes=("", "_before"))
    frame["change"] = frame["value"] - frame["value_before"]
    frame["growth"] = quotient(frame["value"], frame["value_before"]) - 1
    low, high = quotient_interval(
        frame["value"], frame["half_width"], frame["value_before"], frame["half_width_before"]
    )
    frame["growth_low"], frame["growth_high"] = low - 1, high - 1
    index = panel.loc[panel["indicator"] == "gdp_index", ["region_code", "year", "value"]].assign(indicator="gdp")
    frame = frame.merge(index.rename(columns={"value": "real_growth"}), on=KEY, how="left")
    frame["real_growth"] = frame["real_growth"] / 100 - 1
    columns = ["value", "value_before", "change", "growth", "growth_low", "growth_high", "real_growth"]
    return frame.sort_values(KEY)[[*KEY, *columns, "release_before", "release"]]


def flows_and_stocks(panel, catalog):
    return panel[panel["indicator"].map(catalog["indicators"]["kind"]).isin(["flow", "stock"])]


def make_growth_span(panel, catalog):
    series = flows_and_stocks(panel, catalog)
    known = series.dropna(subset="value").groupby(["indicator", "region_code"])["year"]
    reach = known.agg(first="min", last="max").reset_index()
    spans = []
    for window_id, window in catalog["windows"].items():
        start, end = window["start"], window["end"]
        year_start = reach["first"] if start == "first" else start
        year_end = reach["last"] if end == "last" else end
        spans.append(reach.assign(window_id=window_id, year_start=year_start, year_end=year_end))
    span = pd.concat(spans, ignore_index=True).query("year_end > year_start")
    frame = span
    for end in ("start", "end"):
        side = series[[*KEY, "value", "half_width", "release"]].rename(
            columns={
                "year": f"year_{end}",
                "value": f"value_{end}",
                "half_width": f"half_{end}",
                "release": f"release_{end}",
            }
        )
        frame = frame.merge(side, on=["indicator", "region_code", f"year_{end}"])
    frame["years"] = frame["year_end"] - frame["year_start"]
    v0, h0, v1, h1 = frame["value_start"], frame["half_start"], frame["value_end"], frame["half_end"]
    frame["multiple"] = quotient(v1, v0)
    frame["multiple_low"], frame["multiple_high"] = quotient_interval(v1, h1, v0, h0)
    frame["cagr"] = frame["multiple"].where(v1 > 0) ** (1 / frame["years"]) - 1
    frame["cagr_low"] = frame["multiple_low"].where(v1 - h1 > 0) ** (1 / frame["years"]) - 1
    frame["cagr_high"] = frame["multiple_high"].where(v1 - h1 > 0) ** (1 / frame["years"]) - 1

    index = panel.loc[panel["indicator"] == "gdp_index", ["region_code", "year", "value"]].dropna()
    index["log"] = np.log(index["value"] / 100)
    gdp = frame.loc[frame["indicator"] == "gdp", ["region_code", "window_id", "year_start", "year_end", "years"]]
    steps = gdp.merge(index, on="region_code")
    steps = steps[(steps["year"] > steps["year_start"]) & (steps["year"] <= steps["year_end"])]
    chained = steps.groupby(["region_code", "window_id", "years"])["log"].agg(["sum", "count"]).reset_index()
    chained = chained[chained["count"] == chained["years"]]
    chained["real_multiple"] = np.exp(chained["sum"])
    chained = chained.assign(indicator="gdp")[["indicator", "region_code", "window_id", "real_multiple"]]
    frame = frame.merge(chained, on=["indicator", "region_code", "window_id"], how="left")
    frame["real_cagr"] = frame["real_multiple"] ** (1 / frame["years"]) - 1
    key = ["indicator", "region_code", "window_id"]
    columns = [
        "year_start",
        "year_end",
        "years",
        "value_start",
        "value_end",
        "multiple",
        "multiple_low",
        "multiple_high",
    ]
    columns += ["cagr", "cagr_low", "cagr_high", "real_multiple", "real_cagr", "release_start", "release_end"]
    return frame.sort_values(key)[[*key, *columns]]


def group_totals(frame, by, catalog):
    """Sums over the members of every group; only where all of them have a figure."""
    groups = catalog["groups"]
    total = frame.merge(groups, on="region_code").groupby([*by, "group_code"], as_index=False)
    total = total.agg(value=("value", "sum"), half_width=("half_width", "sum"), found=("value", "size"))
    total = total[total["found"] == total["group_code"].map(groups["group_code"].value_counts())]
    return total.rename(columns={"group_code": "region_code"}).drop(columns="found")


def make_share(observation, panel, catalog):
    """Of every member in its group, and of every region and group in the printed nation."""
    indicators, regions = catalog["indicators"], catalog["regions"]
    series = panel[panel["indicator"].map(indicators["additive"])]
    figure = ["value", "half_width", "release"]
    member = series[[*KEY, *figure]].merge(catalog["groups"], on="region_code")
    total = series[[*KEY, *figure]].rename(columns={"region_code": "group_code"})
    inside = member.merge(total, on=["indicator", "group_code", "year"], suffixes=("", "_total"))
    rest, rest_half = inside["value_total"] - inside["value"], inside["half_width_total"] - inside["half_width"]
    inside["share"] = quotient(inside["value"], inside["value"] + rest)
    inside["share_low"], inside["share_high"] = quotient_interval(
        inside["value"], inside["half_width"], rest, rest_half, parts=True
    )
    inside = inside.rename(columns={"group_code": "of_code"}).assign(basis="parts")

    nation = series.loc[series["region_code"] == "CN", ["indicator", "year", "source", *figure]]
    by_release = indicators.index[indicators["default_release"].notna()]
    provinces = regions.loc[regions["kind"] == "province", "region_code"]
    parts = regions.loc[regions["kind"].isin(["province", "group"]), "region_code"]
    part = series.loc[~series["indicator"].isin(by_release) & series["region_code"].isin(parts), [*KEY, *figure]]
    released = observation[(observation["industry_code"] == "*") & observation["region_code"].isin(provinces)]
    released = released[released["indicator"].isin(by_release)].dropna(subset="value")
    released = released.merge(
        nation[["indicator", "year", "source", "release"]], on=["indicator", "year", "source", "release"]
    )
    released = released.sort_values("table_id").drop_duplicates(KEY)[[*KEY, *figure]]
    part = pd.concat([part, released, group_totals(released, ["indicator", "year", "release"], catalog)])
    printed = part.merge(nation, on=["indicator", "year"], suffixes=("", "_total"))
    printed["share"] = quotient(printed["value"], printed["value_total"])
    printed["share_low"], printed["share_high"] = quotient_interval(
        printed["value"], printed["half_width"], printed["value_total"], printed["half_width_total"]
    )
    printed = printed.assign(of_code="CN", basis="printed")
    frame = pd.concat([inside, printed], ignore_index=True)
    frame = frame.rename(columns={"value_total": "total", "release_total": "total_release"})
    key = ["indicator", "of_code", "region_code", "year"]
    columns = ["basis", "value", "total", "share", "share_low", "share_high", "release", "total_release"]
    return frame.sort_values(key)[[*key, *columns]]


def make_disparity(panel, catalog):
    """Inequality among the provinces of every group: a matrix of years by provinces for each group."""
    regions, kinds = catalog["regions"].set_index("region_code"), catalog["indicators"]["kind"]
    provinces = panel[panel["region_code"].isin(regions.index[regions["kind"] == "province"])]
    kind = provinces["indicator"].map(kinds)
    wide = provinces[kind.isin(["flow", "stock", "ratio"])].pivot(
        index=["indicator", "year"], columns="region_code", values=["value", "members"]
    )
    people = provinces[provinces["indicator"] == "population"].pivot(
        index="year", columns="region_code", values="value"
    )
    frames = []
    for group, codes in catalog["groups"].groupby("group_code")["region_code"]:
        codes = [c for c in codes if regions.at[c, "kind"] == "province"]
        if len(codes) < 2:
            continue
        wanted = wide.reindex(columns=pd.MultiIndex.from_product([["value", "members"], codes]))
        wanted = wanted[wanted["members"].notna().any(axis=1)]
        values, index = wanted["value"], wanted.index
        population = people.reindex(index=index.get_level_values("year"), columns=codes).to_numpy(copy=True)
        population[index.get_level_values("indicator").map(kinds) == "ratio"] = np.nan
        macro = regions.loc[codes, "nbs_four_region"] if group == "PROV31" else None
        measures = inequality(values.to_numpy(copy=True), population, macro)
        members = values.notna().sum(axis=1).to_numpy()
        frame = pd.DataFrame({"n": len(codes), "members": members, **measures}, index=index).reset_index()
        frame.insert(1, "group_code", group)
        frames.append(frame)
    return pd.concat(frames).sort_values(["indicator", "group_code", "year"])


def inequality(y, people, macro):
    """The measures of every row of a matrix; rows with a gap come out missing."""
    n = y.shape[1]
    with np.errstate(all="ignore"):
        y[np.isnan(y).any(axis=1)] = np.nan
        total, mean = y.sum(axis=1), y.mean(axis=1)
        fair = (y.min(axis=1) >= 0) & (total > 0)  # no negative figure, something to share out
        positive = y.min(axis=1) > 0
        share = np.where(fair[:, None], y / total[:, None], np.nan)
        logs = np.where(positive[:, None], np.log(y), np.nan)
        weight = np.where((people > 0).all(axis=1)[:, None], people / people.sum(axis=1, keepdims=True), np.nan)
        deviation = y.std(axis=1)
        descending = -np.sort(-share, axis=1)
        gini = np.maximum((np.sort(share, axis=1) * (2 * np.arange(1, n + 1) - n - 1)).sum(axis=1) / n, 0)
        hhi = (share**2).sum(axis=1)
        theil_l = np.maximum(np.log(mean) - logs.mean(axis=1), 0)

        order = np.argsort(share / weight, axis=1)
        sorted_share, sorted_weight = np.take_along_axis(share, order, 1), np.take_along_axis(weight, order, 1)
        lorenz = np.cumsum(sorted_share, axis=1)
        gini_weighted = 1 - ((2 * lorenz - sorted_share) * sorted_weight).sum(axis=1)
        return {
            "cv": np.where(mean != 0, deviation / mean, np.nan),
            "cv_samp": np.where(mean != 0, y.std(axis=1, ddof=1) / mean, np.nan),
            "gini": gini,
            "gini_corrected": gini * n / (n - 1),
            "gini_max": (n - 1) / n,
            "gini_weighted": np.maximum(gini_weighted, 0),
            "theil_t": np.maximum(missing_rows(shares_log(share, 1 / n), share), 0),
            "theil_l": theil_l,
            "theil_max": np.log(n),
            "theil_t_weighted": np.maximum(missing_rows(shares_log(share, weight), share * weight), 0),
            "theil_l_weighted": np.where(
                positive, np.maximum((weight * np.log(weight / share)).sum(axis=1), 0), np.nan
            ),
            **between_and_within(share, macro),
            "williamson": np.sqrt(((share - weight) ** 2 / weight).sum(axis=1)),
            "hhi": hhi,
            "hhi_min": 1 / n,
            "hhi_normalised": (hhi * n - 1) / (n - 1),
            "hoover": np.abs(share - weight).sum(axis=1) / 2,
            "max_min": np.where(positive, y.max(axis=1) / y.min(axis=1), np.nan),
            "gap": y.max(axis=1) - y.min(axis=1),
            "primacy": descending[:, 0],
            "two_city": np.where(descending[:, 1] > 0, descending[:, 0] / descending[:, 1], np.nan),
            "sd_log": logs.std(axis=1),
        }


def missing_rows(measure, inputs):
    """The measure; missing where an input of its row is."""
    return np.where(np.isnan(inputs).any(axis=1), np.nan, measure)


def between_and_within(share, macro):
    """Theil T between and within the macro-regions."""
    if macro is None:
        return {"theil_t_between": np.nan, "theil_t_within": np.nan}
    n = share.shape[1]
    between, within = np.zeros(len(share)), np.zeros(len(share))
    for name in macro.unique():
        own = share[:, (macro == name).to_numpy()]
        size, part = own.shape[1], own.sum(axis=1)
        between += np.where(part > 0, part * np.log(part * n / size), 0)
        within += np.where(part > 0, part * shares_log(own / part[:, None], 1 / size), 0)
    return {
        "theil_t_between": np.maximum(missing_rows(between, share), 0),
        "theil_t_within": missing_rows(within, share),
    }


def make_intensity(observation, panel, latest, catalog):
    """One quantity per another, for every release of the denominator."""
    kinds = pd.DataFrame.from_dict(catalog["intensities"], orient="index").rename_axis("intensity").reset_index()
    lower = observation[(observation["industry_code"] == "*") & observation["indicator"].isin(kinds["denominator"])]
    lower = lower.dropna(subset="value").sort_values("table_id").drop_duplicates([*KEY, "source", "release"])
    lower = lower.assign(denominator_release=lower["source"] + "/" + lower["release"])
    lower = lower[[*KEY, "denominator_release", "value", "half_width"]]
    lower = pd.concat([lower, group_totals(lower, ["indicator", "year", "denominator_release"], catalog)])
    upper = panel.dropna(subset="value")[[*KEY, "value", "half_width", "release"]]
    frame = kinds.merge(upper, left_on="numerator", right_on="indicator").drop(columns="indicator")
    frame = frame.merge(
        lower.rename(columns={"indicator": "denominator"}),
        on=["denominator", "region_code", "year"],
        suffixes=("_a", "_b"),
    )
    bulletin = latest.loc[latest["indicator"] == "rd_intensity", ["region_code", "year", "value", "half_width"]]
    bulletin = bulletin.rename(columns={"value": "printed_value", "half_width": "printed_half_width"})
    frame = frame.merge(bulletin.assign(printed="rd_intensity"), on=["printed", "region_code", "year"], how="left")
    a, half_a, b, half_b = frame["value_a"], frame["half_width_a"], frame["value_b"], frame["half_width_b"]
    low, high = quotient_interval(a, half_a, b, half_b)
    frame["value"] = frame["factor"] * quotient(a, b)
    frame["value_low"], frame["value_high"] = frame["factor"] * low, frame["factor"] * high
    newest = frame.groupby(["intensity", "region_code", "year"])["denominator_release"].transform("max")
    frame["matching"] = frame["denominator_release"] == frame["matching"].fillna(newest)
    printed, half = frame["printed_value"], frame["printed_half_width"]
    meets = (printed - half <= frame["value_high"]) & (printed + half >= frame["value_low"])
    frame["agrees"] = meets.astype("boolean").mask(printed.isna())
    frame = frame.drop(columns="printed").rename(
        columns={
            "value_a": "numerator_value",
            "value_b": "denominator_value",
            "release": "numerator_release",
            "printed_value": "printed",
        }
    )
    key = ["intensity", "region_code", "year", "denominator_release"]
    columns = ["numerator", "denominator", "numerator_value", "denominator_value", "value", "value_low", "value_high"]
    columns += ["unit", "numerator_release", "matching", "printed", "printed_half_width", "agrees"]
    return frame.sort_values(key)[[*key, *columns]]


def make_flow_share(flow, panel, catalog):
    """What part of an origin's technology contracts reaches each destination, a row for every year between the ends."""
    yearly = flow[(flow["period"] == flow["period_start"].astype(str)) & flow["value"].notna()].copy()
    yearly["year"], yearly["doubtful"] = yearly["period_start"], yearly["status"] == "U"
    yearly["rank"] = yearly["source"].map({name: s["rank"] for name, s in catalog["sources"].items()})
    key = ["indicator", "origin", "destination", "year"]
    yearly = yearly.sort_values(
        [*key, "doubtful", "rank", "release", "table_id"], ascending=[True] * 6 + [False, True]
    ).drop_duplicates(key)
    contracts = yearly[yearly["indicator"] == "tech_contract_turnover"]
    pairs = contracts[
        (contracts["origin"] != contracts["destination"]) & ~contracts["destination"].isin(["WORLD", "OTHER_PROV"])
    ]
    spine = pairs.groupby(key[:3])["year"].agg(["min", "max"]).reset_index()
    spine["year"] = [list(range(a, b + 1)) for a, b in zip(spine["min"], spine["max"], strict=True)]
    spine = spine.explode("year")[key].astype({"year": int})
    frame = spine.merge(yearly[[*key, "value", "half_width", "status", "source", "release"]], on=key, how="left")
    output = panel.loc[panel["indicator"] == "tech_output_turnover", ["region_code", "year", "value", "half_width"]]
    output = output.rename(columns={"region_code": "origin", "value": "output", "half_width": "half_output"})
    frame = frame.merge(output, on=["origin", "year"], how="left")
    outflow = contracts.loc[contracts["destination"] == "OTHER_PROV", ["origin", "year", "value", "half_width"]]
    outflow = outflow.rename(columns={"value": "outflow", "half_width": "half_outflow"})
    frame = frame.merge(outflow, on=["origin", "year"], how="left")
    printed = yearly[yearly["indicator"] == "tech_contract_turnover_share_of_outflow"]
    printed = printed[["origin", "destination", "year", "value"]].rename(columns={"value": "printed_share"})
    frame = frame.merge(printed, on=["origin", "destination", "year"], how="left")
    frame["printed_share"] /= 100
    for of in ("output", "outflow"):
        name = f"share_of_{of}"
        frame[name] = quotient(frame["value"], frame[of])
        low, high = quotient_interval(frame["value"], frame["half_width"], frame[of], frame[f"half_{of}"])
        frame[f"{name}_low"], frame[f"{name}_high"] = low, high
    columns = ["value", "output", "outflow", "share_of_output", "share_of_output_low", "share_of_output_high"]
    columns += ["share_of_outflow", "share_of_outflow_low", "share_of_outflow_high", "printed_share"]
    return frame.sort_values(key)[[*key, *columns, "status", "source", "release"]]


def make_trade_balance(panel):
    """Technology market: output less absorption."""
    figure = ["region_code", "year", "value", "half_width", "release"]
    output = panel.loc[panel["indicator"] == "tech_output_turnover", figure]
    absorbed = panel.loc[panel["indicator"] == "tech_absorbed_turnover", figure]
    frame = output.merge(absorbed, on=["region_code", "year"], suffixes=("_o", "_a"))
    o, half_o, a, half_a = frame["value_o"], frame["half_width_o"], frame["value_a"], frame["half_width_a"]
    frame["output"], frame["absorbed"], frame["balance"] = o, a, o - a
    frame["balance_low"], frame["balance_high"] = (o - half_o) - (a + half_a), (o + half_o) - (a - half_a)
    frame["coverage"] = quotient(o, a)
    frame["coverage_low"], frame["coverage_high"] = quotient_interval(o, half_o, a, half_a)
    frame["balance_ratio"] = quotient(o - a, o + a)
    frame = frame.rename(columns={"release_o": "output_release", "release_a": "absorbed_release"})
    columns = [
        "output",
        "absorbed",
        "balance",
        "balance_low",
        "balance_high",
        "coverage",
        "coverage_low",
        "coverage_high",
    ]
    columns += ["balance_ratio", "output_release", "absorbed_release"]
    return frame.sort_values(["region_code", "year"])[["region_code", "year", *columns]]


def make_coverage(latest, catalog):
    """Which provinces have a figure, for each indicator and year."""
    total = latest[latest["industry_code"] == "*"]
    regions = catalog["regions"]
    provinces = regions.loc[regions["kind"] == "province", ["region_code", "short_zh"]]
    spine = total[["indicator", "year"]].drop_duplicates().merge(provinces, how="cross")
    spine = spine.merge(total[[*KEY, "value", "source"]], on=KEY, how="left").sort_values(KEY)
    by, there = ["indicator", "year"], spine["value"].notna()
    frame = spine.groupby(by).agg(provinces=("value", "count"), expected=("region_code", "size"))
    frame["jjj"] = (
        (there & spine["region_code"].isin(["110000", "120000", "130000"])).groupby([spine[c] for c in by]).sum()
    )
    nation = total[(total["region_code"] == "CN") & total["value"].notna()]
    frame["nation"] = frame.index.isin(pd.MultiIndex.from_frame(nation[by]))
    gaps = frame["expected"] - frame["provinces"]
    frame["missing"] = spine[~there].groupby(by)["short_zh"].agg(" ".join)
    frame["missing"] = frame["missing"].where(gaps.between(1, 8))
    sources = spine.loc[there, [*by, "source"]].drop_duplicates().sort_values("source")
    frame["source"] = sources.groupby(by)["source"].agg(" ".join)
    return frame.reset_index()[[*by, "provinces", "jjj", "nation", "missing", "source"]]


# ------------------------------------------------------------------------------------------------------- all of it


def make_tables(raw, catalog_folder):
    """Every table by its name."""
    catalog = load_catalog(catalog_folder)
    long = read_raw(raw, catalog["tables"])
    makers = {"flow": make_flow, "ranking": make_ranking, "link": make_link}
    core = {f"core.{name}": make(long[name], catalog) for name, make in makers.items() if name in long}
    observation = make_observation(long["observation"], catalog)
    latest = make_latest(observation, catalog)
    panel = make_panel(latest, catalog)
    return {
        "core.observation": observation,
        **core,
        "core.latest": latest,
        "core.panel": panel,
        "mart.growth_yearly": make_growth_yearly(panel, catalog),
        "mart.growth_span": make_growth_span(panel, catalog),
        "mart.share": make_share(observation, panel, catalog),
        "mart.disparity": make_disparity(panel, catalog),
        "mart.intensity": make_intensity(observation, panel, latest, catalog),
        "mart.flow_share": make_flow_share(core["core.flow"], panel, catalog),
        "mart.trade_balance": make_trade_balance(panel),
        "meta.coverage": make_coverage(latest, catalog),
    }


def main(raw, catalog_folder, out):
    """Make every table and write it as Parquet."""
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in make_tables(raw, catalog_folder).items():
        frame.to_parquet(out / f"{name}.parquet", index=False)


if __name__ == "__main__":
    main(*(Path(p) for p in sys.argv[1:4]))
