"""Where the expressions run: DuckDB in this process, or Spark through Spark Connect. An engine reads and writes Parquet folders
and gives results as Arrow; it knows no mapping and no rule. Ibis is imported here and below, never by a build of printed figures.
"""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import MEMORY, checked

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pyarrow as pa

PACKAGES = "pip install 'jjj-pipeline[records]'"
SPARK_PACKAGES = "pip install 'jjj-pipeline[records,spark]'"


@dataclass(frozen=True)
class EngineSettings:
    """`records.engine`: duckdb or spark. DuckDB spills to the work folder beyond `memory`; `remote` is the address of a Spark
    Connect server that sees the same paths."""

    engine: Literal["duckdb", "spark"] = "duckdb"
    memory: str = "2GB"
    threads: int = 0
    remote: str = ""

    @classmethod
    def from_environment(cls, engine: str = "", remote: str = "", memory: str = "") -> EngineSettings:
        """What the command says, else JJJ_RECORDS_ENGINE, JJJ_RECORDS_REMOTE, JJJ_RECORDS_MEMORY. Raises BadInput."""
        remote = remote or os.environ.get("JJJ_RECORDS_REMOTE", "")
        engine = engine or os.environ.get("JJJ_RECORDS_ENGINE", "") or ("spark" if remote else "duckdb")
        memory = checked("records.memory", memory or os.environ.get("JJJ_RECORDS_MEMORY", ""), *MEMORY) or cls.memory
        if engine not in ("duckdb", "spark"):
            raise BadInput("records.engine", expected="duckdb or spark", found=engine)
        if engine == "spark" and not remote.startswith("sc://"):
            raise BadInput(
                "records.remote", expected="sc://host:port of a Spark Connect server", found=remote or "nothing"
            )
        return cls(engine, memory, 0, remote)  # type: ignore[arg-type]


class Engine:
    """One connection. `work` is a folder for what is made on the way; on Spark every worker has to see it."""

    def __init__(self, name: str, con: Any, work: Path) -> None:
        self.name, self.con, self.work = name, con, work

    def read(self, *folders: Path) -> ir.Table:
        """The rows of Parquet files, or of all Parquet files of folders that have the same columns."""
        paths = [str(p) if p.is_file() else f"{p}/*.parquet" for p in folders]
        if self.name == "duckdb":
            return self.con.read_parquet(paths)
        session = self.con._session
        return self.con.create_view(self._view(), _of(self.con, session.read.parquet(*paths)), overwrite=True)

    def _view(self) -> str:
        import ibis

        return ibis.util.gen_name("jjj_read")

    def take_in(self, name: str, table: pa.Table) -> ir.Table:
        """A small table of this process, as the engine has it."""
        import pyarrow.parquet as parquet

        path = self.work / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(table, path)
        return self.read(path)

    def write(self, table: ir.Table, folder: Path) -> None:
        """A table as Parquet files in a folder, which is there whole or not at all."""
        part = folder.with_name(folder.name + ".part")
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        if self.name == "duckdb":
            part.mkdir()
            self.con.to_parquet(table, part / "data.parquet", compression="zstd")
        else:
            self.con.to_parquet(table, str(part.resolve()), mode="overwrite")
        shutil.rmtree(folder, ignore_errors=True)
        part.rename(folder)

    def arrow(self, table: Any) -> pa.Table:
        """A result as Arrow."""
        return table.to_pyarrow()


def _of(con: Any, frame: Any) -> Any:
    import ibis

    name = ibis.util.gen_name("jjj_frame")
    frame.createOrReplaceTempView(name)
    return con.table(name)


@contextmanager
def connected(settings: EngineSettings, work: Path) -> Iterator[Engine]:
    """An engine for the time of a block. Raises BadInput where its packages are not there or nothing answers."""
    work = work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    try:
        import ibis
    except ModuleNotFoundError:
        raise BadInput("records", expected="Ibis, which counts records", found="not installed", hint=PACKAGES) from None
    if settings.engine == "spark":
        with _spark(settings.remote, work) as engine:
            yield engine
        return
    options: dict[str, Any] = {"memory_limit": settings.memory, "temp_directory": str(work / "spill")}
    if settings.threads:
        options["threads"] = settings.threads
    con = ibis.duckdb.connect(**options)
    con.con.execute("set preserve_insertion_order = false").fetchall()
    try:
        yield Engine("duckdb", con, work)
    finally:
        con.disconnect()
        shutil.rmtree(work / "spill", ignore_errors=True)


def _answers(remote: str) -> None:
    """Whether something listens there: the client itself tries for ten minutes before it gives up. Raises OSError, ValueError."""
    address = urlsplit(remote)
    with socket.create_connection((address.hostname or "", address.port or 15002), timeout=10):
        pass


@contextmanager
def _spark(remote: str, work: Path) -> Iterator[Engine]:
    import ibis

    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ModuleNotFoundError:
        raise BadInput("records", expected="pyspark-client", found="not installed", hint=SPARK_PACKAGES) from None
    os.environ.setdefault("SPARK_CONNECT_MODE_ENABLED", "1")
    try:
        _answers(remote)
        session = SparkSession.builder.remote(remote).getOrCreate()
        session.conf.set("spark.sql.session.timeZone", "UTC")
        con = ibis.pyspark.connect(session)
    except (PySparkException, OSError, ValueError, RuntimeError) as error:
        found = " ".join(str(error).split())[:200]
        hint = "start the server, or leave out --remote to count on DuckDB"
        raise BadInput(remote, expected="a Spark Connect server", found=found, hint=hint) from None
    try:
        yield Engine("spark", con, work)
    except PySparkException as error:
        found = " ".join(str(error).split())[:300]
        hint = "run the same command again: partitions that are done are kept"
        raise BadInput(remote, expected="Spark to finish the query", found=found, hint=hint) from None
    finally:
        session.stop()
