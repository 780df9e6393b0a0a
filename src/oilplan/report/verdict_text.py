"""The words and numbers that terminal and page share."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Sequence

from ..argument.answer import MissingPage, TopAnswer
from ..argument.grade import AGAINST, FAILED, GRADES, LEANS, LEANS_AGAINST, WELL, WORDS, grade_of
from ..argument.verdict import Verdict
from ..digits import WITH_INTERVAL, decimals, rounded, spread
from ..record import WEAK_MEANING, Record
from .page import WORDS as NAMES

WHAT = {grade: words[0].upper() + words[1:] for grade, words in WORDS.items()}
"""A grade as a heading."""
MARK = "*"
MARK_MEANS = f"{MARK} {WEAK_MEANING}"


AS_WRITTEN: dict[str, str] = NAMES["as_written"]
"""Words of row ids and of tables typed without accents, as they are written."""
MONTH_AFTER_DAY = re.compile(
    r"(?<=\d )(january|february|march|april|june|july|august|september|october|november|december)\b"
)
OF_PASSAGES = re.compile(r" of (?:passages|seeds?) [\d;/]+ \(([^)]*)\)")
"""The passages that the record first read a work in, by number, with the work."""
WORKS: dict[str, str] = NAMES["works"]


def plain(sentence: str) -> str:
    """A sentence as a reader meets it: forces, places and months as they are written, numbers no finer than known."""
    sentence = OF_PASSAGES.sub(lambda found: f", {WORKS.get(found[1], found[1])}", sentence)
    for found, written in AS_WRITTEN.items():
        sentence = sentence.replace(found, written)
    return rounded(MONTH_AFTER_DAY.sub(lambda month: month[0].capitalize(), sentence))


def as_said(sentence: str, value: float, low: float | None, high: float | None) -> tuple[str, str]:
    """A value and its interval as a sentence gives them, where it does; else as `spread` does."""
    for found in WITH_INTERVAL.finditer(plain(sentence)):
        given = [found[1].replace("+", "") + found[2], found[3], found[4]]
        if low is not None and high is not None and all(map(_rounds_to, (value, low, high), given)):
            return given[0], f"{given[1]} to {given[2]}"
    return spread(value, low, high)


def _rounds_to(value: float, text: str) -> bool:
    """Whether a number in words is a value to no more digits than the number shows."""
    digits = text.lstrip("+-").replace(",", "")
    step = 10.0 ** -decimals(digits) if "." in digits else 10.0 ** (len(digits) - len(digits.rstrip("0") or "0"))
    return abs(value - float(text.replace(",", ""))) <= step * (0.5 + 1e-9)


def measured(v: Verdict) -> str:
    """The quantity's value with its interval and unit, in the digits of the answer; ``nothing measured`` where there is none."""
    if v.value is None:
        return "nothing measured"
    mark = MARK if v.recalled_rows else ""
    value, interval = as_said(v.answer, v.value, v.low, v.high)
    return f"{value}{f' ({interval})' if interval else ''} {v.unit}{mark}"


def who(v: Verdict) -> str:
    """Speaker, day, reporter and drafter, kept apart."""
    said = f"{v.who.speaker}, {v.date}"
    reported = "" if v.who.reporter == v.who.speaker else f"; reported by {v.who.reporter}"
    return plain(said + reported + (f"; drafted by {v.who.drafter}" if v.who.drafter else ""))


def caveat(v: Verdict) -> str:
    """A warning that stands beside the answer: draws of the prior only; empty where there is none."""
    if v.draws is None or not v.draws.source.startswith("prior"):
        return ""
    return "The model was not calibrated when this was computed: the interval is that of its prior alone."


def tables_used(v: Verdict) -> str:
    """Rows used by table: ``raids 12, plants 3``."""
    return ", ".join(f"{table} {n}" for table, n in Counter(t for t, _ in v.record_rows).most_common()) or "no rows"


