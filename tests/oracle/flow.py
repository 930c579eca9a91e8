"""The marts of flow: what part of an origin's contracts reaches whom, and the balance of the technology market."""

import pandas as pd

from tests.oracle.core import least_certain, release_position
from tests.oracle.formulas import (
    around,
    corners,
    minus,
    put,
    quotient,
    quotient_interval,
    ratio,
    remark,
    sentences,
    table,
)

PAIR = ["indicator", "origin", "destination"]


def make_flow_share(flow, panel, catalog):
    """A row for every year between the first and the last published one."""
    yearly = flow[(flow["period"] == flow["period_start"].astype(str)) & flow["value"].notna()].copy()
    yearly["year"], yearly["doubtful"] = yearly["period_start"], yearly["status"] == "U"
    yearly["rank"] = yearly["source"].map({name: s["rank"] for name, s in catalog["sources"].items()})
    yearly["position"] = release_position(yearly, catalog)
    key = [*PAIR, "year"]
    followed = derive(flow, catalog)
    yearly = pd.concat([yearly.assign(derived=False), followed.assign(derived=True, doubtful=False, source="derived")])
    order = [*key, "doubtful", "derived", "rank", "position", "table_id"]
    yearly = yearly.sort_values(order, ascending=[True] * 7 + [False, True]).drop_duplicates(key)
    contracts = yearly[yearly["indicator"] == "tech_contract_turnover"]
    to_whom = (contracts["origin"] != "WORLD") & ~contracts["destination"].isin(["WORLD", "OTHER_PROV"])
    spine = contracts[to_whom].groupby(PAIR)["year"].agg(["min", "max"]).reset_index()
    spine["year"] = [list(range(a, b + 1)) for a, b in zip(spine["min"], spine["max"], strict=True)]
    spine = spine.explode("year")[key].astype({"year": int})
    frame = spine.merge(yearly[[*key, "value", "half_width", "status", "source", "release"]], on=key, how="left")
    output = panel.loc[panel["indicator"] == "tech_output_turnover", ["region_code", "year", "value", "half_width"]]
    output = output.set_axis(["origin", "year", "output", "half_output"], axis=1)
    outflow = contracts.loc[contracts["destination"] == "OTHER_PROV", ["origin", "year", "value", "half_width"]]
    outflow = outflow.set_axis(["origin", "year", "outflow", "half_outflow"], axis=1)
    frame = frame.merge(output, on=["origin", "year"], how="left").merge(outflow, on=["origin", "year"], how="left")
    printed = yearly[yearly["indicator"] == "tech_contract_turnover_share_of_outflow"]
    printed = printed[[*key[1:], "value", "half_width"]].set_axis([*key[1:], "printed_share", "half_printed"], axis=1)
    frame = frame.merge(printed, on=key[1:], how="left")
    frame[["printed_share", "half_printed"]] /= 100

    value, share = around(frame["value"], frame["half_width"]), around(frame["printed_share"], frame["half_printed"])
    for of in ("output", "outflow"):
        frame[f"share_of_{of}"] = quotient(frame["value"], frame[of])
        put(frame, f"share_of_{of}", quotient_interval(value, around(frame[of], frame[f"half_{of}"])))
    put(frame, "printed_share", share)
    frame["implied_outflow"] = ratio(frame["value"], frame["printed_share"])
    put(frame, "implied_outflow", quotient_interval(value, share))
    measures = ("share_of_output", "share_of_outflow", "printed_share", "implied_outflow")
    columns = " ".join(f"{m} {m}_low {m}_high" for m in measures)
    put(frame, "value", value)
    columns = f"value value_low value_high output outflow {columns} status source release"
    return table(frame, "indicator origin destination year", columns)


