"""As many Dagster assets and checks as a build has, that do nothing: what Dagster alone costs a build of that size.

Run as the project's build is run (implicit job, in-process executor, quiet console, instance of DAGSTER_HOME), so that what is
left is the work and what the two homes say. Imports nothing of the project."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg


def trivial_asset(number: int, checks: int) -> dg.AssetsDefinition:
    """An asset after the one before it, with checks that pass."""
    name = f"trivial_{number}"
    names = [f"check_{i}" for i in range(checks)]

    @dg.asset(
        name=name,
        deps=[f"trivial_{number - 1}"] if number else [],
        check_specs=[dg.AssetCheckSpec(n, asset=name) for n in names],
    )
    def asset() -> dg.MaterializeResult:
        return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True, check_name=n) for n in names])

    return asset


def trivial_defs(assets: int, checks: int) -> dg.Definitions:
    """`assets` assets in a chain, `checks` checks spread over them."""
    each: Iterable[int] = (checks // assets + (i < checks % assets) for i in range(assets))
    return dg.Definitions(
        assets=[trivial_asset(i, n) for i, n in enumerate(each)],
        executor=dg.in_process_executor,
    )


def run(assets: int, checks: int) -> None:
    """Materialise all of them once. Raises RuntimeError where Dagster did not run what was asked."""
    job = trivial_defs(assets, checks).resolve_implicit_global_asset_job_def()
    config = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(run_config=config, instance=instance, raise_on_error=False)
    made = len(result.get_asset_materialization_events()), len(result.get_asset_check_evaluations())
    if made != (assets, checks):
        raise RuntimeError(f"expected {assets} assets and {checks} checks; ran {made[0]} and {made[1]}")
