"""How common a word is in English: the one door to ``wordfreq`` (data to 2021, which serves books of any date)."""

from __future__ import annotations

from functools import cache

KNOWN_ZIPF = 1.5
"""Words above this turn up a few times in a hundred million; plant names and scanning errors lie below it."""


@cache
def zipf(word: str) -> float:
    """Zipf frequency of ``word`` in English: 0 (unseen) to about 8 (the)."""
    from wordfreq import zipf_frequency

    return zipf_frequency(word, "en")
