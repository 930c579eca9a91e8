"""`python -m tests.oracle RAW CATALOG OUT`."""

import sys
from pathlib import Path

from tests.oracle import main

main(*(Path(p) for p in sys.argv[1:4]))
