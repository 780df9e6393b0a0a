"""What a user is told when something is wrong: one or two sentences, never a traceback."""


class OilplanError(Exception):
    """Misuse or bad input. Say where, what came, what is expected and what to do. Exit status 2."""

    exit_status = 2


class FailedError(OilplanError):
    """Part of a command failed by a fault of ours; the rest was done and stands. Exit status 70."""

    exit_status = 70


class FindingsError(OilplanError):
    """A check or a fit that ran to its end and found faults. Exit status 1."""

    exit_status = 1
