"""Number formats of a workbook: what a stored number looks like to the person who opens it. `0.00%` shows 0.0673 as 6.73 %,
`0.00,` shows 12345 as 12.35 (thousands), `0.0"万"` shows 3 as 3.0万.

The digits are kept as stored (133219067.1 under `0` stays so): how many of them the format shows is the result of
`decimals_shown`. No file is opened here. Syntax: ECMA-376 part 1, 18.8.31."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_.|\*.|\[[^\]]*\]|(?P<digits>[#0?][#0?,.]*)|(?P<other>.)', re.S
)
_SUFFIX = re.compile(r"^(?:%|‰|(?:百万|万亿|[千万亿])?(?:美元|人年|人次|[元人件项个家户吨])?)$")

_SCALE = {"千": 3, "万": 4, "百万": 6, "亿": 8}


@dataclass(frozen=True)
class Shown:
    """What a format makes of a number: `shift` decimal places to the left, `decimals` behind the point (none where the
    format does not say), and the unit it writes behind the number."""

    shift: int = 0
    decimals: int | None = None
    suffix: str = ""

    @property
    def changes(self) -> bool:
        return bool(self.shift or self.suffix)


@lru_cache(maxsize=4096)
def shown(number_format: str) -> Shown:
    """What the section for positive numbers of a format does; nothing where it is no format of plain digits."""
    digits, after, percents, escaped_point, joined = "", "", 0, False, False
    for token in _TOKEN.finditer(_first_section(number_format)):
        text = token["quoted"] if token["quoted"] is not None else token["escaped"]
        if token["digits"]:
            if escaped_point:  # `0\.0,` is written in Chinese offices for tens of thousands
                digits, joined = f"{digits}.{token['digits']}", True
            elif digits:
                return Shown()
            else:
                digits = token["digits"]
            after, escaped_point = "", False
        elif text is not None:
            escaped_point = text == "." and bool(digits)
            after += "" if escaped_point or not digits else text
        elif token["other"] == "%":
            percents += 1
        elif token["other"] and not token["other"].isspace() and token["other"] not in "()+-￥$¥":
            return Shown()  # a date, an exponent, a fraction, a text
    return _shown(digits, after.strip(), percents, joined)


def _shown(digits: str, after: str, percents: int, joined: bool) -> Shown:
    if not digits:
        return Shown()
    plain = digits.rstrip(",")
    shift = 3 * (len(digits) - len(plain)) - 2 * percents
    whole, _, behind = plain.partition(".")
    if "." in behind or "," in behind:
        return Shown()
    if joined:
        shift += len(behind)
    if shift and _SCALE.get(after) == shift:
        return Shown()  # `0.0,,"百万"` writes beside the number what it takes from it
    suffix = "%" * percents or (after if _SUFFIX.match(after) else "")
    fixed = not set(behind) & {"#", "?"} and "0" in whole
    return Shown(shift, len(behind) if fixed else None, suffix)


def _first_section(number_format: str) -> str:
    """The section of a format for positive numbers: up to the first `;` outside quotes."""
    quoted = False
    for at, sign in enumerate(number_format):
        quoted ^= sign == '"'
        if sign == ";" and not quoted and number_format[at - 1 : at] != "\\":
            return number_format[:at]
    return number_format


def as_seen(literal: str, number_format: str) -> str:
    """The literal of a stored number as its format shows it: `0.0673` under `0.00%` is `6.73%`. All stored digits are
    kept."""
    what = shown(number_format)
    if not what.changes:
        return literal
    return f"{moved(literal, what.shift)}{what.suffix}"


def moved(literal: str, places: int) -> str:
    """A number in plain digits with its decimal point moved to the left, exactly: no digit is won or lost."""
    if not places:
        return literal
    number = Decimal(literal).scaleb(-places)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def decimals_shown(number_format: str) -> int | None:
    """Decimals a number format shows (`0.00` and `0.00%` -> 2); None where it does not say (General, dates, exponents)."""
    return shown(number_format).decimals if number_format else None
