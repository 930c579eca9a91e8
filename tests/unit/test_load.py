"""Entries of the catalogue that name something it does not have are refused with file, entry and name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from jjj_pipeline.catalog.load import load_catalog
from jjj_pipeline.errors import BadInput
from jjj_pipeline.settings import PACKAGE

INDEX, BREAKS, STRUCTURES = "innovation_index.yml", "breaks.yml", "structures.yml"


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "found"),
    [
        ("tables.yml", "\nrd_bulletin_rd_by_region:", "\nbulletin_rd:", "tables.yml, bulletin_rd", "rd_bulletin"),
        ("tables.yml", "optional: [实用新型, 外观设计]", "optional: [实用新形, 外观设计]", "tables.yml, ", "实用新形"),
        (INDEX, "  nbs_jjj_index_b2010:", "  nbs_jjj_index_b2011:", f"{INDEX}, published", "nbs_jjj_index_b2011"),
        (BREAKS, "indicators: [firm_*]", "indicators: [enterprise_*]", f"{BREAKS}, above_scale_2011", "enterprise_*"),
        (BREAKS, "counterpart: invention_grants", "counterpart: invention_grant", f"{BREAKS}, ", "invention_grant"),
        (BREAKS, "  counterpart: invention_grants\n", "", f"{BREAKS}, ", "both or none"),
        (STRUCTURES, "identity: rd_by_activity}", "identity: rd_activity}", f"{STRUCTURES}, rd_by_activity", "rd_activity"),
        (STRUCTURES, "sections_of: legal_entities}", "sections_of: legal_entity}", f"{STRUCTURES}, legal", "legal_entity"),
        ("groups.csv", "JJJ,110000", "JJJ,110001", "groups.csv", "110001"),
    ],
)  # fmt: skip
def test_a_name_that_the_catalogue_does_not_have_is_refused(
    tmp_path: Path, file: str, old: str, new: str, where: str, found: str
) -> None:
    folder = tmp_path / "catalog"
    shutil.copytree(PACKAGE / "catalog", folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadInput) as refused:
        load_catalog(folder)
    assert refused.value.where.startswith(where)
    assert found in refused.value.found
