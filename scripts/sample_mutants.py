"""Names of mutants drawn at random from those mutmut has made, one a line: `python -m scripts.sample_mutants 300 [seed]`."""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path


def main(count: int, seed: int) -> None:
    names = sorted(
        name
        for path in Path("mutants").rglob("*.meta")
        for name in json.loads(path.read_text(encoding="utf-8")).get("exit_code_by_key", {})
    )
    random.seed(seed)
    print("\n".join(random.sample(names, min(count, len(names)))))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 16)
