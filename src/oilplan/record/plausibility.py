"""Is the record plausible? Each rule is one function; its docstring is its help text, its place the order of the check."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import pairwise
from typing import Any, NamedTuple

from oilplan.record import Record
from oilplan.record.distances import BASES, great_circle_km
from oilplan.record.tables import ACTIONS, MOVED, TABLES, read_corrections


class RowFinding(NamedTuple):
    """One implausible row. ``says`` says what came and what would be right."""

    table: str
    row_id: str
    column: str
    says: str


Row = dict[str, Any]
Rule = Callable[[Record], Iterator[RowFinding]]
"""A rule: its name is its title, its docstring its help, and it yields what breaks it."""
RULES: list[Rule] = []
"""Every rule, in the order ``oilplan record check`` runs them."""


def check(record: Record) -> list[tuple[str, RowFinding]]:
    """Run every rule over a record. Returns (rule name, finding) pairs, empty where all is plausible."""
    return [(rule.__name__, finding) for rule in RULES for finding in rule(record)]  # type: ignore[attr-defined]


def whole(rule: Rule) -> Rule:
    """Register a rule that looks at the record as a whole."""
    RULES.append(rule)
    return rule


def each(column: str, *tables: str) -> Callable[[Callable[[Row], Iterator[str | tuple[str, str]]]], Rule]:
    """Register a rule that looks at one row at a time and says what is wrong with it, or (column, what is wrong).

    column: that is to be looked at where the rule names none; tables: whose rows, all where none is named
    """

    def registered(says: Callable[[Row], Iterator[str | tuple[str, str]]]) -> Rule:
        @wraps(says)
        def rule(record: Record) -> Iterator[RowFinding]:
            for table in tables or record.tables:
                for row_id, row in record.rows(table).items():
                    for wrong in says(row):
                        yield RowFinding(table, row_id, *((column, wrong) if isinstance(wrong, str) else wrong))

        return whole(rule)

    return registered


# Who says so: sources, status and confidence of any table.

READ = ("looked_up", "documented")
UNREAD = ("Recalled", "Derived", "None")


@whole
def memory_is_not_a_look_up(record: Record) -> Iterator[RowFinding]:
    """A row called looked_up or documented rests on at least one work that was read, in whatever copy."""
    for table in record.tables:
        for row_id, row in record.rows(table).items():
            reached = [record.source(key).reached for key in row["source_keys"].split(";")]
            if row["status"] in READ and all(word in UNREAD for word in reached):
                says = f"'{row['status']}', but no source of it was read ({', '.join(reached)}); "
                yield RowFinding(table, row_id, "status", says + "say recalled, or name the work that was read")


@each("status")
def recalled_says_so(row: Row) -> Iterator[str]:
    """A row whose printed source opens with 'recalled' is not called looked_up, documented or digitised."""
    printed = (row.get("source") or row.get("estimate_source") or "").lower()
    if printed.startswith("recalled") and row["status"] in (*READ, "digitised"):
        yield f"'{row['status']}', but its source reads '{printed[:40]}'"


@each("status")
def derived_is_not_a_fact(row: Row) -> Iterator[str]:
    """A row whose source, basis or verification says computed or derived has status derived."""
    words = " ".join(row.get(name) or "" for name in ("source", "basis", "verified")).lower()
    if ("computed" in words or "derived" in words) and row["status"] != "derived":
        yield f"'{row['status']}', but the row says it was computed; expected derived"


@each("confidence")
def nothing_has_no_confidence(row: Row) -> Iterator[str]:
    """Confidence is none exactly where the status is missing: a gap is not a weak figure."""
    if (row["status"] == "missing") != (row["confidence"] == "none"):
        yield f"status '{row['status']}' with confidence '{row['confidence']}'; missing goes with none"


@each("value")
def missing_has_no_figure(row: Row) -> Iterator[str]:
    """A row of status missing holds no figure: a gap is not filled by a guess."""
    if row["status"] == "missing" and row.get("value") is not None:
        yield f"{row['value']:g} in a row of status missing; expected empty"


@whole
def fact_stands_once(record: Record) -> Iterator[RowFinding]:
    """No two rows of a table say the same thing of the same time from the same sources."""
    for table in record.tables:
        columns, first = TABLES[table].key, dict[tuple, str]()
        for row_id, row in record.rows(table).items():
            key = tuple(row[column] for column in columns)
            if key in first:
                says = f"repeats '{first[key]}'; overrule it by using its row_id"
                yield RowFinding(table, row_id, columns[0], says)
            first.setdefault(key, row_id)


@each("note")
def averages_show_their_range(row: Row) -> Iterator[str]:
    """A midpoint names its range: conflicting sources stand as two rows, never as their average."""
    note = (row.get("note") or "").lower()
    if any(word in note for word in ("midpoint", "mean of", "average of the sources")) and "-" not in note:
        yield "an average without its range; give both figures as two rows"


@whole
def conflict_is_announced(record: Record) -> Iterator[RowFinding]:
    """Rows of one series and time with different figures from different sources say so in a note."""
    columns = {"target_systems": ("system", "quantity", "period"), "substitutes": ("substitute", "quantity", "period")}
    for table, key in columns.items():
        groups: dict[tuple, list[tuple[str, dict]]] = defaultdict(list)
        for row_id, row in record.rows(table).items():
            groups[tuple(row[column] for column in key)].append((row_id, row))
        for rows in groups.values():
            if len({row["value"] for _, row in rows}) > 1 and not any(row["note"] for _, row in rows):
                yield RowFinding(table, rows[-1][0], "note", f"differs from '{rows[0][0]}' and no note says why")


# Plants, raids and effort, published totals, and output, stocks and other figures over time.

DISTANCE_TOLERANCE_KM = 1.0
"""The table prints whole kilometres; half of one is rounding."""
ELEVEN = {"eleven_set_A": 11, "eleven_set_B": 8}
NEVER_ADDED = ("_alt", "_claim", "_requirement", "share_")
"""Marks of a series that must not be added to the components."""
ROUNDING_SHORT_TONS = 0.15
"""Tons are printed to a tenth or finer; three roundings."""
MOST_SHORT_TONS_PER_AIRCRAFT = 11.0
"""A Lancaster with one 22,000 lb bomb, the heaviest load flown in Europe (recalled)."""
FIRST_DATE, LAST_DATE = "1943-01-01", "1945-05-08"
"""The record opens with 1943 and closes with the surrender."""


@each("value", "plants", "output", "stocks_and_use", "forces")
def low_value_high(row: Row) -> Iterator[tuple[str, str]]:
    """The lowest figure is at most the figure, and the figure at most the highest."""
    names = ("low", "value", "high") if "value" in row else ("capacity_low", "capacity_t_per_year", "capacity_high")
    filled = [row[name] for name in names if row[name] is not None]
    if filled != sorted(filled):
        yield names[1], f"low, figure and high are {filled}; expected rising order"


@each("avgas_t_per_year", "plants")
def products_fit_the_capacity(row: Row) -> Iterator[str]:
    """Aviation gasoline, motor gasoline and diesel together are at most the highest capacity of the plant."""
    capacity = row["capacity_high"] or row["capacity_t_per_year"]
    names = ("avgas_t_per_year", "motor_gasoline_t_per_year", "diesel_t_per_year")
    products = sum(row[name] or 0 for name in names)
    if products > 0 and (capacity is None or products > capacity):
        yield f"products of {products:g} t/yr exceed capacity {capacity}"


@each("", "plants")
def distances_follow_from_the_position(row: Row) -> Iterator[tuple[str, str]]:
    """The distances from the bases agree with the latitude and longitude to a kilometre."""
    place = row["latitude"], row["longitude"]
    for column, base in BASES.items() if None not in place else ():
        true_km = great_circle_km(*base, *place)
        if row[column] is not None and abs(row[column] - true_km) > DISTANCE_TOLERANCE_KM:
            yield column, f"{row[column]:g} km, but the position gives {true_km:.0f} km"


@whole
def eleven_are_eleven(record: Record) -> Iterator[RowFinding]:
    """Set A of the eleven synthetic plants has eleven plants, set B eight of them, and neither a group."""
    rows = record.rows("plants")
    for column, expected in ELEVEN.items():
        members = [row_id for row_id, row in rows.items() if row[column]]
        if len(members) != expected:
            yield RowFinding("plants", (members or [""])[-1], column, f"{len(members)} plants; expected {expected}")
        for row_id in members:
            if rows[row_id]["row_type"] == "group" or not rows[row_id]["eleven_set_A"]:
                yield RowFinding("plants", row_id, column, "is a group, or is in set B without being in set A")


@whole
def groups_carry_no_raids(record: Record) -> Iterator[RowFinding]:
    """No raid and no output stands on a group row: a group repeats its members and is never added to them."""
    groups = {row["plant_id"] for row in record.rows("plants").values() if row["row_type"] == "group"}
    for table in ("raids", "raid_targets", "plant_output"):
        for row_id, row in record.rows(table).items():
            if row["plant_id"] in groups:
                yield RowFinding(table, row_id, "plant_id", f"'{row['plant_id']}' is a group; name the plant")


@whole
def target_keeps_its_plant(record: Record) -> Iterator[RowFinding]:
    """A target whose name is a plant's points to that plant, and a target points to no other."""
    plants = {row["plant_id"] for row in record.rows("plants").values()}
    for row_id, row in record.rows("targets").items():
        expected = row["target_id"] if row["target_id"] in plants else None
        if row["plant_key"] != expected:
            yield RowFinding("targets", row_id, "plant_key", f"'{row['plant_key']}'; expected '{expected}'")


