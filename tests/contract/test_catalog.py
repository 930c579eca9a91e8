"""The catalogue, the sources' own papers beside the raw files, and the manifest say the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import yaml

from jjj_pipeline import contracts
from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.catalog.model import wanted_release
from jjj_pipeline.contracts.base import about, info
from jjj_pipeline.settings import Settings
from jjj_pipeline.storage.raw_files import find_files, manifest_text
from tests.conftest import ROOT

SETTINGS = Settings(root=ROOT)
CATALOG = load_catalog(SETTINGS.catalog)
PAPERS = sorted((ROOT / "raw").glob("*/source.yml"))


def test_every_source_has_its_paper() -> None:
    assert {p.parent.name for p in PAPERS} == set(CATALOG.sources)


@pytest.mark.parametrize(
    ("release", "expected"),
    [
        ("2024", ""), ("2024-05", ""), ("2024-02-29", ""), ("2025-census5", ""), ("2024-05-17-b", ""), ("1949", ""),
        ("2024-02-30", "a release that is a month or a day"), ("2023-13", "a release that is a month or a day"),
        ("2023-00", "a release that is a month or a day"), ("9999", "a release between"), ("0000", "a release between"),
        ("2024-5", "a release of digits 0-9"), ("２０２４", "a release of digits 0-9"), ("2024\n", "a release of digits 0-9"),
        ("", "a release of digits 0-9"), (f"{date.today().year + 1}", ""), (f"{date.today().year + 2}", "a release between"),
    ],
)  # fmt: skip
def test_a_release_is_of_the_calendar_and_of_next_year_at_the_latest(release: str, expected: str) -> None:
    found = wanted_release(release)
    assert found.startswith(expected) if expected else not found


def test_all_releases_of_the_catalogue_are_releases() -> None:
    listed = {r for source in CATALOG.sources.values() for r in source.releases}
    assert {r: wanted_release(r) for r in listed if wanted_release(r)} == {}


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