def make_flow_derived(flow, catalog):
    """Years that follow from other printed figures of a flow: by a growth rate, a compound rate, a cumulated total; each held
    against what is printed for the year and against the other ways to it."""
    whole = flow[flow["period"].str.fullmatch(r"\d{4}(-\d{4})?") & flow["value"].notna()].copy()
    whole["doubtful"] = whole["status"] == "U"
    whole["rank"] = whole["source"].map({name: s["rank"] for name, s in catalog["sources"].items()})
    whole["position"] = release_position(whole, catalog)
    order = [*PAIR, "period", "doubtful", "rank", "position", "table_id"]
    whole = whole.sort_values(order, ascending=[True] * 6 + [False, True]).drop_duplicates([*PAIR, "period"])
    rows = []
    for pair, mine in whole.groupby(["origin", "destination"]):
        for indicator in sorted({*mine["indicator"].str.replace("_(growth|cagr)$", "", regex=True)}):
            figures = mine[mine["indicator"] == indicator].set_index("period")
            year = {int(p): f for p, f in figures.iterrows() if "-" not in p}

            def add(at, rule, inputs, value, low, high, statuses, key=(indicator, *pair), year=year):
                printed = year.get(at)
                printed_cells = [None] * 3 if printed is None else [*printed[["value", "half_width", "status"]]]
                rows.append((*key, at, rule, inputs, value, low, high, "U" if "U" in statuses else "E", *printed_cells))

            for kind in ("growth", "cagr"):
                for _, rate in mine[mine["indicator"] == f"{indicator}_{kind}"].iterrows():
                    first, last = rate["period_start"] - (kind == "growth"), rate["period_end"]
                    for at, to, sign, side in ((last, first, -1, "start"), (first, last, 1, "end")):
                        if at in year:
                            v, h = year[at]["value"], year[at]["half_width"]
                            r, hr, n = rate["value"] / 100, rate["half_width"] / 100, sign * (last - first)
                            ends = [(v + a * h) * (1 + r + b * hr) ** n for a in (-1, 1) for b in (-1, 1)]
                            inputs = f"{at} and the rate {first}-{last}"
                            statuses = year[at]["status"], rate["status"]
                            add(to, f"{side} of {kind}", inputs, v * (1 + r) ** n, min(ends), max(ends), statuses)
            totals = figures[figures["period_end"] > figures["period_start"]]
            for period, total in totals.iterrows():
                years = range(total["period_start"], total["period_end"] + 1)
                known, gap = [y for y in years if y in year], [y for y in years if y not in year]
                if len(gap) == 1:
                    value = total["value"] - sum(year[y]["value"] for y in known)
                    half = total["half_width"] + sum(year[y]["half_width"] for y in known)
                    inputs = f"{period} less {', '.join(map(str, known))}"
                    statuses = [total["status"], *(year[y]["status"] for y in known)]
                    add(gap[0], "total less years", inputs, value, value - half, value + half, statuses)
                longer = totals[
                    (totals["period_start"] == total["period_start"])
                    & (totals["period_end"] == total["period_end"] + 1)
                ]
                for name, other in longer.iterrows():
                    value, half = other["value"] - total["value"], other["half_width"] + total["half_width"]
                    statuses, inputs = (total["status"], other["status"]), f"{name} less {period}"
                    add(other["period_end"], "total less total", inputs, value, value - half, value + half, statuses)
    printed = ["printed", "printed_half_width", "printed_status"]
    columns = [*PAIR, "year", "rule", "inputs", "value", "value_low", "value_high", "status", *printed]
    frame = pd.DataFrame(rows, columns=columns)
    frame[printed[:2]] = frame[printed[:2]].astype(float)
    value, half = frame["printed"], frame["printed_half_width"]
    meets = (value - half <= frame["value_high"]) & (value + half >= frame["value_low"])
    frame["agrees_with_printed"] = meets.astype("boolean").mask(value.isna())
    by = frame.groupby([*PAIR, "year"])
    frame["agrees_with_others"] = by["value_low"].transform("max") <= by["value_high"].transform("min")
    return frame.sort_values([*PAIR, "year", "rule", "inputs"])