@each("total_tons_short", "raids")
def bombs_add_up(row: Row) -> Iterator[str]:
    """High explosive and incendiaries together are at most all bombs (the rest is fragmentation)."""
    parts = row["he_tons_short"] + row["ib_tons_short"]
    if parts > row["total_tons_short"] + ROUNDING_SHORT_TONS:
        yield f"{row['total_tons_short']:g}, but its parts add to {parts:g}"


@each("aircraft", "raids")
def aircraft_could_carry_it(row: Row) -> Iterator[str]:
    """No raid of good or middling confidence has more than 11 short tons an aircraft."""
    if row["total_tons_short"] > row["aircraft"] * MOST_SHORT_TONS_PER_AIRCRAFT and row["confidence"] != "low":
        yield f"{row['aircraft']} aircraft for {row['total_tons_short']:g} short tons; mark it low"


@each("date", "raids")
def date_in_the_war_or_suspect(row: Row) -> Iterator[str]:
    """A raid before 1943, after the surrender or without a day carries date_suspect."""
    date = row["date"] or ""
    is_day = len(date) == len(FIRST_DATE) and FIRST_DATE <= date <= LAST_DATE
    if not is_day and "date_suspect" not in row["quality"]:
        yield f"'{date}' is not a day from {FIRST_DATE} to {LAST_DATE}; correct it or flag date_suspect"


