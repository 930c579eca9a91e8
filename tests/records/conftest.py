"""A project that has the record sets of tests/fixtures/records, each by one of the ready-made mappings."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jjj_pipeline.settings import PACKAGE, Settings

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
