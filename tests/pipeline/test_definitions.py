"""Dagster finds the project as `make ui` starts it, and everything people see there is described."""

from __future__ import annotations

import dagster as dg

from jjj_pipeline.definitions import defs
from jjj_pipeline.defs.resources import project_resource
from jjj_pipeline.settings import Settings
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


def test_what_a_launch_configures_leaves_the_project_as_it_is() -> None:
    """The daemon leaves out files, the monthly run makes everything anew: both of the project that was loaded."""
    settings = Settings(root=ROOT)
    resource = project_resource(settings)
    assert resource.settings == settings
    names = set(type(resource).to_config_schema().as_field().config_type.fields)
    assert names == {"full", "accept_removals", "leave_out"}