@each("confidence", "raids")
def suspicion_lowers_confidence(row: Row) -> Iterator[str]:
    """A raid with any suspicion has confidence below medium; a repeated or misplaced one has low."""
    worst = "duplicate_suspect" in row["quality"] or "plant_suspect" in row["quality"]
    allowed = ("low",) if worst else ("low", "medium-low")
    if row["quality"] != "ok" and row["confidence"] not in allowed:
        yield f"'{row['confidence']}' with {row['quality']}; expected {allowed[-1]}"


@each("status", "raids")
def moved_date_is_not_digitised(row: Row) -> Iterator[str]:
    """A raid whose date was moved onto a recalled raid or set by hand has status mixed, not digitised."""
    basis = row["date_basis"] or ""
    if ("snapped" in basis or "manual" in basis) and row["status"] != "mixed":
        yield f"'{row['status']}' with date_basis '{basis}'; expected mixed"


@each("", "effort_monthly")
def effort_parts_fit_the_whole(row: Row) -> Iterator[tuple[str, str]]:
    """Tons with an inferred year, a changed force or a suspected sum line are at most the tons of the row."""
    for column in ("tons_year_inferred", "tons_force_changed", "tons_sum_line_suspect"):
        if row[column] > row["tons_short"] + 0.5:
            yield column, f"{row[column]:g} of {row['tons_short']:g} short tons"


@each("tons_short_cleaned", "effort_monthly")
def only_oil_is_cleaned(row: Row) -> Iterator[str]:
    """Cleaned tons stand in the oil rows of effort_monthly and nowhere else."""
    if row["tons_short_cleaned"] is not None and row["target_category"] != "oil":
        yield "filled outside oil; expected empty"


@each("unit", "forces")
def bomb_tons_say_which(row: Row) -> Iterator[str]:
    """Tons in forces are long, short or metric, or say in brackets that the source does not tell."""
    words = row["unit"].split()
    bare = words[0] == "tons" and "(" not in row["unit"]
    unsaid = words[-1] == "tons" and words[0] not in ("long", "short", "metric")
    if not words[0].startswith("percent") and (bare or unsaid):
        yield f"'{row['unit']}'; expected long, short or metric tons"


@whole
def months_add_up_to_the_year(record: Record) -> Iterator[RowFinding]:
    """Bomber Command's recalled months add up to its recalled years."""
    rows = record.rows("forces")
    for year in ("1943", "1944", "1945"):
        parts = [row["value"] for key, row in rows.items() if key.startswith(f"bc_month_{year}_")]
        sum_, months = rows[f"bc_year_{year}"]["value"], sum(part or 0.0 for part in parts)
        if sum_ is None or None in parts:
            yield RowFinding("forces", f"bc_year_{year}", "value", "empty for the year or one of its months")
        elif abs(months - sum_) > 1:
            yield RowFinding("forces", f"bc_year_{year}", "value", f"{sum_:g}, but its months add to {months:g}")


@each("value")
def percent_is_at_most_a_hundred(row: Row) -> Iterator[str]:
    """A figure in percent lies from 0 to 100."""
    if (row.get("unit") or "").startswith("percent") and (row.get("value") or 0) > 100:
        yield f"{row['value']:g} percent"


