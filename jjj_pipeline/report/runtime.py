"""The script that draws the charts: Vega as vl-convert brings it, without any address."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

ADDRESSES = ("https://vega.github.io", "https://github.com")


def script(kept: Path) -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, kept in the folder `kept`: putting it together takes two seconds."""
    at = kept / f"vega-{version('vl-convert-python')}.js"
    if not at.exists():
        kept.mkdir(parents=True, exist_ok=True)
        part = at.with_suffix(".part")
        part.write_text(_bundle(), encoding="utf-8")
        part.replace(at)
    return at.read_text(encoding="utf-8")


def _bundle() -> str:
    """The script. The addresses in it (of its editor, of schemas) are taken out: the page names nothing outside itself."""
    import vl_convert

    made = vl_convert.javascript_bundle(None)  # type: ignore[arg-type]  # its stub asks for what it does without
    for address in ADDRESSES:
        made = made.replace(address, "")
    return made.replace("</script", "<\\/script")
