"""The marts of flow: what part of an origin's contracts reaches whom, and the balance of the technology market."""

import pandas as pd

from tests.oracle.core import release_position
from tests.oracle.formulas import around, corners, minus, put, quotient, quotient_interval, ratio, sentences, table

PAIR = ["indicator", "origin", "destination"]


def make_flow_share(flow, panel, catalog):
    """A row for every year between the first and the last published one."""
    yearly = flow[(flow["period"] == flow["period_start"].astype(str)) & flow["value"].notna()].copy()
    yearly["year"], yearly["doubtful"] = yearly["period_start"], yearly["status"] == "U"
    yearly["rank"] = yearly["source"].map({name: s["rank"] for name, s in catalog["sources"].items()})
    yearly["position"] = release_position(yearly, catalog)
    key = [*PAIR, "year"]
    order = [*key, "doubtful", "rank", "position", "table_id"]
    yearly = yearly.sort_values(order, ascending=[True] * 6 + [False, True]).drop_duplicates(key)
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
    return table(frame, "indicator origin destination year", f"value output outflow {columns} status source release")


def make_trade_balance(panel, catalog):
    """Output less absorption; the 31 provinces close with abroad: printed, or the nation less the provinces."""
    kinds, groups = catalog["regions"].set_index("region_code")["kind"], catalog["groups"]
    market = panel[panel["indicator"].isin(["tech_output_turnover", "tech_absorbed_turnover"])]
    kind = market["region_code"].map(kinds)
    market = market.assign(basis=kind.eq("group").map({True: "members", False: "printed"}))
    market = market[kind.isin(["nation", "province", "group"]) | (market["region_code"] == "ABROAD")]
    by = ["indicator", "year"]
    provinces = market[market["region_code"].map(kinds) == "province"]
    sums = provinces.groupby(by).agg(sum=("value", "sum"), half=("half_width", "sum"), found=("value", "count"))
    abroad = market[market["region_code"] == "CN"].merge(sums, on=by)
    abroad = abroad.assign(region_code="ABROAD", basis="remainder", value=abroad["value"] - abroad["sum"])
    abroad["half_width"] += abroad["half"]
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
    o, a = around(frame["output"], frame["half_output"]), around(frame["absorbed"], frame["half_absorbed"])
    frame["balance"], frame["coverage"] = frame["output"] - frame["absorbed"], ratio(frame["output"], frame["absorbed"])
    put(frame, "balance", minus(o, a))
    put(frame, "coverage", quotient_interval(o, a))
    frame["balance_ratio"] = quotient(frame["balance"], frame["output"] + frame["absorbed"])
    put(frame, "balance_ratio", corners(lambda o, a: (o - a) / (o + a), o, a, where=o[0] + a[0] > 0))
    frame["missing"] = sentences(
        *(
            (f"{name}: " + frame[f"blank_{name}"].fillna("not published")).where(frame[name].isna())
            for name in ("output", "absorbed")
        )
    )
    columns = " ".join(f"{m} {m}_low {m}_high" for m in ("balance", "coverage", "balance_ratio"))
    columns += " output_basis absorbed_basis output_release absorbed_release missing"
    return table(frame, "region_code year", f"output absorbed {columns}")
