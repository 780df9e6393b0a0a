"""The figures of `docs/trust.md`, written from what the long form counted. Nothing is typed in by hand."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"
PAGE, COUNTS = DOCS / "trust.md", DOCS / "trust_measured.json"
PART = re.compile(r"(<!-- figures: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
NOT_MEASURED = "Not measured yet.\n"
FAULTS_SHOWN = 10
MILLION = 1_000_000


def main(asked: argparse.Namespace) -> int:
    """Gather the counts of a folder into `COUNTS` and fill them into `PAGE`. Parts that were not run stay as they were."""
    stated = json.loads(COUNTS.read_text(encoding="utf-8")) if COUNTS.exists() else {}
    if found := sorted((asked.out / "inputs").glob("*.json")):
        stated["inputs"] = {one["kind"]: one for one in (json.loads(p.read_text(encoding="utf-8")) for p in found)}
    for part in ("kills", "cluster", "server", "pythons"):
        if (path := asked.out / f"{part}.json").exists():
            stated[part] = json.loads(path.read_text(encoding="utf-8"))
    COUNTS.write_text(json.dumps(stated, indent=1) + "\n", encoding="utf-8")
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"{COUNTS}\n{PAGE}")
    return 0


def filled(page: str) -> str:
    """The page with every part between its marks made anew from `COUNTS`."""
    stated = json.loads(COUNTS.read_text(encoding="utf-8")) if COUNTS.exists() else {}

    def part(found: re.Match[str]) -> str:
        name = found[2]
        return found[1] + (SECTIONS[name](stated[name]) if stated.get(name) else NOT_MEASURED) + found[3]

    return PART.sub(part, page)


def _table(header: tuple[str, ...], rows: list[tuple]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def _faults(faults: list[str]) -> str:
    shown = [re.sub(r"[`|\n]", " ", fault)[:200] for fault in faults[:FAULTS_SHOWN]]
    more = [f"and {len(faults) - len(shown)} more"] if len(faults) > len(shown) else []
    return "".join(f"- `{fault}`\n" for fault in [*shown, *more])


def _inputs(stated: dict[str, Any]) -> str:
    rows = [
        (
            *(kind, f"{one['done']:,}", f"{one['refused']:,}", f"{one['taken']:,}", len(one["faults"])),
            *(f"{one['bytes'] / max(one['done'], 1):,.0f}", f"{one['slowest_s']:.1f}", f"{one['rss_mb']:.0f}"),
        )
        for kind, one in sorted(stated.items())
    ]
    done, faults = (sum(f(one) for one in stated.values()) for f in (lambda o: o["done"], lambda o: len(o["faults"])))
    codes = {code for one in stated.values() for code in one["code"]}
    said = (
        f"{done:,} inputs of {len(stated)} kinds, seed {next(iter(stated.values()))['seed']}, by {len(codes)} state(s) of the code"
        f" (`make hostile` goes on to {MILLION:,}): {faults} fault(s).\n\n"
    )
    header = ("kind", "inputs", "refused", "taken", "faults", "bytes each", "slowest, s", "memory, MB")
    listed = _faults(
        [f"{kind} {f['number']}: {f['fault']}" for kind, one in sorted(stated.items()) for f in one["faults"]]
    )
    return said + _table(header, rows) + ("\n" + listed if listed else "")


def _kills(stated: dict[str, Any]) -> str:
    rows = [(kind, one["kills"], len(one["faults"]), one["seconds"]) for kind, one in stated.items()]
    total = sum(one["kills"] for one in stated.values())
    listed = _faults([fault for one in stated.values() for fault in one["faults"]])
    return (
        f"{total} kills met a running command.\n\n" + _table(("command", "kills", "faults", "seconds"), rows) + listed
    )


def _cluster(stated: dict[str, Any]) -> str:
    struck = ", ".join(f"the {what} {n} times" for what, n in stated["kills"].items())
    same = "the bytes of each were those of the undisturbed sweep" if not stated["faults"] else "faults:"
    return f"{stated['sweeps']} sweeps; killed: {struck}; {same}. {stated['seconds']:,} s.\n" + _faults(
        stated["faults"]
    )


def _server(stated: dict[str, Any]) -> str:
    many, broken, users, out = (stated[k] for k in ("requests", "broken", "users", "way_out"))
    memory = many["memory_mb"]
    statuses = ", ".join(f"{n:,} x {status}" for status, n in sorted(many["statuses"].items()))
    wait = users["answer_s"] or {"median": 0, "p95": 0}
    lines = [
        f"{many['requests']:,} requests one after another in {many['seconds']:,} s: {statuses}; memory {memory[0]:,.0f} MB "
        f"at the start, {max(memory):,.0f} at most, {memory[-1]:,.0f} at the end ({many['grown_after_settling_mb']:+.0f} MB "
        "over the last three fifths).",
        f"{broken['clients']} broken clients: `/healthz` answered in {broken['median_s']:.2f} s (median), "
        f"{broken['slowest_healthz_s']:.2f} s at most.",
        f"{users['users']} users for {users['took_s'] / 60:.1f} minutes: {users['requests']:,} requests, {users['errors']} "
        f"errors; answers in {wait['median']:.2f} s (median), {wait['p95']:.2f} s (19 of 20). {users['machine']}.",
        f"Ctrl-C with half a request open: ended in {out['seconds']:.1f} s (load {out['load']}).",
    ]
    return "".join(f"- {line}\n" for line in lines) + _faults([f for part in stated.values() for f in part["faults"]])


def _pythons(stated: list[dict[str, Any]]) -> str:
    files = list(stated[0]["sha256"])
    rows = [
        (one["python"], one["jax"], one["numpy"], *(f"`{one['sha256'][file][:12]}`" for file in files))
        for one in stated
    ]
    same = [file for file in files if len({one["sha256"][file] for one in stated}) == 1]
    other = [file for file in files if file not in same]
    said = f"Equal to the byte: {', '.join(f'`{file}`' for file in same) or 'none'}."
    said += f" Not equal: {', '.join(f'`{file}`' for file in other)}." if other else ""
    return f"{said}\n\n" + _table(("Python", "JAX", "NumPy", *files), rows)


SECTIONS: dict[str, Callable[[Any], str]] = {
    "inputs": _inputs,
    "kills": _kills,
    "cluster": _cluster,
    "server": _server,
    "pythons": _pythons,
}
"""Parts of the page by the name in their marks."""
