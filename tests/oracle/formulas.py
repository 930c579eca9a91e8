"""Quotients with their guards, intervals from the printed digits, totals of groups, windows: what several marts share.

An interval is a pair of columns (low, high)."""

from functools import reduce
from itertools import product

import numpy as np
import pandas as pd


def around(value, half):
    """The interval of a printed figure."""
    return value - half, value + half


def minus(a, b):
    """The interval of a - b."""
    return a[0] - b[1], a[1] - b[0]


def corners(function, *intervals, where):
    """Lowest and highest value of a function that is monotone in each argument; missing where not `where`."""
    values = [function(*corner) for corner in product(*intervals)]
    return reduce(np.minimum, values).where(where), reduce(np.maximum, values).where(where)


def quotient(a, b):
    """a / b; missing where b is not above zero."""
    return (a / b).where(b > 0)


def ratio(a, b):
    """a / b; missing where b is zero."""
    return (a / b).where(b != 0)


def quotient_interval(a, b):
    """a / b; missing where b may be zero or less."""
    return corners(lambda a, b: a / b, a, b, where=b[0] > 0)


def parts_interval(a, rest, where):
    """a / (a + rest)."""
    return corners(lambda a, rest: a / (a + rest), a, rest, where=where)


def price_interval(v0, v1, volume):
    """v1 / (v0 volume): the change of prices between two years."""
    good = (v0[0] > 0) & (v1[0] > 0) & (volume[0] > 0)
    return (v1[0] / (v0[1] * volume[1])).where(good), (v1[1] / (v0[0] * volume[0])).where(good)


def annual(multiple, years):
    """The rate a year of a multiple; missing where it is not above zero."""
    return multiple.where(multiple > 0) ** (1 / years) - 1


def shares_log(shares, weights):
    """sum s ln(s / w) along the rows; 0 ln 0 = 0."""
    return (shares * np.log(np.where(shares > 0, shares / weights, 1))).sum(axis=1)


def put(frame, name, interval):
    """The interval as columns `name`_low and `name`_high."""
    frame[f"{name}_low"], frame[f"{name}_high"] = interval


def table(frame, key, columns):
    """The table in order of its key, with these columns."""
    key = key.split()
    return frame.sort_values(key)[[*key, *columns.split()]]


def group_totals(frame, by, catalog, columns=("value", "half_width"), **also):
    """Sums over the members of every group, only where all of them have a figure; `also`: further aggregates."""
    sizes = catalog["groups"]["group_code"].value_counts()
    sums = {c: (c, "sum") for c in columns}
    total = frame.merge(catalog["groups"], on="region_code").groupby([*by, "group_code"], as_index=False)
    total = total.agg(**sums, **also, found=(columns[0], "size"))
    total = total[total["found"] == total["group_code"].map(sizes)]
    return total.rename(columns={"group_code": "region_code"}).drop(columns="found")


def windows(series, by, catalog, yearly=False):
    """The windows of every series that has years: ends of the catalogue's, or first and last year; `yearly`: each year after
    another as well."""
    reach = series.groupby(by)["year"].agg(first="min", last="max").reset_index()
    spans = []
    for window_id, window in catalog["windows"].items():
        start, end = window["start"], window["end"]
        year_start = reach["first"] if start == "first" else start
        year_end = reach["last"].clip(upper=window.get("until")) if end == "last" else end
        spans.append(reach.assign(window_id=window_id, year_start=year_start, year_end=year_end))
    if yearly:
        years = series[[*by, "year"]].drop_duplicates()
        spans.append(years.assign(window_id="yearly", year_start=years["year"] - 1, year_end=years["year"]))
    span = pd.concat(spans, ignore_index=True)
    span = span[span["first"].isna() | ((span["first"] <= span["year_start"]) & (span["year_end"] <= span["last"]))]
    return span.loc[span["year_end"] > span["year_start"], [*by, "window_id", "year_start", "year_end"]]


def at_end(frame, series, by, end, how="inner"):
    """The columns of `series` at year_start or year_end of every window, with the suffix _start or _end."""
    side = series.rename(columns={c: f"{c}_{end}" for c in series.columns if c not in by})
    return frame.merge(side, on=[*by, f"year_{end}"], how=how)


def sentences(*texts):
    """Columns of remarks as one, parts that are missing left out; missing where nothing is to be said."""
    joined = pd.Series("", index=texts[0].index)
    for text in texts:
        text = text.fillna("")
        joined += np.where((joined != "") & (text != ""), "; ", "") + text
    return joined.where(joined != "")


def remark(when, text):
    """A text where a condition holds."""
    return pd.Series(np.where(when, text, None), index=when.index, dtype="str")