@each("unit", "output")
def series_has_its_unit(row: Row) -> Iterator[str]:
    """A quantity named percent is in percent, a day in t/day, a count of days in days, the rest in tons (m3 with a note)."""
    expected = {"percent"} if "percent" in row["quantity"] else {"t", "t/month", "t/day", "m3"}
    if row["quantity"].startswith("days_"):
        expected = {"days"}
    elif row["period_type"] == "day" and "percent" not in row["quantity"]:
        expected = {"t/day"}
    wrong = row["unit"] not in expected or (row["unit"] == "m3" and not row["marks_note"])
    if wrong and row["value"] is not None:
        yield f"'{row['unit']}' for {row['quantity']}"


@each("value", "output", "stocks_and_use", "plant_output", "substitutes", "target_systems")
def figure_is_present_or_qualitative(row: Row) -> Iterator[str]:
    """A row without a figure is qualitative, missing, or has a note that says what the source does say."""
    said = row["note"] or row.get("says")
    if row["value"] is None and row["status"] != "missing" and not said:
        yield "is empty and no note says why"


@each("quantity", "stocks_and_use")
def flow_is_not_a_stock_report(row: Row) -> Iterator[str]:
    """A stock reconstructed from flows has status derived, and only such a stock is called stock_end_flow."""
    stock = row["quantity"].startswith("stock")
    if stock and (row["quantity"] == "stock_end_flow") != (row["status"] == "derived"):
        yield f"'{row['quantity']}' with status '{row['status']}'"


@whole
def parts_are_below_the_supply(record: Record) -> Iterator[RowFinding]:
    """In one month no product exceeds the total supply of that month."""
    rows = [row for row in record.rows("output").values() if row["period_type"] == "month"]
    supply = {row["period"]: row["value"] for row in reversed(rows) if row["quantity"] == "total_supply_incl_imports"}
    for row in rows:
        most = supply.get(row["period"])
        plain = row["unit"] == "t" and not any(mark in row["quantity"] for mark in NEVER_ADDED)
        if plain and None not in (most, row["value"]) and row["value"] > most:
            yield RowFinding("output", row["row_id"], "value", f"{row['value']:g} t of a supply of {most:g} t")


# Claims, directives, letters and corrections.


@each("raw_anchor_start", "claims")
def claim_is_anchored(row: Row) -> Iterator[str]:
    """Every passage a claim names has one anchor in it, passage:offset."""
    anchors = [anchor.partition(":") for anchor in row["raw_anchor_start"].split(";")]
    if [a[0] for a in anchors] != row["seed"].split(";") or not all(a[2].isdigit() for a in anchors):
        yield f"'{row['raw_anchor_start']}' for {row['seed']}"


@each("contradicted_if", "claims")
def claim_can_be_lost(row: Row) -> Iterator[str]:
    """What supports a claim, what contradicts it and what leaves it open are three different things."""
    if len({row["supported_if"], row["contradicted_if"], row["undetermined_if"]}) < 3:
        yield "two of the three rules are the same"


@whole
def directives_in_order(record: Record) -> Iterator[RowFinding]:
    """Directives stand in order of date, one for each."""
    rows = sorted(record.rows("directives").values(), key=lambda row: row["directive_id"])
    for earlier, later in pairwise(rows):
        if later["date"] <= earlier["date"]:
            yield RowFinding("directives", later["row_id"], "date", f"{later['date']} is not after {earlier['date']}")


@each("date", "letters")
def interval_has_two_ends(row: Row) -> Iterator[str]:
    """A letter dated by an interval has two dates in order, one dated to the day has one."""
    ends = row["date"].split("/")
    if len(ends) != (2 if row["date_precision"] == "interval" else 1) or ends != sorted(ends):
        yield f"'{row['date']}' for {row['date_precision']}"


@whole
def corrections_still_hold(record: Record) -> Iterator[RowFinding]:
    """Every repaired cell still holds what its correction put there, unless a user overrules the row."""
    overruled = (record.overlay or {}).get("rows_overruled", {})
    for correction in read_corrections():
        places = MOVED.get(correction.table, (correction.table,))
        if any(correction.row_id in overruled.get(table, ()) for table in places):
            continue
        row = next(filter(None, (record.rows(table).get(correction.row_id) for table in places)), None)
        cells = {f"{cell:g}" if isinstance(cell, float) else str(cell) for cell in row.values()} if row else set()
        gone = [cell for cell in correction.now.values() if cell and cell not in cells]
        if row is None or gone or correction.action not in ACTIONS:
            yield RowFinding(places[0], correction.row_id, "", f"the ground moved under a correction: {gone}")
