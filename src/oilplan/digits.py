"""Numbers as text: with the digits that mean something, and beside an interval those that the interval bears."""

from __future__ import annotations

import math
import re

STEPS = 20
"""An interval is given in about as many steps as this: finer digits mean nothing beside it."""


def step_of(low: float, high: float) -> float:
    """The power of ten to which an interval bears its figures; zero for one without width."""
    return 10.0 ** math.floor(math.log10((high - low) / STEPS)) if high > low else 0.0


def number(value: float | None) -> str:
    """A figure with as many digits as mean something."""
    if value is None:
        return "unknown"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if abs(value) >= 100 or float(value).is_integer() else f"{value:.3g}"


def spread(value: float, low: float | None, high: float | None) -> tuple[str, str]:
    """A value and its interval as text, rounded to what the interval bears; no interval where all three read alike."""
    if low is None or high is None or not high > low:
        return number(value), ""
    step = step_of(low, high)
    if step < 1 and all(float(x).is_integer() for x in (value, low, high)):
        step = 1.0
    places = max(0, -round(math.log10(step)))
    middle, least, most = (f"{round(x / step) * step + 0.0:,.{places}f}" for x in (value, low, high))
    return middle, "" if middle == least == most else f"{least} to {most}"


WITH_INTERVAL = re.compile(r"([+-]?)(\d[\d,]*(?:\.\d+)?) \(([+-]?\d[\d,]*(?:\.\d+)?) to ([+-]?\d[\d,]*(?:\.\d+)?)\)")
"""A value with its interval in a sentence: ``+58,001 (+31,609 to +91,011)``."""


def rounded(sentence: str) -> str:
    """A sentence whose values with an interval have only the digits that the interval bears."""
    return WITH_INTERVAL.sub(_borne, sentence)


def _borne(found: re.Match[str]) -> str:
    value, low, high = (float(found[k].replace(",", "")) for k in (2, 3, 4))
    value = -value if found[1] == "-" else value
    middle, interval = spread(value, low, high)
    if decimals(middle) > max(decimals(found[k]) for k in (2, 3, 4)):
        return found[0]
    if "+" in found[0]:
        ends = [_signed(t) for t in interval.split(" to ")] if interval else []
        middle, interval = _signed(middle), " to ".join(ends)
    return f"{middle} ({interval})" if interval else middle


def decimals(number: str) -> int:
    """Digits behind the point of a number as text."""
    return len(number.partition(".")[2])


def _signed(number: str) -> str:
    return number if number.startswith("-") or not number.strip("0.,") else f"+{number}"
