"""Where files and folders are. The only module that knows a path or an environment variable; it reads no data."""

from __future__ import annotations

import gc
import os
import re
from dataclasses import dataclass
from pathlib import Path

from jjj_pipeline.errors import BadInput

PACKAGE = Path(__file__).resolve().parent
MEMORY = r"\d+(\.\d+)?\s?[KMGTkmgt][iI]?[bB]", "an amount of memory such as 2GB"


@dataclass(frozen=True)
class Settings:
    """The folders of one project: `raw/` comes in, `warehouse/` goes out, the catalogue says what is what."""

    root: Path
    catalog: Path = PACKAGE / "catalog"
    marts: Path = PACKAGE / "marts"
    strict: bool = False  # whether a file of raw/ that has to be left out stops a build
    # of DuckDB. One thread: sums of doubles come out the same every time; more are for data where the last bits may differ
    threads: int = 1
    memory: str = ""  # such as 2GB; DuckDB's own default where empty

    @property
    def raw(self) -> Path:
        return self.root / "raw"

    @property
    def raw_records(self) -> Path:
        """Files of record sets, of any size, and beside them what was counted."""
        return self.root / "raw-records"

    @property
    def records(self) -> Path:
        """Records and parties while they are counted; never published."""
        return self.warehouse / ".records"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse"

    @property
    def duckdb(self) -> Path:
        return self.warehouse / "jjj.duckdb"

    @property
    def store(self) -> Path:
        """The tables while they are made; what people open is published from it."""
        return self.warehouse / ".store"

    @property
    def previous(self) -> Path:
        return self.warehouse / ".previous"

    @property
    def lock(self) -> Path:
        return self.warehouse / ".build.lock"

    @property
    def parquet(self) -> Path:
        return self.warehouse / "parquet"

    @property
    def dictionary(self) -> Path:
        return self.warehouse / "dictionary.md"

    @property
    def datapackage(self) -> Path:
        return self.warehouse / "datapackage.json"

    @property
    def report(self) -> Path:
        return self.warehouse / "report"

    @property
    def publication(self) -> tuple[Path, ...]:
        """What one publication consists of."""
        return self.duckdb, self.parquet, self.dictionary, self.datapackage, self.report

    @property
    def previews(self) -> Path:
        """Charts of marts for Dagster's pages."""
        return self.warehouse / ".previews"

    @property
    def dagster_home(self) -> Path:
        return self.root / ".dagster"


def default_settings() -> Settings:
    """The project this process works on: `JJJ_ROOT`, else the nearest folder upwards with `raw/` and `workspace.yaml`,
    else the checkout of the package. `JJJ_CATALOG` replaces the catalogue's folder; with `JJJ_STRICT=1` a file that is
    left out stops a build; `JJJ_THREADS` and `JJJ_MEMORY` (2GB) are those of DuckDB in a build. Raises BadInput."""
    root = os.environ.get("JJJ_ROOT")
    here = Path.cwd()
    candidates = [Path(root)] if root else [here, *here.parents, PACKAGE.parent]
    found = next((p for p in candidates if (p / "raw").is_dir() and (p / "workspace.yaml").is_file()), None)
    base = (found or candidates[0 if root else -1]).resolve()
    catalog = Path(os.environ.get("JJJ_CATALOG") or PACKAGE / "catalog").resolve()
    strict = os.environ.get("JJJ_STRICT", "") not in ("", "0")
    threads = checked(
        "JJJ_THREADS", os.environ.get("JJJ_THREADS", ""), r"[1-9]\d{0,2}", "a number of threads such as 2"
    )
    memory = checked("JJJ_MEMORY", os.environ.get("JJJ_MEMORY", ""), *MEMORY)
    return Settings(root=base, catalog=catalog, strict=strict, threads=int(threads or 1), memory=memory)


def collect_seldom() -> None:
    """For a process that builds: look for garbage at every 50,000 new objects, not at every 700. Most of what it imports and
    reads stays; to look through it again and again takes a twelfth of a build's processor time."""
    gc.set_threshold(50_000, 50)


def checked(name: str, value: str, form: str, expected: str) -> str:
    """A setting that is empty or has this form. Raises BadInput."""
    if value and not re.fullmatch(form, value, re.ASCII):
        raise BadInput(name, expected=expected, found=value, hint="correct it or leave it out")
    return value


def web_names() -> tuple[str, ...]:
    """Host names by which people reach Dagster's pages through a proxy: `JJJ_HOSTS`, separated by commas."""
    return tuple(name.strip() for name in os.environ.get("JJJ_HOSTS", "").split(",") if name.strip())
