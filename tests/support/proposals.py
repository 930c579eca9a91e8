"""What a refusal proposes is tried: the options it names are given. Those it says to give must let the file be read; an example
(`as in --release 2026`) must at least answer what was asked, and another fault may then show."""

from __future__ import annotations

import re
from collections.abc import Callable

from jjj_pipeline.errors import BadInput
from jjj_pipeline.ingest.matching.column_matching import Hints
from jjj_pipeline.ingest.matching.to_observations import Understood

_PROPOSED = re.compile(r"(give|as in) ((?:--[a-z]+ [^\s;,]+ ?)+)")


def follow(message: str, hints: Hints, read: Callable[[Hints], Understood]) -> bool:
    """Whether a refusal proposes options. They must not be among those that were given, and with them the file is read."""
    found = _PROPOSED.search(message)
    if not found:
        return False
    words = found.group(2).split()
    given = {name.removeprefix("--"): value for name, value in zip(words[::2], words[1::2], strict=True)}
    answered = Hints(**{**vars(hints), **given})
    if found.group(1) == "as in":
        try:
            read(answered)
        except BadInput as error:
            assert str(error) != message, message
        return True
    assert {k: v for k, v in vars(hints).items() if v}.items() <= given.items() or not any(vars(hints).values()), (
        message
    )
    assert read(answered).rows, message
    return True
