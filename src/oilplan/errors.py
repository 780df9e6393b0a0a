"""What a user reads when something is wrong: one or two sentences, never a traceback."""

import re

CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Characters that move a terminal's cursor or turn its text about; line breaks and tabs are none."""


def printable(text: str) -> str:
    """A text with its control characters written out, so that the name of a file cannot steer a terminal."""
    return CONTROL.sub(lambda found: ascii(found[0])[1:-1], text)


LONG_WORD, KEPT_OF_IT, LONGEST = re.compile(r"\S{400,}"), 100, 10_000
"""A word of a message longer than any path, what is shown of it, and the characters that a message has at most."""


def short(text: str) -> str:
    """A message without the bulk of what came: its longest words and its end are cut, and say so."""
    text = LONG_WORD.sub(lambda found: f"{found[0][:KEPT_OF_IT]}... ({len(found[0]):,} characters)", text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text):,} characters)"


class OilplanError(Exception):
    """Misuse or bad input. Say where, what came, what is expected and what to do. Exit status 2."""

    exit_status = 2

    def __str__(self) -> str:
        return short(printable(super().__str__()))


class FailedError(OilplanError):
    """Part of a command failed by a fault of ours; the rest was done and stands. Exit status 70."""

    exit_status = 70


class FindingsError(OilplanError):
    """A check or a fit that ran to its end and found faults. Exit status 1."""

    exit_status = 1
