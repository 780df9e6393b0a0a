"""The door: `oilplan VERB ...` looks the verb up in ``COMMANDS`` and imports that one module only.

To add a command, write a function in a file of ``oilplan/cli`` and add one line to ``COMMANDS``. The attribute named there is

* a plain function whose parameters carry typer annotations
  (``Annotated[int, typer.Option(...)]``) and whose docstring is its help, or
* ``app``, a ``typer.Typer(rich_markup_mode=None, add_completion=False)`` with commands of its own.

Import heavy modules (jax, numpy, pydantic, rich...) inside the functions. Raise `OilplanError` for
misuse (exit 2) and `FindingsError` for faults found (exit 1); return normally for 0. Results go to stdout,
everything else to stderr.
"""

import codecs
import contextlib
import errno
import gc
import importlib
import os
import sys
from typing import NamedTuple

from oilplan import __version__
from oilplan.errors import OilplanError

INTERNAL_ERROR = 70
"""Exit status of a fault of ours, EX_SOFTWARE of sysexits.h."""
INTERRUPTED = 130
BROKEN_PIPE = 1
OF_THE_MACHINE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}
OF_THE_MACHINE |= {errno.EIO, errno.EFBIG, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
"""Errors that no command can do anything about; each ends in one sentence."""
DEBUG_VARIABLE = "OILPLAN_DEBUG"
SELDOM = 100_000
"""New objects between two searches for garbage. Imports make a million objects that stay; searching them as often as
Python does by default, and once more at the end, takes a fifth of a short command."""


class Command(NamedTuple):
    """Where a verb lives and the line that ``oilplan --help`` prints for it."""

    module: str
    attribute: str
    help: str


COMMANDS: dict[str, Command] = {
    "run": Command("oilplan.cli.fly", "run", "replay the campaign and set it beside the record"),
    "compare": Command("oilplan.cli.fly", "compare", "fly rival directives in the same weather with the same luck"),
    "sweep": Command("oilplan.cli.fly", "sweep", "fly a grid of directives and rival laws on many workers"),
    "optimize": Command("oilplan.cli.fly", "optimize", "find the best that one force could have done, with a bound"),
    "answer": Command("oilplan.cli.claims", "answer", "was oil a panacea, and who was right"),
    "verdicts": Command("oilplan.cli.claims", "verdicts", "put the claims of the argument to the test"),
    "calibrate": Command("oilplan.cli.fit", "calibrate", "fit the unknowns to the record and diagnose the fit"),
    "validate": Command("oilplan.cli.fit", "validate", "prove that the model predicts what it has not seen"),
    "attribute": Command("oilplan.cli.fly", "attribute", "share the loss of fuel among raids, rail, ground and luck"),
    "sensitivity": Command("oilplan.cli.fit", "sensitivity", "find which unknown and which figure matters most"),
    "record": Command("oilplan.cli.record", "app", "read, check and extend the record and its sources"),
    "read": Command("oilplan.cli.texts", "read", "read scanned pages: repairs, facts, proposed rows"),
    "find": Command("oilplan.cli.texts", "find", "find the passages of a corpus that bear on a claim or a row"),
    "edition": Command("oilplan.cli.web", "edition", "write the pages as a folder that opens without a server"),
    "new": Command("oilplan.cli.system", "new", "write a target system of your own that runs"),
    "serve": Command("oilplan.cli.web", "serve", "open the map room and the other pages in a browser"),
}


def main() -> None:
    """Entry point of ``oilplan``: run the command line and exit with its status."""
    gc.set_threshold(SELDOM)
    _open_streams()
    status = run(sys.argv[1:])
    gc.freeze()
    sys.exit(status)


def run(argv: list[str]) -> int:
    """Run one command line and return its exit status.

    0 fine, 1 faults found, 2 misuse or a machine that cannot (a full disk), 70 a fault of ours, 130 stopped from the keyboard.

    argv: the words after ``oilplan``
    """
    try:
        status = _dispatch(argv)
        sys.stdout.flush()
        return status
    except OilplanError as error:
        _say(f"oilplan: {error}")
        return error.exit_status
    except KeyboardInterrupt:
        _say("oilplan: stopped.")
        return INTERRUPTED
    except BrokenPipeError:
        _close_output()
        return BROKEN_PIPE
    except Exception as error:
        if what := _of_the_machine(error):
            _close_output()
            _say(f"oilplan: {what}")
            return OilplanError.exit_status
        if os.environ.get(DEBUG_VARIABLE) == "1":
            raise
        if (own := _own_record(argv)) and isinstance(error, LookupError | TypeError | ArithmeticError | ValueError):
            _say(_of_own_record(own, error))
            return OilplanError.exit_status
        _say(_apology(error))
        return INTERNAL_ERROR


def _own_record(argv: list[str]) -> str:
    """The record folder of the user's own that a command was given, or the environment names; empty for none."""
    given = (
        word.partition("=")[2] or following
        for word, following in zip(argv, [*argv[1:], ""], strict=True)
        if word.startswith("--record")
    )
    return next(given, "") or os.environ.get("OILPLAN_RECORD", "")


def _of_own_record(folder: str, error: Exception) -> str:
    """What is said where rows that the model rests on were changed into what it cannot compute with."""
    what = f"{type(error).__name__}: {error}"[:200]
    return (
        f"oilplan: with the rows of {folder} in the place of the record's own this cannot be computed ({what}). Most likely a"
        f" row that the model needs has no figure there or speaks of another time or force: see `oilplan record check --record {folder}`,"
        f" and {DEBUG_VARIABLE}=1 for the place in the code."
    )


def _open_streams() -> None:
    """Let every character be printed: what a stream cannot show is spelled out, as JSON does it."""
    codecs.register_error("spelled_out", _spelled_out)
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 (for as long as we run)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="spelled_out")