def derive(flow, catalog):
    """The narrowest way to each year that follows without contradiction from figures that are not doubtful."""
    frame = make_flow_derived(flow, catalog)
    frame = frame[frame["agrees_with_others"] & (frame["status"] == "E")]
    frame = frame.assign(width=frame["value_high"] - frame["value_low"], release=frame["rule"] + ": " + frame["inputs"])
    sides = frame["value"] - frame["value_low"], frame["value_high"] - frame["value"]
    frame["half_width"] = pd.concat(sides, axis=1).max(axis=1)
    frame = frame.sort_values([*PAIR, "year", "width", "release"]).drop_duplicates([*PAIR, "year"])
    return frame[[*PAIR, "year", "value", "half_width", "status", "release"]]


def make_flow_affinity(share, panel, catalog):
    """The observed share of a province's outflow against the share of the buyers in what all other provinces absorb, with and
    without what the seller itself sells them."""
    kinds = catalog["regions"].set_index("region_code")["kind"]
    frame = share[
        (share["origin"].map(kinds) == "province") & share["destination"].map(kinds).isin(["province", "group"])
    ]
    frame = frame[frame["origin"] != frame["destination"]].copy()
    for end in ("", "_low", "_high"):
        frame[f"observed{end}"] = frame[f"share_of_outflow{end}"].fillna(frame[f"printed_share{end}"])
    absorbed = panel[panel["indicator"] == "tech_absorbed_turnover"].set_index(["region_code", "year"])[
        ["value", "half_width"]
    ]

    def bought(regions):
        found = absorbed.reindex(pd.MultiIndex.from_arrays([regions, frame["year"]]))
        return (pd.Series(found[c].to_numpy(), index=frame.index) for c in ("value", "half_width"))

    own, half_own = bought(frame["destination"])
    seller, half_seller = bought(frame["origin"])
    everybody, half_all = bought(pd.Series("PROV31", index=frame.index))
    rest, half_rest = everybody - seller - own, half_all - half_seller - half_own
    flow = frame["value"]
    half_flow = (frame["value_high"] - frame["value_low"]) / 2
    sold = frame["outflow"].fillna(frame["implied_outflow"])
    half_sold = ((frame["implied_outflow_high"] - frame["implied_outflow_low"]) / 2).where(frame["outflow"].isna(), 0)
    cases = {
        "": ((own, half_own), (rest, half_rest)),
        "_without": (
            (own - flow, half_own + half_flow), (rest - (sold - flow), half_rest + half_sold + half_flow)
        ),
    }  # fmt: skip
    for name, ((a, half_a), (b, half_b)) in cases.items():
        x, y = around(a, half_a), around(b, half_b)
        frame[f"expected{name}"] = (a / (a + b)).where(a + b > 0)
        put(frame, f"expected{name}", corners(lambda x, y: x / (x + y), x, y, where=x[0] + y[0] > 0))
        frame[f"affinity{name}"] = frame["observed"] / frame[f"expected{name}"]
        frame[f"affinity{name}_low"] = frame["observed_low"] / frame[f"expected{name}_high"]
        frame[f"affinity{name}_high"] = frame["observed_high"] / frame[f"expected{name}_low"]
    frame["absorbed"], frame["absorbed_others"] = own, everybody - seller
    frame["observed_at_least"] = frame["share_of_output"]
    frame["affinity_at_least"] = frame["share_of_output_low"] / frame["expected_high"]
    frame["missing"] = sentences(
        remark(flow.isna(), "flow: not held"), remark(frame["observed"].isna(), "outflow to other provinces: not held"),
        remark(frame["expected"].isna(), "absorption: not held"),
    )  # fmt: skip
    ends = " ".join(
        f"{m}{e}"
        for m in ("observed", "expected", "expected_without", "affinity", "affinity_without")
        for e in ("", "_low", "_high")
    )
    columns = f"{ends} absorbed absorbed_others observed_at_least affinity_at_least status source release missing"
    return table(frame, "indicator origin destination year", columns)


