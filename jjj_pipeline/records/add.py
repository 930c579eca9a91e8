"""Files of a record set brought to where they are counted, with an entry in records.yml for a set that is new. Bytes are copied
unchanged; what is there is not overwritten."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from jjj_pipeline.errors import BadInput
from jjj_pipeline.records import reading
from jjj_pipeline.records.mapping import FILE, load_mappings, load_sets
from jjj_pipeline.settings import Settings

NAME = re.compile(r"^[a-z][a-z0-9_]{1,40}\Z")


def add(settings: Settings, files: Sequence[Path], name: str, like: str = "", release: str = "") -> list[str]:
    """Copy files into raw-records/<name>/ and enter the set where it is new; lines that say what was done. Raises BadInput
    before anything is copied."""
    if not NAME.match(name):
        raise BadInput("--set", expected="a name of small letters, digits and _", found=name)
    known = load_sets(settings.catalog)
    if name not in known and not like:
        choice = ", ".join(load_mappings(settings.catalog))
        hint = f"say --like one of {choice}, or write an entry into {FILE} (docs/records.md)"
        raise BadInput(f"record set {name}", expected=f"an entry in {FILE}", found="none", hint=hint)
    spec = known.get(name) or load_mappings(settings.catalog).get(like)
    if spec is None:
        raise BadInput("--like", expected=f"one of {', '.join(load_mappings(settings.catalog))}", found=like)
    folder = settings.raw_records / name
    for path in files:
        if not path.is_file():
            raise BadInput(str(path), expected="a file", found="none")
        reading.check_columns(name, spec, path)
        target = folder / path.name
        if target.exists() and reading.content(target) != reading.content(path):
            hint = "give it another name, for example with its date"
            raise BadInput(path.name, expected="a new file", found=f"another of that name in {folder}", hint=hint)
    folder.mkdir(parents=True, exist_ok=True)
    lines = []
    for path in files:
        part = folder / (path.name + ".part")
        shutil.copyfile(path, part)
        part.rename(folder / path.name)
        lines.append(f"copied {path.name} to {folder}")
    if name not in known:
        _enter(settings, name, like, release)
        lines.append(f"entered {name} in {settings.catalog / FILE}: fill in publisher, terms and limits")
    return [*lines, f"next: jjj records check {name}"]


def _enter(settings: Settings, name: str, like: str, release: str) -> None:
    """The entry at the end of records.yml, which ends with the sets."""
    path = settings.catalog / FILE
    text = path.read_text(encoding="utf-8").rstrip("\n")
    entry = f'\n  {name}:\n    like: {like}\n    title_zh: {name}\n    title_en: {name}\n    release: "{release or "2026"}"\n'
    entry += '    publisher: ""\n    terms: ""\n    limits: ""\n    complete: false\n'
    part = path.with_suffix(".yml.part")
    part.write_text(text + "\n" + entry, encoding="utf-8")
    part.rename(path)
