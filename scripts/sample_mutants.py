"""Names of mutants drawn at random from those mutmut has made: 30 from each package, the rest in proportion to how many each
has, one a line: `python -m scripts.sample_mutants 300 [seed]`. How many there are goes to standard error."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path

AT_LEAST = 30


def main(count: int, seed: int) -> None:
    packages: dict[str, list[str]] = {}
    for path in sorted(Path("mutants").rglob("*.meta")):
        made = json.loads(path.read_text(encoding="utf-8")).get("exit_code_by_key", {})
        for name in made:
            packages.setdefault(name.split(".")[1], []).append(name)
    random.seed(seed)
    left, among = count - AT_LEAST * len(packages), sum(len(names) for names in packages.values())
    for package, names in sorted(packages.items(), key=lambda p: len(p[1])):
        # what a small one lacks goes to larger ones
        more = round(left * len(names) / among)
        left, among = left - more, among - len(names)
        drawn = random.sample(sorted(names), min(len(names), AT_LEAST + more))
        left += AT_LEAST + more - len(drawn)
        print(f"{package}: {len(drawn)} of {len(names)}", file=sys.stderr)
        print("\n".join(drawn))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 16)
