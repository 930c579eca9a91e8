"""raw/<source>/source.yml: by which copies the figures of a source came here. Sources themselves are in the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from jjj_pipeline.catalog import yaml_file
from jjj_pipeline.errors import BadInput
from jjj_pipeline.storage.raw_files import SOURCE, RawFile


def paths(files: Iterable[RawFile]) -> dict[str, Path]:
    """The note of each source that has files and a note, by source."""
    folders = {f.path.parents[1] for f in files}
    return {p.name: p / SOURCE for p in sorted(folders) if (p / SOURCE).is_symlink() or (p / SOURCE).exists()}


def chain(path: Path) -> str:
    """The way the figures came. Raises BadInput where the note does not say it."""
    name = f"raw/{path.parent.name}/{SOURCE}"
    if path.is_symlink():
        raise BadInput(name, expected="a file", found="a link", hint="put the note here itself")
    held = yaml_file.load(path, name)
    if not isinstance(held, dict):
        found = "an empty file" if held is None else f"a {type(held).__name__}"
        raise BadInput(name, expected="names with their values, `chain` among them", found=found)
    chain = held.get("chain")
    if not isinstance(chain, str) or not chain.strip():
        found = (
            "none" if chain is None else f"a {type(chain).__name__}" if not isinstance(chain, str) else "an empty one"
        )
        raise BadInput(name, expected="`chain`: a text that says how the figures came here", found=found)
    if sign := next((c for c in chain if not c.isprintable() and c not in "\n\t"), None):  # it would command a terminal
        raise BadInput(name, expected="`chain`: a text without control characters", found=repr(sign))
    return chain


def read(files: Iterable[RawFile]) -> tuple[dict[str, str], tuple[BadInput, ...]]:
    """The chains by source, and what is wrong with the notes that are left out."""
    chains: dict[str, str] = {}
    wrong = []
    for source, path in paths(files).items():
        try:
            chains[source] = chain(path)
        except BadInput as error:
            wrong.append(error)
    return chains, tuple(wrong)