def rests_on(v: Verdict) -> str:
    """How many rows and draws a verdict rests on, and how much of it is weak."""
    rows = f"{len(v.record_rows)} rows ({tables_used(v)}); {v.rests_on_recalled:.0%} of them {WEAK_MEANING}"
    if v.draws is None:
        return rows
    return f"{rows}; {v.draws.n} draws (each one possible war): {v.draws.source}, key {v.draws.key}" + (
        f", fit {v.draws.fit}" if v.draws.fit else ""
    )


def works(v: Verdict, record: Record) -> list[tuple[str, str, int]]:
    """(key, citation, rows) of the works that a verdict rests on, those with most rows first."""
    count = Counter(key for table, row in v.record_rows for key in record.rows(table)[row]["source_keys"].split(";"))
    return [(key, record.source(key).citation, n) for key, n in count.most_common()]


def tally(verdicts: list[Verdict]) -> str:
    """How many verdicts of each grade, in the order of the grades; those that none has are left out."""
    count = Counter(v.grade for v in verdicts)
    return ", ".join(f"{count[grade]} {WORDS[grade]}" for grade in GRADES if count[grade])


def chance(p: float | None) -> str:
    """A probability in words: ``P 0.87``; never a certainty, and never rounded to that of another grade."""
    if p is None:
        return ""
    if p < 0.01 or p > 0.99:
        return "P under 0.01" if p < 0.01 else "P over 0.99"
    two = f"{p:.2f}"
    return f"P {two}" if grade_of(float(two)) == grade_of(p) else f"P {p:.3f}"


def graded(v: Verdict) -> str:
    """The grade with its probability: ``leans supported, P 0.87``."""
    return ", ".join(filter(None, (WORDS[v.grade], chance(v.p))))


# A verdict in a terminal: the answer first, then the number, the rule, the sources and what would change it.

WIDTH = 80
LABEL = 10
BARS = "▁▂▃▄▅▆▇█"
MOST_WORKS, MOST_RECALLED, MOST_PARTS, MOST_EVIDENCE = 5, 3, 12, 3
TABLE_QUOTE = 44


def verdict_text(v: Verdict, record: Record) -> str:
    """One verdict in 80 columns."""
    lines = [f"{v.claim_id}  {graded(v).upper()}", *_wrapped(f"“{v.quote}”"), *_wrapped(who(v)), ""]
    lines += [*_wrapped(plain(v.answer)), *_wrapped(caveat(v)), ""]
    lines += _labelled("quantity", v.quantity) + _labelled("value", measured(v))
    lines += _curve(v) + _parts(v)
    lines += _readings(v) + _sides(v)
    lines += _labelled("rule", v.rule) + _labelled("applied", v.reason)
    lines += _labelled("rests on", rests_on(v)) + _works(v, record) + _recalled(v)
    lines += _labelled("hangs on", v.hangs_on)
    for need in v.needs:
        lines += _labelled("missing", f"{need.fact} (would stand in: {need.work})")
    if any("*" in line for line in lines):
        lines += ["", MARK_MEANS]
    return "\n".join(lines)


def table_text(verdicts: list[Verdict]) -> str:
    """All verdicts as one table in 80 columns: claim, verdict, words, number."""
    lines = [f"{'claim':<6}{'grade':<18}{'P':<6}words and answer"]
    for v in verdicts:
        quote = textwrap.shorten(v.quote, TABLE_QUOTE, placeholder=" ...")
        p = "" if v.p is None else f"{v.p:.2f}"
        lines.append(f"{v.claim_id:<6}{WORDS[v.grade]:<18}{p:<6}“{quote}”")
        lines += textwrap.wrap(plain(v.sentence), WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)
    lines += [
        "",
        *_wrapped(tally(verdicts) + "."),
        MARK_MEANS,
        "`oilplan verdicts C33` shows one; --out DIR writes the pages.",
    ]
    return "\n".join(lines)


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH)


def _labelled(label: str, text: str) -> list[str]:
    return textwrap.wrap(plain(text), WIDTH, initial_indent=f"{label:<{LABEL}}", subsequent_indent=" " * LABEL)


