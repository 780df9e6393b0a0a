"""Plants and targets: what made, refined or stored oil, where, and how much it could make in a year."""

from __future__ import annotations

from typing import Literal

from oilplan.record.columns import (
    KEY,
    PATTERN_WORDS,
    CitedColumns,
    Day,
    Marks,
    Row,
    column,
    date_column,
    note_column,
    source_column,
    verified_column,
)

PROCESS = (
    r"^(bergius|hydrogenation|iso-octane|methanol|fischer_tropsch|hydroforming|crude_refining|benzol|"
    r"(lignite|coal)\w*_tar)([\W_].*)?$"
)
"""Ways to make oil that the model knows; words after the first say more."""
PATTERN_WORDS[PROCESS] = (
    "one that opens with bergius, hydrogenation, iso-octane, methanol, fischer_tropsch, hydroforming, crude_refining, "
    "benzol, lignite_carbonisation_tar or coal_and_lignite_tar"
)


class PlantRow(Marks, Row):
    """Oil plants of the Axis, one row a plant; rows of type ``group`` must not be added to their members."""

    plant_id: str = column("Name of the plant in every table", required=True, pattern=KEY)
    row_type: Literal["plant", "group"] = column("A single plant, or a group that repeats its members", required=True)
    site_id: str = column("Site; plants on one site share it", required=True, pattern=KEY)
    name: str = column("Name of the works", required=True)
    aliases: str | None = column("Other names in the sources, joined by ';'")
    operator: str | None = column("Firm that ran it")
    process: str = column("How it made or refined oil", required=True, pattern=PROCESS)
    region: str = column("Region as planners spoke of it", required=True)
    state_control_1944: str = column("State that controlled the place in 1944", required=True)
    latitude: float | None = column("Latitude", unit="deg N", ge=35, le=60)
    longitude: float | None = column("Longitude", unit="deg E", ge=-5, le=35)
    coord_basis: str | None = column("Where the position comes from")
    capacity_t_per_year: float | None = column(
        "Capacity; for crude refineries distillation nameplate, several times the crude at hand", unit="t/yr", ge=0
    )
    capacity_low: float | None = column("Lowest capacity among the sources", unit="t/yr", ge=0)
    capacity_high: float | None = column("Highest capacity among the sources", unit="t/yr", ge=0)
    avgas_t_per_year: float | None = column("Aviation gasoline of the capacity", unit="t/yr", ge=0)
    motor_gasoline_t_per_year: float | None = column(
        "Motor gasoline; Fischer-Tropsch rows are 12 times the printed monthly average", unit="t/yr", ge=0
    )
    diesel_t_per_year: float | None = column(
        "Diesel; Fischer-Tropsch rows are 12 times the printed monthly average", unit="t/yr", ge=0
    )
    other: str | None = column("Other products and figures, as printed")
    first_full_year: int | None = column("First full year, often the start-up year", unit="year", ge=1900, le=1945)
    dist_eastern_england_km: float | None = column("Mean of the two English distances, great circle", unit="km", ge=0)
    dist_8af_norfolk_km: float | None = column("Great circle from 52.50N 1.00E (Eighth Air Force)", unit="km", ge=0)
    dist_bc_lincoln_km: float | None = column("Great circle from 53.23N 0.54W (Bomber Command)", unit="km", ge=0)
    dist_foggia_km: float | None = column("Great circle from 41.46N 15.54E (Fifteenth Air Force)", unit="km", ge=0)
    plant_area_ha: float | None = column("Area of the works", unit="ha", gt=0)
    eleven_set_A: int | None = column(
        "1 if among the eleven synthetic plants as most plausibly read; an inference, no source names them", ge=1, le=1
    )
    eleven_set_B: int | None = column("1 if among the eight of them without Silesia", ge=1, le=1)
    source: str = source_column()
    verified: str | None = verified_column()
    note: str | None = note_column()


class TargetRow(Marks, Row):
    """Every place the raid tables name; ``plant_key`` is filled only where `plants` has the place."""

    target_id: str = column("Name of the target in `raids` and `raid_targets`", required=True, pattern=KEY)
    plant_key: str | None = column("The plant in `plants`, if it has one", pattern=KEY)
    target_classes: str | None = column("Classes that the raid tables give it, joined by ';'")
    raw_names: str | None = column("Place and name as the survey's pages print them, joined by ';'")
    note: str | None = note_column()


class OverrunRow(CitedColumns, Marks, Row):
    """When ground forces took each works, or repair was given up, as an interval of days; most are recalled."""

    place: str = column("Place or district the source speaks of", required=True)
    plant_id: str = column("Works it is laid upon", required=True, pattern=KEY)
    what: Literal["overrun", "derelict"] = column("Taken or reached, or given up before that", required=True)
    earliest: Day = date_column("First day it may have been", required=True)
    latest: Day = date_column("Last day it may have been", required=True)
