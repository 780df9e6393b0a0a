"""Arms of a comparison: a directive, an intelligence and a repair priority, as a user names them."""

from __future__ import annotations

import difflib
import inspect
import re
from pathlib import Path
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np

from ..directives.plan import BUILT_IN, Phase, Plan
from ..directives.policy import PRIORITIES, OwnOrders, priority
from ..directives.tables import policy_of, takes_over
from ..directives.toml_file import plan_of_text, read_plan
from ..errors import OilplanError
from ..flight.campaign import Choice
from ..flight.worlds import AIM_SD
from ..intelligence import perfect, photographic
from ..model.target import TargetSystem
from ..observation import camera
from ..record import Record

INTELLIGENCE = ("photographs", "perfect")
REPAIRERS = "repairers="


class Arm(NamedTuple):
    """name: as the user wrote it; plan: the directive; intelligence: of `INTELLIGENCE`; repairers: of `PRIORITIES`
    orders: the function that gives the orders, where the directive is one in Python; the plan then says what it may take
    """

    name: str
    plan: Plan
    intelligence: str = "photographs"
    repairers: str = "as_ordered"
    orders: OwnOrders | None = None


ArmLike = str | Path | Plan | OwnOrders | Arm
"""Ways to name an arm: text as `arm` reads it, a TOML file or its text, a Plan, a function of (Belief, Forces, key)."""


def arm_of(asked: ArmLike) -> Arm:
    """An arm from whatever names one. Raises OilplanError as `arm`, and for what is none of `ArmLike`."""
    if isinstance(asked, Arm):
        return asked
    if isinstance(asked, Plan):
        return Arm(asked.name, asked)
    if isinstance(asked, str) and "\n" in asked:
        plan = plan_of_text(asked, "the directive given as text")
        return Arm(plan.name, plan)
    if isinstance(asked, (str, Path)):
        return arm(str(asked))
    if callable(asked):
        return _of_function(asked)
    raise OilplanError(
        f"{asked!r} is no directive; expected a name, a TOML file, its text, an oilplan.Plan or a function of (belief, forces, key)."
    )


def _of_function(orders: OwnOrders) -> Arm:
    """An arm that a function orders; it may take the tons of cities, transport and other targets, as portal may."""
    name = getattr(orders, "__name__", "").strip("_").lower()
    name = name if re.fullmatch(r"[a-z][a-z0-9_]*", name) else "own_orders"
    stated = (inspect.getdoc(orders) or "No description.").splitlines()[0]
    plan = Plan(name=name, about=f"Orders of a Python function: {stated}", phases=(Phase(targets=("all",)),))
    return Arm(name, plan, orders=orders)


def arm(text: str) -> Arm:
    """An arm from ``DIRECTIVE[:perfect][:repairers=PRIORITY]``; DIRECTIVE is a built-in name or a TOML file.

    Raises OilplanError for an unknown directive (known ones named, nearest first), word or priority.
    """
    directive, *words = text.split(":")
    made = Arm(text, _plan(directive))
    if len({word.partition("=")[0] in INTELLIGENCE for word in words}) < len(words):
        raise OilplanError(f"arm '{text}': expected one word on intelligence and one on repairers, each once.")
    for word in words:
        if word in INTELLIGENCE:
            made = made._replace(intelligence=word)
        elif word.startswith(REPAIRERS) and word.removeprefix(REPAIRERS) in PRIORITIES:
            made = made._replace(repairers=word.removeprefix(REPAIRERS))
        else:
            raise OilplanError(
                f"arm '{text}': '{word}' is not known; expected {' or '.join(INTELLIGENCE)}, or {REPAIRERS}"
                f"{'|'.join(PRIORITIES)}."
            )
    if made.plan.name != directive and directive.endswith(".toml"):
        made = made._replace(name=":".join([made.plan.name, *words]))
    return made


def _plan(directive: str) -> Plan:
    if directive in BUILT_IN:
        return BUILT_IN[directive]
    if directive.endswith(".toml"):
        return read_plan(Path(directive))
    near = difflib.get_close_matches(directive, BUILT_IN, n=len(BUILT_IN), cutoff=0.0)
    raise OilplanError(f"no directive '{directive}'; expected a TOML file or one of, nearest first: {', '.join(near)}.")


def choice(made: Arm, record: Record, system: TargetSystem, flown_t: np.ndarray, first_day: int) -> Choice:
    """An arm in numbers. flown_t: [T, F, P]; first_day: day from which the arm may take over. Raises OilplanError
    for targets."""
    first_day = takes_over(made.plan, first_day)
    method = perfect if made.intelligence == "perfect" else photographic
    return Choice(
        policy=policy_of(made.plan, record, system, flown_t, first_day),
        method=method(record, system),
        camera=camera(),
        repair=priority(made.repairers),
        first_day=jnp.float32(first_day),
        aim_log_sd=jnp.float32(AIM_SD),
    )
