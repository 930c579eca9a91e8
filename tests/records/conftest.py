"""A project that has the record sets of tests/fixtures/records, each by one of the ready-made mappings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jjj_pipeline.records import build
from jjj_pipeline.records.engine import EngineSettings
from jjj_pipeline.settings import PACKAGE, Settings
from tests.conftest import made_once

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "records"
SETS = """
  patents: {like: patent_export, release: "2018", complete: true}
  papers: {like: paper_affiliations, release: "2020", complete: true}
  firms: {like: company_register, release: "2019"}
  contracts: {like: contract_register, release: "2021"}
"""


def make_project(root: Path) -> Settings:
    """The catalogue of the package with the sets of the fixtures entered, and their files."""
    shutil.copytree(PACKAGE / "catalog", root / "catalog")
    path = root / "catalog" / "records.yml"
    path.write_text(path.read_text(encoding="utf-8") + SETS, encoding="utf-8")
    shutil.copytree(FIXTURES, root / "raw-records")
    (root / "raw").mkdir()
    return Settings(root=root, catalog=root / "catalog")


@pytest.fixture
def project(tmp_path: Path) -> Settings:
    return make_project(tmp_path)


@pytest.fixture
def counted_project(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The project after its patents and papers were counted."""

    def make(folder: Path) -> None:
        for name in ("patents", "papers"):
            settings = (
                make_project(folder) if not folder.exists() else Settings(root=folder, catalog=folder / "catalog")
            )
            build.build(settings, name, EngineSettings(memory="500MB", threads=1))

    root = tmp_path / "counted"
    shutil.copytree(made_once("counted", make, tmp_path_factory), root)
    return Settings(root=root, catalog=root / "catalog")
