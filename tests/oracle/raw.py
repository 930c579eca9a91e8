"""The catalogue and the raw files: every printed figure with its place, long, as text; then value, half-width and status."""

import re

import numpy as np
import pandas as pd
import yaml

UNIT = re.compile(
    r"(万亿|百万|亿|万|千)?(美元|元/人|元|件|项|个|家|户|次|人年|人|%|指数|点|位|倍|个百分点|上年=100|比上年%)"
)
SCALE = {None: 0, "千": 3, "万": 4, "百万": 6, "亿": 8, "万亿": 12}  # powers of ten
LETTERS = [*"ABCDEFGHIJKLMNOPQRSTUVWXYZ", *(f"A{c}" for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
FIRST = {"flow": "流出地", "link": "地区甲"}  # how a header begins where not with 地区


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
        "breaks": load_yaml(folder / "breaks.yml"),
        "windows": load_yaml(folder / "windows.yml"),
        "intensities": load_yaml(folder / "intensities.yml"),
        "identities": load_yaml(folder / "identities.yml"),
        "structures": load_yaml(folder / "structures.yml"),
        "index": load_yaml(folder / "innovation_index.yml"),
        "corrections": load_yaml(folder / "corrections.yml"),
        "regions": regions,
        "names": names,
        "groups": pd.read_csv(folder / "groups.csv", dtype=str),
        "parents": pd.read_csv(folder / "industries.csv", dtype=str).set_index("industry_code")["parent"],
    }


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
    """The power of ten in front of a unit: 4 for 万元."""
    return SCALE[UNIT.fullmatch(unit)[1]]


def figures(long, catalog):
    """Value, half-width and status of every printed figure, in the indicator's unit."""
    long[["indicator", "industry_code"]] = long["target"].str.split("@", expand=True).reindex(columns=[0, 1])
    long["printed"] = long["printed"].str.strip()
    long["printed_unit"] = long["printed_unit"].fillna(long["unit"]) if "printed_unit" in long else long["unit"]
    unit = long["indicator"].map(catalog["indicators"]["unit"])
    printed_scale = long["printed_unit"].map({u: scale(u) for u in long["printed_unit"].unique()})
    shift = printed_scale - unit.map({u: scale(u) for u in unit.unique()})
    # the point of the printed digits moved, so that equal figures in different units are equal
    long["value"] = pd.to_numeric(long["printed"] + "e" + shift.astype(str), errors="coerce")
    over_previous = (long["printed_unit"] == "比上年%") & (unit == "上年=100")
    long["value"] = long["value"].where(~over_previous, long["value"] + 100)
    after_point = long["printed"].str.split(".").str[1].str.len().fillna(0)
    places = long["decimals"].astype(float).fillna(after_point)
    long["half_width"] = (0.5 * 10.0 ** (shift - places)).where(long["printed"] != "")
    given = long["状态"].replace("", np.nan) if "状态" in long else pd.Series(np.nan, index=long.index)
    long["status"] = given.fillna("A").mask(long["printed"] == "", "O").mask(long["printed"].isin(["…", "..."]), "N")
    return long


def places(column, catalog):
    """Region codes of printed names."""
    codes = column.str.replace(" ", "").map(catalog["names"])
    if codes.isna().any():
        raise ValueError(f"unknown regions: {column[codes.isna()].unique()}")
    return codes
