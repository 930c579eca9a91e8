"""The core tables and the marts by plain pandas: read_csv for each file, melt, concat, merge, groupby, pivot.

It is what the project's own work is measured against. The rule it follows: what a competent analyst writes today who knows
pandas well - whole columns at a time, no loop over rows, no table built twice, no second pass to save milliseconds, nothing of
pandas' neighbours but numpy and PyArrow for Parquet - and no slower way where a plain one is as clear. It uses nothing of the
project but the data files of the catalogue. It trusts its input: a file it does not understand ends in a traceback, no identity
is tested, nothing is kept for the next run. Formulas, guards and intervals are those of the marts; `bench` compares every table.
Left out on both sides are judged claims, which no such script would hold, and networks of counted records.

    python -m tests.oracle RAW CATALOG OUT
"""

from pathlib import Path

from tests.oracle import agreement, composition, core, disparity, flow, growth, match, network, raw, spans, trust

TABLES = [
    "core.observation", "core.flow", "core.ranking", "core.industry_link", "core.preferred", "core.panel",
    "core.series", "core.span",
    "mart.growth_yearly", "mart.growth_span", "mart.deflator", "mart.real_growth", "mart.growth_contribution", "mart.composition",
    "mart.shift_share", "mart.share", "mart.disparity", "mart.intensity", "mart.intensity_span", "mart.convergence",
    "mart.flow_share",    "mart.trade_balance", "mart.capacity", "mart.location_quotient", "mart.structure_similarity",
    "mart.innovation_index_component", "mart.innovation_index_weight", "mart.innovation_index", "mart.revision",
    "mart.revision_summary", "meta.coverage_year", "meta.coverage", "mart.flow_derived", "mart.flow_affinity",
    "mart.copatent_edge", "mart.copatent_node", "mart.chain_match", "mart.supply_demand",
]  # fmt: skip


def make_tables(raw_folder, catalog_folder):
    """Every table by its name."""
    catalog = raw.load_catalog(catalog_folder)
    long = raw.read_raw(raw_folder, catalog["tables"])
    observation = core.make_observation(long["observation"], catalog)
    flows = core.make_flow(long["flow"], catalog)
    preferred = core.make_preferred(observation, catalog)
    panel = core.make_panel(preferred, catalog)
    series = spans.make_series(observation, panel, catalog)
    span = spans.make_span(series, catalog)
    deflator = growth.make_deflator(observation)
    real = growth.make_real_growth(panel, preferred, deflator, catalog)
    structure = composition.make_structure(observation, catalog)
    component = match.make_index_component(panel, catalog)
    weight = match.make_index_weight(component, catalog)
    revision = trust.make_revision(observation, catalog)
    share = flow.make_flow_share(flows, panel, catalog)
    link, ranking = core.make_link(long["link"], catalog), core.make_ranking(long["ranking"], catalog)
    quotients = match.make_location_quotient(observation, catalog)
    similarity = match.make_structure_similarity(observation, catalog)
    edge = network.make_copatent_edge(flows, catalog)
    return {
        "core.observation": observation,
        "core.flow": flows,
        "core.ranking": ranking,
        "core.industry_link": link,
        "core.preferred": preferred,
        "core.panel": panel,
        "core.series": series,
        "core.span": span,
        "mart.growth_yearly": growth.make_growth_yearly(span, real),
        "mart.growth_span": growth.make_growth_span(span, real),
        "mart.deflator": deflator,
        "mart.real_growth": real,
        "mart.growth_contribution": growth.make_growth_contribution(series, span, catalog),
        "mart.composition": structure,
        "mart.shift_share": composition.make_shift_share(structure, catalog),
        "mart.share": disparity.make_share(series, catalog),
        "mart.disparity": disparity.make_disparity(panel, catalog),
        "mart.intensity": disparity.make_intensity(observation, panel, preferred, catalog),
        "mart.intensity_span": disparity.make_intensity_span(observation, panel, series, catalog),
        "mart.convergence": disparity.make_convergence(panel, catalog),
        "mart.flow_share": share,
        "mart.trade_balance": flow.make_trade_balance(panel, catalog),
        "mart.capacity": match.make_capacity(panel, series, catalog),
        "mart.location_quotient": quotients,
        "mart.structure_similarity": similarity,
        "mart.innovation_index_component": component,
        "mart.innovation_index_weight": weight,
        "mart.innovation_index": match.make_innovation_index(component, weight, observation, catalog),
        "mart.revision": revision,
        "mart.revision_summary": trust.make_revision_summary(revision),
        "meta.coverage_year": trust.make_coverage(preferred, catalog),
        "meta.coverage": trust.make_reasons(preferred, panel, catalog),
        "mart.flow_derived": flow.make_flow_derived(flows, catalog),
        "mart.flow_affinity": flow.make_flow_affinity(share, panel, catalog),
        "mart.copatent_edge": edge,
        "mart.copatent_node": network.make_copatent_node(edge),
        "mart.chain_match": agreement.make_chain_match(link, quotients, panel, catalog),
        "mart.supply_demand": agreement.make_supply_demand(ranking, similarity, observation),
    }


def main(raw_folder: Path, catalog_folder: Path, out: Path) -> None:
    """Make every table and write it as Parquet."""
    out.mkdir(parents=True, exist_ok=True)
    for name, frame in make_tables(raw_folder, catalog_folder).items():
        frame.to_parquet(out / f"{name}.parquet", index=False)
