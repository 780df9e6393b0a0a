"""How far each row of the raid tables is believed: the one place that turns quality flags into uncertainty."""

from __future__ import annotations

from typing import NamedTuple

AIM_LOG_SD = 0.6
"""Luck of aim from raid to raid. The Eighth's monthly shares inside plant fences run from 12 to 27 percent of tons,
single raids from nothing to half [record: target_systems, us_hits_in_plant_fences; accuracy]; an assumption."""
DUPLICATE_REAL = 0.8
"""Chance that a row flagged duplicate_suspect, already freed of copies, is all real; else it counts half."""
RECALLED_REAL = 0.8
"""Chance that a raid known only from the recalled calendar struck the plant in strength."""
RAW_DATE_SD_D, SNAPPED_DATE_SD_D = 1.5, 0.7
"""Days: the digitisation filled unreadable days with consecutive ones [raids_notes: invented days]."""


class Doubt(NamedTuple):
    """factor: mean multiplier of the tons; log_sd: of the raid's effect; day_sd: days."""

    factor: float
    log_sd: float
    day_sd: float


def doubt_of(quality: str, date_basis: str) -> Doubt:
    """Doubt about a row of `raids` from its flags.

    quality: flags joined by `;` (ok, date_suspect, duplicate_suspect, force_suspect, plant_suspect)
    date_basis: how the date was fixed

    A flagged raid is drawn, not believed: its tons are multiplied by a lognormal whose mean and spread are given
    here. The numbers are judgements about the digitisation; the fit may move each raid within them.
    """
    flags = set(quality.split(";"))
    factor, tons_sd = 1.0, 0.1
    if "duplicate_suspect" in flags:
        factor, tons_sd = DUPLICATE_REAL + (1 - DUPLICATE_REAL) / 2, 0.4
    if "plant_suspect" in flags:
        factor, tons_sd = factor * 0.8, max(tons_sd, 0.5)
    day_sd = 0.0
    if "date_suspect" in flags:
        day_sd = SNAPPED_DATE_SD_D if "agrees_calendar" in date_basis else RAW_DATE_SD_D
    return Doubt(factor, (tons_sd**2 + AIM_LOG_SD**2) ** 0.5, day_sd)


RECALLED = Doubt(RECALLED_REAL, (0.8**2 + AIM_LOG_SD**2) ** 0.5, 0.0)
"""A raid of the recalled calendar that is not in the tabulation: tons unknown, drawn around its force's median."""
ATTESTED = Doubt(1.0, RECALLED.log_sd, 0.0)
"""A lost raid that a work which was read mentions: it happened, its tons are unknown."""
ATTESTED_TONS = Doubt(1.0, (0.4**2 + AIM_LOG_SD**2) ** 0.5, 0.0)
"""The same where the bombers sent that day are counted: only their split among the lost raids is unknown."""
