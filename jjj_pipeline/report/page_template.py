"""A page laid out: a template of templates/ with what every page has. What is on it is for `page` and `reference`."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from jjj_pipeline.report.labels import Labels
from jjj_pipeline.report.model import FOLDER


def render_template(template: str, words: Labels, **given: Any) -> str:
    """A page: the template with what every page has."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    css, js = (Markup((FOLDER / "assets" / name).read_text(encoding="utf-8")) for name in ("report.css", "report.js"))
    common = {"words": words, "page": SimpleNamespace(**words.page), "Markup": Markup, "css": css, "js": js}
    return environment.get_template(template).render(**common, **given)
