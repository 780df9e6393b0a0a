"""Every order held throughout and every single change of orders, flown in 200 worlds for each role; prints JSON.

    python -m benchmarks.dominance [--roles portal,harris,spaatz,speer] [--changes 1,2,3,4,5,6,7,8]

For every role and aim: in what share of the worlds each order held from May 1944 to the end comes to the most points of all
answers tried (`of_all`), and of the orders held throughout alone (`of_held`); what the best answers are; and what holding
an order costs in points against the best answer to each world. Some twenty minutes on two cores.
"""

from __future__ import annotations

import argparse
import json
import sys
from itertools import permutations

import numpy as np

from oilplan.record import load_record
from oilplan.studies.outcomes import points
from oilplan.web.engine import MapWorld, laboratory
from oilplan.web.seminar_data import in_all, score
from oilplan.web.seminar_play import REPAIRS, ROLES, Play, orders_of

CHANGES = (1, 2, 3, 4, 5, 6, 7, 8)
"""Months after which an answer may change its orders once."""
POOL = {"portal": "PQTF", "harris": "PTLF", "spaatz": "PQTF", "speer": "FAEO"}
"""Orders between which an answer changes; those left out are close to one of these."""
MOST = 0.5


def answers(role: str, changes: tuple[int, ...], pool: str | None = None) -> tuple[list[Play], list[Play]]:
    """Plays that hold one order throughout, and plays that change it once."""
    desks = ROLES[role].desks
    known = {key: {o.letter for o in orders_of(key)} for key in desks}

    def move(letter: str) -> str:
        return "".join(letter if letter in known[key] else "F" for key in desks)

    every = dict.fromkeys(
        move(letter) for letter in ("".join(o.letter for o in REPAIRS) if role == "speer" else "FPEBQTLNRH")
    )
    held = [Play(1, (m,), role) for m in every]
    pairs = [(move(a), move(b)) for a, b in permutations(pool or POOL[role], 2)]
    return held, [Play(1, (a,) * k + (b,), role) for k in changes for a, b in pairs]


def measure(lab: MapWorld, role: str, changes: tuple[int, ...] = CHANGES, pool: str | None = None) -> dict[str, dict]:
    """By aim: how often each order held throughout is the best answer, and what it costs where it is not."""
    held, changed = answers(role, changes, pool)
    shares = [score(lab, play, in_all(lab, play), 0) for play in (*held, *changed)]
    return {aim or "both": _of_aim(held, changed, shares, aim) for aim in ROLES[role].aims}


def _of_aim(held: list[Play], changed: list[Play], shares: list[dict[str, np.ndarray]], aim: str) -> dict:
    got = np.array([points(s, aim) for s in shares])
    best, n = got.max(axis=0), len(held)
    of_all = (got[:n] >= best - 1e-9).mean(axis=1)
    of_held = (got[:n] >= got[:n].max(axis=0) - 1e-9).mean(axis=1)
    wins = (got >= best - 1e-9).mean(axis=1)
    names = ["-".join(p.moves) for p in (*held, *changed)]
    return {
        "answers": len(names),
        "worlds": got.shape[1],
        "held": {
            names[k]: {
                "of_all": round(float(of_all[k]), 3),
                "of_held": round(float(of_held[k]), 3),
                "points": round(float(got[k].mean()), 1),
                "behind_the_best": round(float((best - got[k]).mean()), 1),
            }
            for k in range(n)
        },
        "best_answers": {names[k]: round(float(wins[k]), 3) for k in np.argsort(-wins)[:5]},
        "most_of_all": round(float(of_all.max()), 3),
        "most_of_held": round(float(of_held.max()), 3),
        "none_dominates": bool(of_all.max() <= MOST),
    }


def main() -> None:
    """Measure the roles asked for and print what came."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--roles", default=",".join(ROLES))
    parser.add_argument("--changes", default=",".join(map(str, CHANGES)))
    asked = parser.parse_args()
    lab = laboratory(load_record())
    made = {}
    for role in asked.roles.split(","):
        made[role] = measure(lab, role, tuple(map(int, asked.changes.split(","))))
        print(f"{role} done", file=sys.stderr)
    print(json.dumps({"record": lab.record.hash[:12], "limit": MOST, "roles": made}, indent=1))


if __name__ == "__main__":
    main()
