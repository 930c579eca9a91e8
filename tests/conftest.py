"""What the tests share: a small project made of real raw files, and where the reference data lie where they are
present."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from playwright.sync_api import Browser

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.catalog.model import Catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest import reader
from jjj_pipeline.ingest.matching.loaded_figures import LoadedFigures
from jjj_pipeline.settings import PACKAGE, Settings
from tests.support import browser as chrome
from tests.support.proposals import follow

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
# enough of raw/ for every entry of the ledger to find its figure, and for each kind of layout
SMALL = [
    "article/2022/*.csv", "cstsy/2012/rd_by_activity.csv", "cstsy/2012/rd_personnel_fte.csv", "cstsy/2020/rd_by_activity.csv",
    "cstsy/2022/rd_by_activity.csv", "nbs/*/gdp.csv", "nbs/2025/population.csv",
]  # fmt: skip

WHOLE = ["*/*/*"]  # all of raw/, and the record sets


def copy_project(target: Path, patterns: list[str]) -> Settings:
    """A project in `target` with the raw files that match."""
    for pattern in patterns:
        for path in sorted((ROOT / "raw").glob(pattern)):
            to = target / path.relative_to(ROOT)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)
    shutil.copyfile(ROOT / "workspace.yaml", target / "workspace.yaml")
    if patterns == WHOLE:
        shutil.copytree(ROOT / "raw-records", target / "raw-records")
    return Settings(root=target)


@pytest.fixture(autouse=True, scope="session")
def what_a_refusal_proposes_is_tried() -> Iterator[None]:
    """Whatever test a file is refused in, the options the refusal proposes are taken from its message and given: the file must
    then be read."""
    understand = reader.understand

    def tried(book: Any, path: Path, hints: Any, *args: Any, **options: Any) -> Any:
        try:
            return understand(book, path, hints, *args, **options)
        except BadInput as error:
            if not options.get("by_path"):
                follow(str(error), hints, lambda given: understand(book, path, given, *args, **options))
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "understand", tried)
        yield


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_catalog(PACKAGE / "catalog")


@pytest.fixture(scope="session")
def loaded(catalog: Catalog) -> LoadedFigures:
    """The figures of raw/, as `jjj read` compares a file with them. Read only."""
    return reader.loaded_figures(Settings(root=ROOT), catalog)


@pytest.fixture
def small_project(tmp_path: Path) -> Settings:
    return copy_project(tmp_path, SMALL)


def made_once(name: str, make: Callable[[Path], object], factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of a test run share: the first one makes it, the others wait for it. Read only."""
    base = factory.getbasetemp()
    shared = os.environ.get("JJJ_TEST_BUILDS")  # where many runs of the tests share their builds, as for mutants
    folder = (
        Path(shared) if shared else base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    ) / f"built-{name}"
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "done").exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            (folder / "done").touch()
    return folder


def build_once(name: str, patterns: list[str], factory: pytest.TempPathFactory) -> Settings:
    """A project that `jjj build` has built, shared."""
    from jjj_pipeline.defs.run_build import build

    def make(folder: Path) -> None:
        done = build(copy_project(folder, patterns), keep_history=False)
        assert done.published, done.failures

    return Settings(root=made_once(name, make, factory))


def clone(source: Path, target: Path) -> None:
    """A copy that a test may change: what builds replace in one move is linked, everything else copied."""

    def copy(one: str, other: str) -> None:
        linked = one.endswith((".parquet", ".duckdb", ".html", ".fingerprint"))
        (os.link if linked else shutil.copy2)(one, other)

    shutil.copytree(source, target, copy_function=copy, ignore=shutil.ignore_patterns("done"))


@pytest.fixture(scope="session")
def small_built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return build_once("small", SMALL, tmp_path_factory)


@pytest.fixture
def built_project(small_built: Settings, tmp_path: Path) -> Settings:
    """The small project after its first build."""
    clone(small_built.root, tmp_path / "built")
    return Settings(root=tmp_path / "built")


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the reference data are not here ({SHARED.name}/ beside the project)")
    return SHARED


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The whole of raw/, built once through Dagster and published. Shared by all tests: nobody writes into it."""
    return build_once("whole", WHOLE, tmp_path_factory)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all tests of a process: a second Playwright beside a running one is refused."""
    if chrome.path() is None:
        pytest.skip(chrome.ADVICE)
    with chrome.chromium() as running:
        yield running


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--crashes", default="10", help="how many builds the crash test kills")
    parser.addoption("--crash-seed", default="0", help="the moments at which it kills them, as an earlier run said")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests measured, whichever process they ran in."""
    for report in terminalreporter.getreports("passed"):
        for what, figure in report.user_properties:
            terminalreporter.write_line(f"{report.nodeid.rpartition('::')[2].partition('[')[0]}: {what}: {figure}")
