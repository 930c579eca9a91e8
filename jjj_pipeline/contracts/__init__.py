"""One pandera model per table of the warehouse, in the module of its group. The map ALL is the list of all tables; every other
description is generated from it. It is made on first use: pandera takes a second to import, and what only formats
rows does without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jjj_pipeline.contracts.base import Contract

    ALL: dict[str, type[Contract]]


def __getattr__(name: str) -> Any:
    if name != "ALL":
        raise AttributeError(name)
    from jjj_pipeline.contracts import (
        capacity,
        core,
        disparity,
        flow,
        growth,
        industry,
        meta,
        records,
        ref,
        verification,
    )
    from jjj_pipeline.contracts.base import about

    groups = (ref, core, growth, disparity, flow, industry, capacity, verification, records, meta)
    made = {about(c)["table"]: c for module in groups for c in module.CONTRACTS}
    globals()["ALL"] = made
    return made


def about_group(table: str) -> str:
    """The group a table belongs to, by its contract."""
    from jjj_pipeline import contracts
    from jjj_pipeline.contracts.base import about

    return about(contracts.ALL[table])["group"]
