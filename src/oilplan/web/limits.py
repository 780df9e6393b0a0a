"""What one visitor may ask of the server; each limit has a sentence that says what to do instead."""

MOST_UPLOAD_BYTES = 2_000_000
"""A scanned chapter as text or a few pages of PDF. A whole book is for `oilplan read`."""
MOST_CHARACTERS = 100_000
"""Characters read on a page at once: some forty printed pages, read in seconds."""
MOST_FILES = 6
READING_S = 20.0
"""Seconds for one reading; forty pages take under one."""
MOST_READINGS, MOST_READINGS_WAITING = 1, 40
"""Readings at once, apart from the other work of the server, and those that may wait for their turn."""
MOST_QUERY_CHARACTERS = 2_000
DRAWS = 200
"""Draws of a settled view."""
PREVIEW_DRAWS = 50
"""Draws while a slider moves, so that twenty visitors on two cores see it move."""
MOST_VIEWS_KEPT = 96
"""Answers kept for whoever asks the same; about 100 KB each, so some 10 MB in all. No visitor has a session."""
MOST_WAITING = 60
"""Counterfactuals that may wait for their turn at once."""
WAIT_S = 60.0


def too_large(came_bytes: int | None) -> str:
    """The sentence for an upload over `MOST_UPLOAD_BYTES`."""
    came = "It is larger" if came_bytes is None else f"This one has {came_bytes / 1e6:,.1f} MB"
    return (
        f"At most {MOST_UPLOAD_BYTES / 1e6:.0f} MB may be sent here. {came}: "
        "split it, or read it with `oilplan read FILE` on your own machine."
    )


def too_long(characters: int) -> str:
    """The sentence for a text over `MOST_CHARACTERS`."""
    return (
        f"At most {MOST_CHARACTERS:,} characters are read here at once; this text has {characters:,}. "
        "Split it, or use `oilplan read FILE`."
    )


def too_many_draws(came: str) -> str:
    """The sentence for a number of draws that is not served."""
    return (
        f"draws={came} is not served here; expected {PREVIEW_DRAWS} or {DRAWS}. "
        "`oilplan compare --draws N` takes more on your own machine."
    )


def too_many_readings() -> str:
    """The sentence for a reading that found no turn."""
    return f"{MOST_READINGS_WAITING} readings are waiting already. Try again in a few seconds, or use `oilplan read`."


def too_busy() -> str:
    """The sentence for a counterfactual that found no turn."""
    return f"{MOST_WAITING} counterfactuals are waiting already. Try again in a few seconds."
