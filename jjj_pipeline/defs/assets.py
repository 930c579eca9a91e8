"""Every step of the work as an asset with its checks, the raw files as external assets, and the published file."""

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
import pandas as pd

from jjj_pipeline import publication, quality
from jjj_pipeline.defs import metadata
from jjj_pipeline.errors import BadInput
from jjj_pipeline.lake import ContractBroken
from jjj_pipeline.steps import Step, Work
from jjj_pipeline.warehouse import NotPublished

Report = Callable[[str], None]
CONTRACT = "contract"
STAGING = "The staging file opens, holds every row, every column is documented."
PREVIEW = 5


def raw_assets(work: Work) -> list[dg.AssetSpec]:
    """The files of each table: made by people, not by us."""
    out = []
    for table_id, spec in work.catalog.tables.items():
        files = [f for f in work.files if f.table_id == table_id]
        source = work.catalog.sources[spec.source]
        text = f"**{spec.title_zh}** {spec.title_en}. {source.name_zh} ({source.publisher}); {len(files)} file(s). {spec.note}"
        shown = {
            "files": dg.MetadataValue.md("\n".join(f"- `{f.name}`" for f in files) or "none"),
            "terms": source.terms,
        }
        out.append(
            dg.AssetSpec(
                dg.AssetKey(["raw", table_id]), description=text, group_name="raw", kinds={"csv"}, metadata=shown
            )
        )
    return out


def step_asset(step: Step, report: Report) -> dg.AssetsDefinition:
    """A step as an asset: run it, or say in one line why it stops."""
    upstream = [metadata.key(t) for t in step.upstream]
    if step.group == "stage":
        upstream = [dg.AssetKey(["raw", step.name.removeprefix("stage.")])]
    specs = [metadata.spec(t, step.contract_of(t), upstream, step.group, step.doc, step.sql) for t in step.tables]
    checks = [
        dg.AssetCheckSpec(
            CONTRACT,
            asset=metadata.key(t),
            blocking=True,
            description=f"Columns, types, units and key of {t} are as declared.",
        )
        for t in step.tables
    ]
    checks += [
        dg.AssetCheckSpec(name, asset=metadata.key(step.name), blocking=True, description=text)
        for name, text in step.checks.items()
    ]

    @dg.multi_asset(name=step.name.replace(".", "__"), specs=specs, check_specs=checks)
    def asset(context: dg.AssetExecutionContext, work: dg.ResourceParam[Work]) -> Iterator[Any]:
        yield from _run(step, work, report)

    return asset


def _run(step: Step, work: Work, report: Report) -> Iterator[Any]:
    try:
        rows = work.write(step)
    except ContractBroken as error:
        for table in step.tables:
            yield dg.AssetCheckResult(
                passed=False,
                check_name=CONTRACT,
                asset_key=metadata.key(table),
                metadata={"failures": dg.MetadataValue.md("\n".join(f"- {x}" for x in error.lines))},
            )
        raise dg.Failure(str(error), allow_retries=False) from None
    except BadInput as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    for table, count in rows.items():
        shown: dict[str, Any] = {"dagster/row_count": count}
        if table.startswith(("mart.", "meta.")):
            shown["preview"] = dg.MetadataValue.md(_preview(work.lake.read(table)))
        yield dg.MaterializeResult(asset_key=metadata.key(table), metadata=shown)
        yield dg.AssetCheckResult(
            passed=True, check_name=CONTRACT, asset_key=metadata.key(table), metadata={"rows": count}
        )
    if step.checks:
        yield from _identities(work)
    report(step.name)


def _identities(work: Work) -> Iterator[dg.AssetCheckResult]:
    """The additivity rules: gaps beyond the digits warn, material ones that the ledger does not allow stop the run."""
    try:
        found, counts = quality.discrepancies(work.lake.read("core.observation"), work.catalog)
    except BadInput as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    errors = found[found["severity"] == "error"]
    for name, tested in counts.items():
        mine = found[found["check_id"] == name]
        bad = errors[errors["check_id"] == name]
        yield dg.AssetCheckResult(
            passed=bad.empty, check_name=name, asset_key=metadata.key("core.observation"),
            metadata={
                "tested": tested, "beyond_the_digits": len(mine), "blocking": len(bad),
                "rows": dg.MetadataValue.md(_preview(mine[["message"]], 20)),
            },
        )  # fmt: skip
    if len(errors):
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise dg.Failure(f"{errors['message'].iloc[0]}{more}", allow_retries=False)


def warehouse_asset(tables: list[str], report: Report) -> dg.AssetsDefinition:
    """The published file: built from all tables, checked, put in place in one move."""

    @dg.asset(
        key=["warehouse"], deps=[metadata.key(t) for t in tables], group_name="warehouse", kinds={"duckdb"},
        description="**warehouse/jjj.duckdb** what people open: all tables with comments, measures as macros, Chinese views.",
        check_specs=[dg.AssetCheckSpec("staging", asset="warehouse", blocking=True, description=STAGING)],
    )  # fmt: skip
    def warehouse(context: dg.AssetExecutionContext, work: dg.ResourceParam[Work]) -> Iterator[Any]:
        try:
            summary = publication.publish(work)
        except (NotPublished, BadInput, ContractBroken) as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        yield dg.MaterializeResult(metadata=summary)
        yield dg.AssetCheckResult(passed=True, check_name="staging")
        report("warehouse")

    return warehouse


def _preview(frame: pd.DataFrame, rows: int = PREVIEW) -> str:
    """A few rows as a Markdown table; cell text cannot break out of it."""
    head = frame.head(rows)
    lines = ["| " + " | ".join(head.columns) + " |", "|" + "---|" * len(head.columns)]
    lines += [
        "| " + " | ".join("" if pd.isna(v) else str(v).replace("|", "\\|") for v in row) + " |"
        for row in head.itertuples(index=False)
    ]
    return "\n".join(lines)
