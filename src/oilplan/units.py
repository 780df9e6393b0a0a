"""The only place that converts units. Inside the package every weight is in metric tons.

Definitions: the avoirdupois pound is 0.45359237 kg exactly [Weights and Measures, international yard and pound
agreement, 1959]; a short ton is 2,000 lb, a long ton 2,240 lb.
"""

KG_PER_LB = 0.45359237
T_PER_SHORT_TON = 2000 * KG_PER_LB / 1000
T_PER_LONG_TON = 2240 * KG_PER_LB / 1000
DAYS_PER_YEAR = 365.25
MONTHS_PER_YEAR = 12
DAYS_PER_MONTH = DAYS_PER_YEAR / MONTHS_PER_YEAR
"""Of a rate a month where no month is meant; a month of the calendar has its own days, see `oilplan.clock`."""

_T_PER_UNIT = {
    "t": 1.0,
    "metric ton": 1.0,
    "metric tons": 1.0,
    "short ton": T_PER_SHORT_TON,
    "short tons": T_PER_SHORT_TON,
    "long ton": T_PER_LONG_TON,
    "long tons": T_PER_LONG_TON,
    "lb": KG_PER_LB / 1000,
}


def tons(value: float, unit: str) -> float:
    """Metric tons in ``value`` of ``unit`` (metric, short or long tons, lb).

    Raises ValueError, naming the known units, for a unit that is not in the table: a bare "tons" is refused.
    """
    if unit not in _T_PER_UNIT:
        raise ValueError(f"unit {unit!r} is not known; expected one of {', '.join(_T_PER_UNIT)}")
    return value * _T_PER_UNIT[unit]


def t_from_short(short_tons):
    """Metric tons in short tons (number or array)."""
    return short_tons * T_PER_SHORT_TON


def t_from_long(long_tons):
    """Metric tons in long tons (number or array)."""
    return long_tons * T_PER_LONG_TON


def short_from_t(value_t):
    """Short tons in metric tons (number or array)."""
    return value_t / T_PER_SHORT_TON