def make_trade_balance(panel, catalog):
    """Output less absorption; the 31 provinces close with abroad: printed, or the nation less the provinces."""
    kinds, groups = catalog["regions"].set_index("region_code")["kind"], catalog["groups"]
    market = panel[panel["indicator"].isin(["tech_output_turnover", "tech_absorbed_turnover"])]
    kind = market["region_code"].map(kinds)
    market = market.assign(basis=kind.eq("group").map({True: "members", False: "printed"}))
    market = market[kind.isin(["nation", "province", "group"]) | (market["region_code"] == "ABROAD")]
    by = ["indicator", "year"]
    provinces = market[market["region_code"].map(kinds) == "province"]
    sums = provinces.groupby(by).agg(
        sum=("value", "sum"), half=("half_width", "sum"), found=("value", "count"), of=("status", least_certain)
    )
    abroad = market[market["region_code"] == "CN"].merge(sums, on=by)
    abroad = abroad.assign(region_code="ABROAD", basis="remainder", value=abroad["value"] - abroad["sum"])
    abroad["half_width"] += abroad["half"]
    abroad["status"] = [least_certain(pair) for pair in zip(abroad["status"], abroad["of"], strict=True)]
    abroad[["value", "half_width"]] = abroad[["value", "half_width"]].where(abroad["found"] == 31)
    # a printed figure stands before the remainder
    side = pd.concat([market, abroad[market.columns]]).drop_duplicates([*by, "region_code"])

    members = pd.concat([groups, groups[groups["group_code"] == "PROV31"].assign(group_code="ABROAD")])
    members = members[members["region_code"].map(kinds) == "province"]
    spine = side[by].drop_duplicates().merge(members, how="cross")
    known = provinces.dropna(subset="value")[[*by, "region_code"]]
    blank = spine.merge(known, on=[*by, "region_code"], how="left", indicator=True).query("_merge == 'left_only'")
    blank = blank.sort_values("region_code").groupby([*by, "group_code"])["region_code"].agg(" ".join)
    blank = blank.rename("blank").rename_axis([*by, "region_code"]).reset_index()

    side = side.merge(blank, on=[*by, "region_code"], how="left")
    side[["basis", "release"]] = side[["basis", "release"]].where(side["value"].notna())
    sides = []
    for indicator, name in (("tech_output_turnover", "output"), ("tech_absorbed_turnover", "absorbed")):
        mine = side.loc[
            side["indicator"] == indicator, ["region_code", "year", "value", "half_width", "basis", "release"]
        ]
        sides.append(
            mine.set_axis(["region_code", "year", name, f"half_{name}", f"{name}_basis", f"{name}_release"], axis=1)
        )
    frame = sides[0].merge(sides[1], on=["region_code", "year"], how="outer")
    for indicator, name in (("tech_output_turnover", "output"), ("tech_absorbed_turnover", "absorbed")):
        mine = (
            blank[blank["indicator"] == indicator].drop(columns="indicator").rename(columns={"blank": f"blank_{name}"})
        )
        frame = frame.merge(mine, on=["region_code", "year"], how="left")
    statuses = (
        side.dropna(subset="value").groupby(["region_code", "year"])["status"].agg(least_certain).rename("status")
    )
    frame = frame.merge(statuses.reset_index(), on=["region_code", "year"], how="left")
    o, a = around(frame["output"], frame["half_output"]), around(frame["absorbed"], frame["half_absorbed"])
    frame["balance"], frame["coverage"] = frame["output"] - frame["absorbed"], ratio(frame["output"], frame["absorbed"])
    put(frame, "balance", minus(o, a))
    put(frame, "coverage", quotient_interval(o, a))
    frame["balance_ratio"] = quotient(frame["balance"], frame["output"] + frame["absorbed"])
    put(frame, "balance_ratio", corners(lambda o, a: (o - a) / (o + a), o, a, where=o[0] + a[0] > 0))
    frame["missing"] = sentences(
        *(
            (f"{name}: " + frame[f"blank_{name}"].fillna("not held")).where(frame[name].isna())
            for name in ("output", "absorbed")
        )
    )
    columns = " ".join(f"{m} {m}_low {m}_high" for m in ("balance", "coverage", "balance_ratio"))
    columns += " output_basis absorbed_basis output_release absorbed_release status missing"
    return table(frame, "region_code year", f"output absorbed {columns}")
