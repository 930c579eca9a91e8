"""The script that draws the charts: Vega as vl-convert brings it, without any address."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from jjj_pipeline.storage.atomic import write_text

ADDRESSES = ("https://vega.github.io", "https://github.com")


def script(folder: Path) -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, stored in `folder`: putting it together takes two seconds."""
    at = folder / f"vega-{version('vl-convert-python')}.js"
    if not at.exists():
        write_text(at, _bundle())
    return at.read_text(encoding="utf-8")


def _bundle() -> str:
    """The script. The addresses in it (of its editor, of schemas) are taken out: the page names nothing outside itself."""
    import vl_convert

    made = vl_convert.javascript_bundle(None)  # type: ignore[arg-type]  # its stub requires what it does not need
    for address in ADDRESSES:
        made = made.replace(address, "")
    return made.replace("</script", "<\\/script")
