"""A checked text as one file to read offline: the text with its marks, what each figure was understood as, the value of the
warehouse with its interval and printed cells. Verdicts are made in `claims.text`; here they are named and laid out."""

from __future__ import annotations

import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from jjj_pipeline.catalog.load import read_yaml
from jjj_pipeline.claims.evidence import Evidence
from jjj_pipeline.claims.model import Bilingual
from jjj_pipeline.claims.reasons import Reason, rendered
from jjj_pipeline.claims.tables import EVIDENCE, evidence_of
from jjj_pipeline.claims.text import words
from jjj_pipeline.claims.text.names import Names
from jjj_pipeline.claims.text.reading import Reading
from jjj_pipeline.claims.text.result import (
    SIGNS,
    STATUSES,
    CheckedText,
    kind_name,
    measure_name,
    measures_of,
    place_name,
    reason_text,
    why_of,
)
from jjj_pipeline.claims.text.sides import Checked, Side
from jjj_pipeline.errors import BadInput
from jjj_pipeline.publish.published_file import open_published, query
from jjj_pipeline.storage.sql import literal

FOLDER = Path(__file__).parent
CELLS = 12  # printed cells shown for one figure
Text = dict[str, str]
Cell = dict[str, Any]


def evidence_for(readings: list[Reading], names: Names, published: Path) -> Evidence | None:
    """The warehouse's figures of the measures a text is about; None where nothing is published."""
    if not published.exists():
        return None
    wanted = sorted(measures_of(readings))
    wanted += [f"{group.lower()}_{measure}_printed" for measure in wanted for group in ("JJJ",)]
    listed = ", ".join(literal(m) for m in wanted) or "''"
    with open_published(published) as con:
        frames = [query(con, f"from {table} where indicator in ({listed})") for table in EVIDENCE]
    return evidence_of(names.catalog, *frames)


