"""Names of mutants drawn at random from those mutmut has made, the same number from each package, one a line:
`python -m scripts.sample_mutants 300 [seed]`."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path


def main(count: int, seed: int) -> None:
    packages: dict[str, list[str]] = {}
    for path in sorted(Path("mutants").rglob("*.meta")):
        made = json.loads(path.read_text(encoding="utf-8")).get("exit_code_by_key", {})
        for name in made:
            packages.setdefault(name.split(".")[1], []).append(name)
    random.seed(seed)
    left = count
    for number, names in enumerate(sorted(packages.values(), key=len)):  # what a small package lacks, larger ones give
        share = min(len(names), left // (len(packages) - number))
        left -= share
        print("\n".join(random.sample(sorted(names), share)))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 16)
