"""The file explore.html: data, names, texts, styles and modules put into one page that needs nothing else. What it shows is
asked in `data`; what it does is in assets/*.js, which the page loads as modules by an import map."""

from __future__ import annotations

import base64
import json
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from jjj_pipeline.catalog.load import read_yaml
from jjj_pipeline.catalog.model import STATUS_CODES
from jjj_pipeline.report import chart_style
from jjj_pipeline.report.answers import answer
from jjj_pipeline.report.explorer import columns, data
from jjj_pipeline.report.labels import Labels

ASSETS = data.FOLDER / "assets"


def render(con: duckdb.DuckDBPyConnection, runtime: str, key: str = "") -> str:
    """The page over a published file. `runtime` is the script that draws charts, `key` is written into the head."""
    described = read_yaml(data.FOLDER / "texts.yml")
    names = data.names(con)
    labels = Labels(partial(answer, con), ())
    build = con.execute("select as_of, content from meta.build").fetchone()
    units = {row[3] for kind in ("indicator", "intensity") for row in names[kind]} | {"元/人"}
    units |= {
        str(unit) for (unit,) in con.execute("select distinct printed_unit from core.observation").fetchall() if unit
    }
    statuses = {
        f"status_{code}": [text["zh"], text["en"]] for code, text in labels.codes.items() if code in STATUS_CODES
    }
    given = {
        "texts": described["texts"] | statuses | {"units": {unit: labels.unit(unit, "en") for unit in sorted(units)}},
        "themes": described["themes"],
        "order": described["order"],
        "tiles": described["tiles"],
        "tables": list(data.TABLES),
        "breaks": data.breaks(con),
        "palette": {
            "own": chart_style.OWN, "others": chart_style.OTHERS, "shapes": chart_style.SHAPES, "dashes": chart_style.DASHES,
            "dark": described["palette"]["dark"], "darkOthers": described["palette"]["dark_others"],
        },
    }  # fmt: skip
    blobs = {f"data-{name}": columns.blob(table) for name, table in data.tables(con).items()}
    blobs |= {"data-names": columns.blob(names), "vega": columns.compressed(runtime)}
    environment = Environment(
        loader=FileSystemLoader(data.FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("explore.html.j2").render(
        texts=described["texts"], css=Markup((ASSETS / "explore.css").read_text(encoding="utf-8")), key=key,
        build=f"{build[0]} · {build[1][:12]}" if build else "", given=_script(given), blobs=blobs,
        importmap=_script({"imports": _modules(ASSETS)}),
    )  # fmt: skip


def _modules(folder: Path) -> dict[str, str]:
    """Every module by the name under which others import it."""
    return {
        f"explorer/{path.name}": "data:text/javascript;base64," + base64.b64encode(path.read_bytes()).decode()
        for path in sorted(folder.glob("*.js"))
    }


def _script(content: Any) -> Markup:
    """JSON that is safe in a script element."""
    return Markup(json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"))