def write(path: Path, text: str) -> None:
    """A file that is there whole or not at all. Raises BadInput."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise BadInput(str(path), expected="a place to write to", found=error.strerror or str(error)) from None


def page(text: CheckedText, names: Names, published: Path, start: str = "") -> str:
    """The page of a checked text, in the language `start` (zh or en) until the reader chooses; without it that of the browser."""
    cells = _cells(text, names, published) if published.exists() else {}
    claims = text.claims
    details = [_detail(one, i, names, cells) for i, one in enumerate(claims)]
    counts = text.counts()
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["both"] = _both
    data = json.dumps(details, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", " ").replace("\u2029", " ")
    return environment.get_template("check.html.j2").render(
        start=start, title=text.document.title, name=text.document.name, words={**_words(), "statuses": {k: _text(v) for k, v in words.STATUSES.items()}}, counts=counts, total=len(claims), signs=SIGNS, statuses=STATUSES,
        paragraphs=_paragraphs(text), details=details, notes=[_reason(n) for n in text.document.notes], data=Markup(data),
        css=Markup((FOLDER / "check.css").read_text(encoding="utf-8")), js=Markup((FOLDER / "check.js").read_text(encoding="utf-8")),
    )  # fmt: skip


@cache
def _words() -> dict[str, Any]:
    found: dict[str, Any] = read_yaml(FOLDER / "texts.yml")
    return found


def _both(text: Text) -> Markup:
    """A text in both languages, of which the page shows one."""
    return Markup('<span lang="zh-CN">{}</span><span lang="en">{}</span>').format(text["zh"], text["en"])


# the text with its marks --------------------------------------------------------------------------------------------


def _paragraphs(text: CheckedText) -> list[dict[str, Any]]:
    """The lines of the text: pieces of plain text and numbered marks; what is in the margin."""
    claims = text.claims
    out: list[dict[str, Any]] = []
    at = position = 0
    for line in text.document.text.split("\n"):
        end = at + len(line)
        pieces: list[dict[str, Any]] = []
        here, margin = at, []
        while position < len(claims) and claims[position].reading.number.start < end:
            number = claims[position].reading.number
            if number.start >= here:
                pieces.append({"text": text.document.text[here : number.start]})
                status = claims[position].status
                pieces.append({"text": text.document.text[number.start : number.end], "id": position, "status": status})
                margin.append({"id": position, "status": status})
                here = number.end
            position += 1
        pieces.append({"text": text.document.text[here:end]})
        if line.strip():
            out.append({"pieces": pieces, "margin": margin, "heading": _is_heading(line, first=not out)})
        at = end + 1
    return out


def _is_heading(line: str, *, first: bool) -> bool:
    plain = line.strip()
    return (
        len(plain) < 40
        and (first or bool(re.match(r"#+ |[一二三四五六七八九十]+、|\d+(?:\.\d+)* ", plain)))
        and not plain.endswith(("。", ";", "；", ","))
    )


# one figure ---------------------------------------------------------------------------------------------------------


def _detail(one: Checked, position: int, names: Names, cells: dict[str, list[Cell]]) -> dict[str, Any]:
    reading = one.reading
    known = reading.formula is not None
    side = one.external
    shown = side if side.value else one.internal
    return {
        "id": position, "status": one.status, "literal": reading.number.literal, "bound": reading.bound if reading.bound not in reading.number.literal else "",
        "kind": _text(kind_name(reading)), "measure": _text(measure_name(reading, names) if known else _label(reading)),
        "place": _text(place_name(reading.place, names) if reading.place else words.UNKNOWN), "year": reading.year or "–",
        "value": shown.value, "interval": _interval(shown), "verdicts": {"outside": side.verdict, "inside": one.internal.verdict},
        "why": _reason(why_of(one)), "repair": side.repair, "figures": list(one.internal.figures),
        "inside": one.internal.value if one.internal.verdict != "untestable" else "",
        "cells": [c for k in side.keys for c in cells.get(k.short(), [])][:CELLS], "more": max(0, sum(len(cells.get(k.short(), [])) for k in side.keys) - CELLS),
        "carried": [_text(words.SLOTS[s]) for s in ("measure", "place", "year", "base", "whole") if s in reading.inherited] if known else [],
    }  # fmt: skip


def _interval(side: Side) -> str:
    if side.low is None or side.high is None:
        return ""
    low, high = f"{side.low:.6g}", f"{side.high:.6g}"
    return "" if low == high else f"[{low}, {high}]"


def _label(reading: Reading) -> Bilingual:
    """What a figure is of where its measure is not known: the words of the text."""
    label = reading.label
    return Bilingual(rendered(label, "zh"), rendered(label, "en")) if label else words.UNKNOWN


def _text(text: Bilingual) -> Text:
    return {"zh": text.zh, "en": text.en}


def _reason(why: Reason | None) -> Text:
    return {"zh": reason_text(why, "zh"), "en": reason_text(why, "en")}


def _cells(text: CheckedText, names: Names, published: Path) -> dict[str, list[Cell]]:
    """Where the figures behind the verdicts are printed, by key: release, literal, file, cell."""
    keys = list(dict.fromkeys(k for one in text.claims for k in one.external.keys))
    if not keys:
        return {}
    keys_of_text = pd.DataFrame(
        [
            {
                "name": k.short(),
                "indicator": k.indicator,
                "region_code": k.region,
                "destination": k.destination,
                "year": k.year,
            }
            for k in keys
        ]
    )
    with open_published(published) as con:
        con.register("keys_of_text", keys_of_text)
        rows = con.execute(_CELLS).fetchall()
    found: dict[str, list[Cell]] = {}
    for name, region, year, printed, unit, release, file, cell in rows:
        found.setdefault(name, []).append(
            {
                "place": _text(place_name(region, names)),
                "year": str(year),
                "printed": f"{printed} {unit or ''}".strip(),
                "release": release,
                "file": file or "",
                "cell": cell or "",
            }
        )
    return found


_CELLS = """
with places as (
    select k.*, coalesce(m.region_code, k.region_code) as place from keys_of_text as k
    left join ref.region_group m on m.group_code = k.region_code and k.destination = ''
), listed as (
    select p.name, o.region_code as region, o.year, o.printed, o.printed_unit, o.source || ' ' || o.release as release, o.file, o.cell,
        row_number() over (partition by p.name, p.place order by (o.source = s.source and o.release = s.release) desc, o.release desc) as turn, p.place
    from places p
    join core.observation o on o.indicator = p.indicator and o.region_code = p.place and o.year = p.year and o.industry_code = '*'
    left join core.panel s on s.indicator = o.indicator and s.region_code = o.region_code and s.year = o.year
    where p.destination = ''
    union all
    select p.name, f.origin || '>' || f.destination, p.year, f.printed, f.printed_unit, f.source || ' ' || f.release, f.file, f.cell, 1, p.place
    from keys_of_text p2 join places p using (name)
    join core.flow f on f.indicator = p.indicator and f.origin = p.region_code and f.destination = p.destination and f.period = p.year::varchar
    where p.destination <> ''
)
select name, region, year, printed, printed_unit, release, file, cell from listed where turn = 1 order by name, place
"""
