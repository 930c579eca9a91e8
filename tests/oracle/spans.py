"""Series by state of the accounts, the two ends of windows and of years, breaks between them."""

from fnmatch import fnmatch

import pandas as pd

from tests.oracle.core import KEY, least_certain, release_position, release_vintage
from tests.oracle.formulas import at_end, group_totals, windows

SPAN = ["indicator", "region_code", "window_id", "year_end"]


def make_series(observation, panel, catalog):
    """core.panel as the preferred series, and each state of the accounts of the indicators that have several."""
    ordered = catalog["indicators"]["vintages"].dropna()
    frame = observation[(observation["industry_code"] == "*") & observation["indicator"].isin(ordered.index)]
    frame = frame.dropna(subset="value").assign(
        vintage=lambda f: release_vintage(f, catalog), position=lambda f: release_position(f, catalog)
    )
    frame = frame.dropna(subset="vintage").sort_values(["position", "table_id"], ascending=[False, True])
    frame = frame.drop_duplicates([*KEY, "vintage"])[[*KEY, "vintage", "value", "half_width", "release", "status"]]
    key = ["indicator", "year", "vintage"]
    total = group_totals(frame, key, catalog)
    member = frame.merge(catalog["groups"], on="region_code").groupby([*key, "group_code"])
    texts = pd.DataFrame(
        {
            "release": member["release"].agg(lambda r: ",".join(sorted({*r}))),
            "status": member["status"].agg(least_certain),
        }
    )
    total = total.merge(texts.reset_index().rename(columns={"group_code": "region_code"}), on=[*key, "region_code"])
    revised = pd.concat([frame, total], ignore_index=True)
    revised["place"] = [
        ordered[i].index(v) + 1 if v in ordered[i] else None
        for i, v in zip(revised["indicator"], revised["vintage"], strict=True)
    ]
    preferred = panel[[*KEY, "value", "half_width", "release", "status"]].assign(vintage="preferred", place=100)
    frame = pd.concat([revised, preferred], ignore_index=True)
    frame["place"] = frame["place"].astype("Int64")
    columns = ["value", "half_width", "place", "release", "status"]
    return frame.sort_values([*KEY, "vintage"], ignore_index=True)[[*KEY, "vintage", *columns]]


def make_span(series, catalog):
    """The ends of every window and year, both of the first state of the accounts that holds them."""
    kinds, by = catalog["indicators"]["kind"], ["indicator", "region_code"]
    figure = series[series["indicator"].map(kinds).isin(["flow", "stock"]) & series["place"].notna()]
    known = figure.dropna(subset="value")
    fixed = [name for name, w in catalog["windows"].items() if w["start"] != "first" and w["end"] != "last"]
    blank = windows(figure.merge(known[by].drop_duplicates()), by, catalog)
    years = figure[[*by, "year"]].drop_duplicates().rename(columns={"year": "year_end"})
    years = years.assign(year_start=years["year_end"] - 1, window_id="yearly")
    span = pd.concat([windows(known, by, catalog), blank[blank["window_id"].isin(fixed)], years]).drop_duplicates()
    figure = figure[[*KEY, "vintage", "value", "half_width", "place", "release", "status"]]
    span = at_end(span, figure, by, "start")
    end = figure.rename(columns={c: f"{c}_end" for c in figure.columns if c not in [*by, "vintage"]})
    span = span.rename(columns={"vintage_start": "vintage"}).merge(end, on=[*by, "vintage", "year_end"])
    span = span.sort_values("place_start").drop_duplicates(SPAN)
    span["years"] = span["year_end"] - span["year_start"]
    span["status"] = [least_certain(pair) for pair in zip(span["status_start"], span["status_end"], strict=True)]
    span["crosses_break"] = crossed(span, catalog, span["vintage"] == "preferred")
    columns = "year_start years value_start half_width_start value_end half_width_end vintage release_start release_end"
    return span.sort_values(SPAN, ignore_index=True)[[*SPAN, *columns.split(), "status", "crosses_break"]]


def crossed(frame, catalog, spliced, indicators=None):
    """The breaks between year_start and year_end of each row; those between two states of the accounts where `spliced`.
    `indicators`: of each row all that count, where it is not the column."""
    out = pd.Series("", index=frame.index)
    provinces = {*catalog["regions"].query("kind == 'province'")["region_code"]}
    entries = [e for e in catalog["breaks"] if "year" in e and e["effect"] != "none"]
    for entry in sorted(entries, key=lambda e: (e["year"], e["id"])):
        names = [i for i in catalog["indicators"].index if any(fnmatch(i, p) for p in entry["indicators"])]
        mine = (
            frame["indicator"].isin(names) if indicators is None else indicators.map(lambda i, n=names: bool(i & {*n}))
        )
        hit = mine & (frame["year_start"] < entry["year"]) & (frame["year_end"] >= entry["year"])
        if "regions" in entry:
            groups = catalog["groups"].loc[catalog["groups"]["region_code"].isin(provinces), "group_code"]
            hit &= frame["region_code"].isin(provinces | {*groups})
        if entry.get("accounts"):
            hit &= spliced
        out[hit] += " " + entry["id"]
    return out.str.strip().where(out != "")