def _curve(v: Verdict) -> list[str]:
    """The middle line of the curve as bars, with the ends of both axes."""
    if v.curve is None:
        return []
    c = v.curve
    top = max(c.middle) or 1.0
    bars = "".join(BARS[min(len(BARS) - 1, int(len(BARS) * m / top))] for m in c.middle)
    ends = " to ".join(f"{c.middle[k]:,.4g} at {c.x[k]:,.0f}" for k in (0, -1))
    legend = f"{c.title}: {c.y_label}, {ends} {c.x_label}"
    return [f"{'curve':<{LABEL}}{bars}", *_labelled("", legend)]


def _parts(v: Verdict) -> list[str]:
    lines = []
    for part in v.parts[:MOST_PARTS]:
        note = f" [{part.note}]" if part.note else ""
        grade = f" [{WORDS[part.grade]}, {chance(part.p)}]" if part.grade else ""
        lines += _labelled("", f"- {part.label}: {part.text}{'*' if part.weak else ''}{note}{grade}")
    if len(v.parts) > MOST_PARTS:
        lines += _labelled("", f"- {len(v.parts) - MOST_PARTS} more lines with --json or --out")
    return lines


def _readings(v: Verdict) -> list[str]:
    lines = []
    for r in v.readings:
        grade = f"{WORDS[r.grade]}, {chance(r.p)}" if r.grade else "not graded"
        lines += _labelled("reading", f"{r.label}: {r.text} [{grade}]")
    return lines


def _sides(v: Verdict) -> list[str]:
    lines = []
    for label, side in (("for", v.evidence_for), ("against", v.evidence_against)):
        for e in side[:MOST_EVIDENCE]:
            lines += _labelled(label, f"“{e.says}” ({e.source})")
        if len(side) > MOST_EVIDENCE:
            lines += _labelled("", f"and {len(side) - MOST_EVIDENCE} more with --json or --out")
    return lines


def _works(v: Verdict, record: Record) -> list[str]:
    known = works(v, record)
    lines = []
    for key, citation, n in known[:MOST_WORKS]:
        lines += _labelled("", f"- {textwrap.shorten(citation, 110, placeholder=' ...')} [{key}, {n} rows]")
    more = len(known) - MOST_WORKS
    return lines + (_labelled("", f"- and {more} more works") if more > 0 else [])


def _recalled(v: Verdict) -> list[str]:
    rows = [f"{table}/{row}" for table, row in v.recalled_rows]
    if not rows:
        return []
    more = f" and {len(rows) - MOST_RECALLED} more" if len(rows) > MOST_RECALLED else ""
    return _labelled("recalled*", ", ".join(rows[:MOST_RECALLED]) + more)


def graded_line(line: TopAnswer) -> str:
    """The grade of a line of the answer with its probability."""
    return ", ".join(filter(None, (WORDS[line.grade], chance(line.p))))


def answer_text(lines: Sequence[TopAnswer]) -> str:
    """The answer in 80 columns: question, grade, sentence, claims."""
    out = []
    for line in lines:
        out += _wrapped(line.question)
        out += textwrap.wrap(plain(line.sentence), WIDTH, initial_indent="  ", subsequent_indent="  ")
        out += textwrap.wrap(
            f"[{graded_line(line)}; {', '.join(line.claims)}]", WIDTH, initial_indent="  ", subsequent_indent="  "
        )
        out.append("")
    return "\n".join([*out, "`oilplan verdicts C33` shows a claim; P is the probability that it holds."])


def missing_text(pages: Sequence[MissingPage]) -> str:
    """Facts that are missing, those of most worth first: how far they move P, claims, fact, and where it would stand."""
    lines = [f"{'gain':<6}claims and fact"]
    for page in pages:
        lines += textwrap.wrap(
            f"{page.certainty:<6.2f}{', '.join(page.claims)}: {page.fact}", WIDTH, subsequent_indent=" " * 6
        )
        lines += textwrap.wrap(f"in: {page.work}", WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return "\n".join([*lines, "", "gain: how far the fact is expected to move P, summed over its claims."])


def side(grade: str) -> str:
    """The side a grade is on, for its colour: supported, contradicted, undetermined or failed."""
    if grade in (WELL, LEANS):
        return "supported"
    if grade in (AGAINST, LEANS_AGAINST):
        return "contradicted"
    return "failed" if grade == FAILED else "undetermined"
