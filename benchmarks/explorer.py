"""How fast the explorer answers in Chromium: first paint, and changes through measures, quantities, kinds and places.
`python -m benchmarks.explorer [explore.html]`; ends with 1 where a limit is exceeded."""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

import psutil

from tests.support.browser import chromium

PAGE = Path("warehouse/report/explore.html")
PAINT, CHANGE, SIZE = 1000, 150, 4_000_000  # milliseconds, milliseconds, bytes
THREE, ALL = "110000,120000,130000", "110000,120000,130000,JJJ,YRD,GBA,CN"
VIEWS = [
    f"m={m}&p={p}&v={v}&c={c}"
    for m in ("rd_expenditure", "gdp", "invention_grants")
    for v in ("value", "share", "index", "per_head", "growth")
    for c in ("line", "bar", "tiles", "ranks")
    for p in (THREE, ALL)
]
TURN = """async (view) => {
  const started = performance.now();
  history.replaceState(null, "", "#" + view);
  dispatchEvent(new HashChangeEvent("hashchange"));
  const root = document.documentElement;
  while (!root.dataset.drawn.endsWith(location.hash)) await new Promise((go) => setTimeout(go, 1));
  return performance.now() - started;
}"""


def _processor() -> float:
    """Seconds of processor time that the renderers of the page have taken."""
    children = psutil.Process().children(recursive=True)
    times = [p.cpu_times() for p in children if "--type=renderer" in p.cmdline()]
    return sum(t.user + t.system for t in times)


def main() -> int:
    path = Path(sys.argv[1] if len(sys.argv) > 1 else PAGE).resolve()
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(path.as_uri())
        page.wait_for_function("document.documentElement.dataset.drawn")
        paint = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
        before = _processor()
        turns = sorted((page.evaluate(TURN, view), view) for view in VIEWS)
        processor = 1000 * (_processor() - before) / len(VIEWS)
    times = [t for t, _ in turns]
    size = path.stat().st_size
    p95 = times[round(0.95 * (len(times) - 1))]
    print(f"size          {size / 1e6:.2f} MB (limit {SIZE / 1e6:.0f})")
    print(f"first paint   {paint:.0f} ms (limit {PAINT})")
    print(
        f"a change      median {statistics.median(times):.0f} ms, 95 % {p95:.0f} ms (limit {CHANGE}), {len(times)} changes"
    )
    print(f"              {processor:.0f} ms of processor time on average, the process of the page")
    print(f"slowest       {times[-1]:.0f} ms: {turns[-1][1]}")
    return int(size > SIZE or paint > PAINT or p95 > CHANGE)


if __name__ == "__main__":
    sys.exit(main())
