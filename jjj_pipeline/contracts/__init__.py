"""One pandera model per table of the warehouse. This map is the list of all tables; every other description is
generated from it."""

from jjj_pipeline.contracts import core, disparity, flow, growth, match, ref, trust
from jjj_pipeline.contracts.base import Contract, about

ALL: dict[str, type[Contract]] = {
    about(c)["table"]: c for module in (ref, core, growth, disparity, flow, match, trust) for c in module.CONTRACTS
}


def about_group(table: str) -> str:
    """The group a table belongs to, by its contract."""
    return about(ALL[table])["group"]
