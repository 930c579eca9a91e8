"""Counting record sets from Dagster: a job with a partition for each set, apart from the refresh, which only reads what was
counted. What is done is in `records.build`; Ibis is imported when a run begins."""

from collections.abc import Iterator

import dagster as dg

from jjj_pipeline.contracts.base import ContractBroken
from jjj_pipeline.errors import BadInput
from jjj_pipeline.records import results
from jjj_pipeline.records.engine import EngineSettings
from jjj_pipeline.settings import Settings


class RecordsEngine(dg.ConfigurableResource):
    """Where records are counted: `duckdb` within `memory`, or `spark` at `remote` (sc://host:port)."""

    engine: str = "duckdb"
    remote: str = ""
    memory: str = "2GB"

    def settings(self) -> EngineSettings:
        """As the build takes it. Raises BadInput."""
        return EngineSettings.from_environment(self.engine, self.remote, self.memory)


def record_jobs(settings: Settings) -> list[dg.JobDefinition]:
    """The job `count_records`, with a partition for each set that has files; none where no set has."""
    sets = [s.name for s in results.states(settings) if s.state != "none"]
    if not sets:
        return []

    @dg.op(description="Counts one record set; its finished partitions are not counted again.")
    def count_record_set(context: dg.OpExecutionContext, records_engine: RecordsEngine) -> Iterator[dg.Output[None]]:
        from jjj_pipeline.records.build import Progress, build

        name = context.partition_key
        progress = Progress(context.log.info, lambda done, of, what: context.log.info(f"{done} of {of}: {what}"))
        try:
            summary = build(settings, name, records_engine.settings(), progress)
        except (BadInput, ContractBroken) as error:
            raise dg.Failure(str(error), allow_retries=False) from None
        shown = {k: summary[k] for k in ("records", "records_placed", "parties", "provinces", "cities", "repeated")}
        context.log_event(dg.AssetMaterialization(["records", "counted"], partition=name, metadata=shown))
        yield dg.Output(None)

    @dg.job(
        partitions_def=dg.StaticPartitionsDefinition(sets),
        resource_defs={"records_engine": RecordsEngine()},
        tags={"group": "records"},
        description="Counts between places of a record set, for the next refresh to bring into core.flow.",
    )
    def count_records() -> None:
        count_record_set()

    return [count_records]
