"""Dagster finds the project as `make ui` starts it, and everything people see there is described."""

from __future__ import annotations

import dagster as dg

from jjj_pipeline.definitions import defs
from tests.conftest import ROOT


def test_the_module_of_the_workspace_loads() -> None:
    assert "jjj_pipeline.definitions" in (ROOT / "workspace.yaml").read_text(encoding="utf-8")
    dg.Definitions.validate_loadable(defs())


def test_every_asset_is_described_and_every_table_has_its_columns() -> None:
    for spec in defs().resolve_all_asset_specs():
        assert spec.description, spec.key
        if spec.key.path[0] in ("stage", "ref", "core", "mart", "meta"):
            schema = spec.metadata["dagster/column_schema"]
            assert all(c.description for c in schema.columns), spec.key
