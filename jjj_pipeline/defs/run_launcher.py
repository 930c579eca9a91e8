"""Runs are started as Dagster starts them on one machine; beyond that the daemon may ask whether a run's process is still there.
Without that answer a run whose process was killed stays "started" for ever, and every later one waits for it. Named in
dagster.yaml; what a run does is defined elsewhere."""

from __future__ import annotations

from dagster import DagsterRun, DefaultRunLauncher
from dagster._core.launcher import CheckRunHealthResult, WorkerStatus
from dagster._grpc.types import CanCancelExecutionRequest, CanCancelExecutionResult
from dagster._serdes import deserialize_value

from jjj_pipeline.settings import default_settings
from jjj_pipeline.storage.build_lock import building

# the refresh that died is done once more: what it was started for would wait for the next file otherwise
ONCE_MORE = {"dagster/max_retries": "1", "dagster/retry_strategy": "ALL_STEPS"}
SECONDS = 5


class RunLauncher(DefaultRunLauncher):
    """Dagster's own launcher that knows whether a run is alive."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """A run is alive while the server that started it has its process, or while it holds the build lock."""
        known = self._server_has(run.run_id)
        if known or building(default_settings()) == run.run_id:
            return CheckRunHealthResult(WorkerStatus.RUNNING)
        self._instance.add_run_tags(run.run_id, ONCE_MORE)
        why = "its server has no such process" if known is False else "its server is gone and it holds no build lock"
        return CheckRunHealthResult(WorkerStatus.FAILED, why)

    def _server_has(self, run_id: str) -> bool | None:
        """None where the server does not answer."""
        client = self._get_grpc_client_for_termination(run_id)
        if client is None:
            return None
        try:
            reply = client.can_cancel_execution(CanCancelExecutionRequest(run_id=run_id), timeout=SECONDS)
        except Exception:  # whatever keeps it from answering; the lock decides then
            return None
        return deserialize_value(reply, CanCancelExecutionResult).can_cancel
