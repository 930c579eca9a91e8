"""The language of the commands: English, or Chinese where the locale is Chinese or `--lang zh` is given. Every text is
once in the code, in English; chinese.yml has the Chinese. Which texts are printed is for the commands."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jjj_pipeline.errors import BadInput, Say, english

LANGUAGES = ("en", "zh")
_option: list[str] = []  # what --lang says


def choose(lang: str) -> None:
    """Take this language for what follows; empty: that of the locale. Raises BadInput for another."""
    if lang and lang not in LANGUAGES:
        raise BadInput("--lang", expected=f"one of {', '.join(LANGUAGES)}", found=lang)
    _option[:] = [lang] if lang else []


def language() -> Literal["en", "zh"]:
    """The language of the commands."""
    if _option:
        return "zh" if _option[0] == "zh" else "en"
    locale = next((v for k in ("LC_ALL", "LC_MESSAGES", "LANG") if (v := os.environ.get(k))), "")
    return "zh" if locale.startswith("zh") else "en"


def say(text: str, *given: object) -> str:
    """A text of the commands in their language, with what is filled into its {}."""
    if language() == "zh":
        text = _catalogue()["texts"][text]
    return text.format(*given)


def spoken() -> Say:
    """What puts the texts of other packages into the language of the commands."""
    return say if language() == "zh" else english


def heading(column: str) -> str:
    """The heading of a column of a table on the terminal."""
    return str(_catalogue()["columns"].get(column, column)) if language() == "zh" else column


def refusal(error: BadInput) -> str:
    """The one line of a refusal. A part without Chinese stays English."""
    if language() == "en":
        return str(error)
    words = _catalogue()
    place = f"{error.where}{words['cell']}{error.cell}" if error.cell else error.where
    hint = "；".join(_translated("hints", part) for part in error.hint.split("; ")) if error.hint else ""
    found = error.found[: BadInput.LONGEST]
    line = words["refusal"].format(
        place=place, expected=_translated("expected", error.expected), found=_translated("found", found),
        tail=f"{words['hint']}{hint}" if hint else "",
    )  # fmt: skip
    return " ".join(line.split())


def _translated(kind: str, text: str) -> str:
    """The Chinese of a text made of a template; the text itself where there is none."""
    for source, chinese in _catalogue()[kind].items():
        pattern = "(.+)".join(re.escape(part) for part in source.split("{}"))
        if found := re.fullmatch(pattern, text, re.DOTALL):
            return str(chinese).format(*found.groups())
    return text


@cache
def _catalogue() -> dict[str, Any]:
    from jjj_pipeline.catalog.load import read_yaml  # here: commands in English do without it

    return dict(read_yaml(Path(__file__).with_name("chinese.yml")))
