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
    assert names == {"full", "accept_removals", "files", "leave_out"}


def test_a_check_runs_alone_on_what_lies_in_the_store(warehouse: Settings) -> None:
    """Nothing is made anew: the contract of a table and the rules of quality are asked of the tables as they are."""
    from jjj_pipeline.defs.assembly import build_defs

    keys = [dg.AssetCheckKey(dg.AssetKey(["mart", "growth_yearly"]), "contract")]
    keys += [dg.AssetCheckKey(dg.AssetKey(["core", "industry_link"]), "contract")]
    job = build_defs(warehouse).resolve_implicit_global_asset_job_def()
    selected = job.get_subset(asset_selection=set(), asset_check_selection=set(keys))
    result = selected.execute_in_process(instance=dg.DagsterInstance.ephemeral(), raise_on_error=True)
    assert result.get_asset_materialization_events() == []
    passed = {(e.asset_key.to_user_string(), e.check_name): e.passed for e in result.get_asset_check_evaluations()}
    assert passed == {("mart/growth_yearly", "contract"): True, ("core/industry_link", "contract"): True}


def test_the_graph_of_marts_has_one_edge_to_what_is_published_and_none_to_a_table_known_through_another(
    warehouse: Settings,
) -> None:
    from jjj_pipeline.defs.assembly import build_defs

    deps = {
        s.key.to_user_string(): {d.asset_key.to_user_string() for d in s.deps}
        for s in build_defs(warehouse).resolve_all_asset_specs()
    }
    assert deps["meta/build"] == {"warehouse"}
    assert "mart/growth_yearly" in deps["warehouse"]
    assert "core/span" not in deps["warehouse"]  # mart/growth_yearly rests on it
    assert deps["mart/growth_yearly"] == {"core/span", "mart/real_growth"}
