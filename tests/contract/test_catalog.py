"""The catalogue, the sources' own papers beside the raw files, and the manifest say the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from jjj_pipeline import contracts
from jjj_pipeline.catalog.model import load_catalog
from jjj_pipeline.contracts.base import about, info
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.raw_files import find_files, manifest_text
from tests.conftest import ROOT

SETTINGS = Settings(root=ROOT)
CATALOG = load_catalog(SETTINGS.catalog)
PAPERS = sorted((ROOT / "raw").glob("*/source.yml"))


def test_every_source_has_its_paper() -> None:
    assert {p.parent.name for p in PAPERS} == set(CATALOG.sources)


@pytest.mark.parametrize("path", PAPERS, ids=lambda p: p.parent.name)
def test_the_paper_of_a_source_says_what_the_catalogue_says(path: Path) -> None:
    paper, source = yaml.safe_load(path.read_text(encoding="utf-8")), CATALOG.sources[path.parent.name]
    assert paper["source"] == path.parent.name
    assert (paper["publication"]["zh"], paper["publication"]["en"]) == (source.name_zh, source.name_en)
    assert (paper["publisher"], paper["terms"]) == (source.publisher, source.terms)
    assert {str(k): v for k, v in paper["editions"].items()} == {k: r.name_zh for k, r in source.releases.items()}
    assert paper["chain"]
    assert paper["confidence"]
    for stem, table in paper["tables"].items():
        spec = CATALOG.tables[f"{path.parent.name}_{stem}"]
        assert table["title"] == spec.title_zh
        assert table["unit"] == (spec.unit or "逐行注明")
        for release in table["releases"]:
            assert list((path.parent / release).glob(f"{stem}.*")), f"{stem} {release}"


def test_every_raw_file_belongs_to_a_table_and_a_named_release() -> None:
    found = find_files(SETTINGS, CATALOG)
    assert found.strays == ()
    assert len(found.files) > 250
    for file in found.files:
        spec = CATALOG.tables[file.table_id]
        assert file.release in CATALOG.sources[spec.source].releases


def test_the_manifest_is_what_lies_in_raw() -> None:
    assert (ROOT / "raw" / "manifest.lock").read_text(encoding="utf-8") == manifest_text(SETTINGS)


def test_titles_in_chinese_are_unique_among_tables_and_within_each_table() -> None:
    titles = [about(c)["zh"] for c in contracts.ALL.values()]
    assert len(titles) == len(set(titles))
    for contract in contracts.ALL.values():
        names = [c.zh for c in info(contract)]
        assert len(names) == len(set(names)), about(contract)["table"]
        assert all(c.zh and c.doc for c in info(contract)), about(contract)["table"]
