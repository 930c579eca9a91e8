"""One pandera model per table of the warehouse, in the module of its group. This map is the list of all tables; every other
description is generated from it."""

from jjj_pipeline.contracts import capacity, core, disparity, flow, growth, industry, meta, records, ref, verification
from jjj_pipeline.contracts.base import Contract, about

GROUPS = (ref, core, growth, disparity, flow, industry, capacity, verification, records, meta)
ALL: dict[str, type[Contract]] = {about(c)["table"]: c for module in GROUPS for c in module.CONTRACTS}


def about_group(table: str) -> str:
    """The group a table belongs to, by its contract."""
    return about(ALL[table])["group"]
