"""The claims of the argument as executable tests: one file per family, one registry.

A test reads rows through a `Ledger` and hands back a `Finding`; its rule is the one printed in the record.
"""

from oilplan.argument.attribution import Attribution
from oilplan.argument.finding import Curve, Draws, Finding, Part
from oilplan.argument.ledger import Ledger, Missing
from oilplan.argument.registry import TESTS, Case, ClaimTest

from . import (
    aviation,
    bearings,
    benzol,
    cities,
    concentration,
    counterfactuals,
    eleven,
    exchange,
    forecasts,
    half,
    losses,
    marginal,
    moved,
    november,
    opportunity,
    plant_damage,
    reach,
    repair_race,
    road_transport,
    rollup,
    schedules,
    shares,
    steady,
    tonnage_table,
    winter_lift,
)

__all__ = ["TESTS", "Attribution", "Case", "ClaimTest", "Curve", "Draws", "Finding", "Ledger", "Missing", "Part"]