def _spelled_out(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    pairs = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    units = (pairs[k : k + 2] for k in range(0, len(pairs), 2))
    return "".join(f"\\u{unit.hex()}" for unit in units), error.end


def _say(sentence: str) -> None:
    """Print to stderr, if it can be."""
    with contextlib.suppress(OSError, ValueError):
        print(sentence, file=sys.stderr, flush=True)


def _close_output() -> None:
    """Nothing more can be printed; let Python not try again as it ends."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _of_the_machine(error: Exception) -> str:
    """A sentence on a fault of the machine: a full disk, a closed folder, no memory; empty for any other."""
    if isinstance(error, OSError) and error.errno in OF_THE_MACHINE:
        return f"{error.filename or 'the output'} cannot be used: {error.strerror}."
    return "there is not enough memory; ask for less at once." if isinstance(error, MemoryError) else ""


def _dispatch(argv: list[str]) -> int:
    if not argv or argv[0] in ("--help", "-h", "help"):
        print(help_text())
        return 0
    if argv[0] in ("--version", "-V"):
        print(f"oilplan {__version__}")
        return 0
    if argv[0] not in COMMANDS:
        raise OilplanError(_unknown(argv[0]))
    return _run_command(argv[0], argv[1:])


def _run_command(verb: str, argv: list[str]) -> int:
    import typer

    target = getattr(importlib.import_module(COMMANDS[verb].module), COMMANDS[verb].attribute)
    if isinstance(target, typer.Typer):
        app = target
    else:
        app = typer.Typer(rich_markup_mode=None, add_completion=False)
        app.command()(target)
    try:
        typer.main.get_command(app).main(args=argv, prog_name=f"oilplan {verb}")
    except SystemExit as stop:
        if stop.code == INTERRUPTED:  # typer's answer to Ctrl-C, which says nothing
            raise KeyboardInterrupt from None
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return 0


def help_text() -> str:
    """The page that ``oilplan --help`` prints: every verb with its line."""
    width = max(map(len, COMMANDS))
    verbs = "\n".join(f"  {verb:<{width}}  {command.help}" for verb, command in COMMANDS.items())
    return (
        "Usage: oilplan VERB [ARGUMENTS]\n\n"
        "A laboratory for one argument: the oil plan of 1944-45,\nfrom a sourced record to a verdict.\n\n"
        f"Verbs (`oilplan VERB --help` explains one):\n{verbs}\n\n"
        "Options:\n  --version  print the version\n  --help     print this page\n\n"
        "Results go to stdout, messages to stderr.\n"
        "Exit status: 0 fine, 1 faults found, 2 misuse, 70 a fault of ours."
    )


def _unknown(verb: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(verb, COMMANDS, n=1)
    hint = f"did you mean '{near[0]}'? " if near else ""
    return f"no verb '{verb}'; {hint}The verbs are: {', '.join(COMMANDS)} (`oilplan --help`)."


def _apology(error: Exception) -> str:
    """One sentence for a fault that is ours, with what the maintainers need."""
    text = str(error).strip().splitlines()
    what = f"{type(error).__name__}: {text[0]}" if text else type(error).__name__
    return (
        f"oilplan: internal fault ({what}); please report this line with your command "
        f"({DEBUG_VARIABLE}=1 shows the traceback)."
    )


if __name__ == "__main__":
    main()
