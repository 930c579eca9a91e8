"""What the tests share: a small project made of real raw files, and where the reference data lie where they are
present."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jjj_pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
# enough of raw/ for every entry of the ledger to find its figure, and for each kind of layout
SMALL = [
    "article/2022/*.csv", "cstsy/2012/rd_by_activity.csv", "cstsy/2012/rd_personnel_fte.csv", "cstsy/2020/rd_by_activity.csv",
    "cstsy/2022/rd_by_activity.csv", "nbs/*/gdp.csv", "nbs/2025/population.csv",
]  # fmt: skip


def copy_project(target: Path, patterns: list[str]) -> Settings:
    """A project in `target` with the raw files that match."""
    for pattern in patterns:
        for path in sorted((ROOT / "raw").glob(pattern)):
            to = target / path.relative_to(ROOT)
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)
    shutil.copyfile(ROOT / "workspace.yaml", target / "workspace.yaml")
    return Settings(root=target)


@pytest.fixture
def small_project(tmp_path: Path) -> Settings:
    return copy_project(tmp_path, SMALL)


@pytest.fixture(scope="session")
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the reference data are not here ({SHARED.name}/ beside the project)")
    return SHARED


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The whole of raw/, built once through Dagster and published."""
    from jjj_pipeline.build import build

    settings = copy_project(tmp_path_factory.mktemp("whole"), ["*/*/*"])
    done = build(settings, keep_history=False)
    assert done.published, done.failures
    return settings


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--crashes", default="10", help="how many builds the crash test kills")
    parser.addoption("--crash-seed", default="0", help="the moments at which it kills them, as an earlier run said")
