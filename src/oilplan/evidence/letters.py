"""Letters, minutes and drafts that a page cites or reports."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from oilplan.evidence.date_forms import nearest_year
from oilplan.evidence.findings import FoundDate, ReadLetter, View, found_at, run_together, view_offset
from oilplan.evidence.lexicon import pattern_of, small_words
from oilplan.evidence.limits import within
from oilplan.evidence.people import Mention, between, last_speaker, sentence_end, sentence_start
from oilplan.evidence.whole_letters import letters_themselves

PAPER = rf"(?:{pattern_of('papers')})"
WHO = "\ue000"
"""Stands for a name in the marked text, and WHEN for a date: the patterns see only who, when and what paper."""
WHEN = "\ue001"
NO_SIGNS = {ord(WHO): "\ufffd", ord(WHEN): "\ufffd"}
"""A scan that holds the signs themselves must not pass for a name."""
CITED, REPORTED, MENTIONED = 0.95, 0.85, 0.6
"""Confidence of a letter cited in form, one reported with a date or addressee, one only mentioned. Judgement."""

RANK = rf"(?:(?:{pattern_of('marked_ranks')})[\s-]){{0,4}}"
"""Titles that stand before a name in the marked text."""
LETTER_WORDS = small_words("letter_words.txt")
"""Papers that are letters by their name; a response, report or note is one only with a date or addressee."""
FROM = rf"{RANK}{WHO}(?P<a>\d+);"
TO = rf"(?:\s{{1,3}}(?:again\s)?to\s{{1,3}}{RANK}{WHO}(?P<b>\d+);)?"
CITATION = re.compile(
    rf"\b(?i:(?P<paper>{PAPER}))s?[.,:]{{0,2}}\s{{1,3}}[(—–-]?\s?(?:(?:from|by|von)\s)?{FROM}\s{{1,3}}(?:to|an)\s{{1,3}}{RANK}{WHO}(?P<b>\d+);"
    rf"(?:,\s[A-Z]{{1,4}}-?\d{{2,6}}(?=,))?(?:[,)]?\s{{1,3}}[—–-]?\s?(?:of\s|dated\s|on\s|vom\s)?(?:the\s)?{WHEN}(?P<d>\d+);)?(?P<ref>,\s{{1,3}}[A-Z][^;\n]{{0,80}}?(?=\.(?:\s|$)(?!\d)))?"
)
POSSESSED = re.compile(
    rf"{FROM}[’']s?\s+(?:{WHEN}(?P<d>\d+);\s+)?"
    r"(?:(?:own|long|short|first|second|final|last|next|earlier|later|official|personal|further)\s+){0,3}"
    rf"(?P<paper>{PAPER})\b(?:\s+of\s+(?:the\s)?{WHEN}(?P<d2>\d+);)?{TO}(?:(?:,|\s+(?:of|on|dated))\s+{WHEN}(?P<d3>\d+);)?"
)
WROTE = re.compile(
    rf"(?:(?P<on>[Oo]n)\s+{WHEN}(?P<d>\d+);,?\s+)?{FROM}\s+(?:\w+\s+)?(?:wrote|replied|answered|minuted)(?:\s(?:back|again|him|her|them))?"
    rf"(?:\s+on\s+{WHEN}(?P<d2>\d+);)?{TO}(?:\s+on\s+{WHEN}(?P<d3>\d+);)?"
)
FROM_TO = re.compile(
    rf"\b(?P<paper>{PAPER})\s+(?:of\s+{WHEN}(?P<d>\d+);\s+)?from\s+(?:the\s+)?{FROM}{TO}"
    rf"(?:\s+(?:of|dated)\s+{WHEN}(?P<d2>\d+);)?"
)
OF_ONE = re.compile(
    rf"\b(?P<paper>communication|letter|note|minute)s\s+from\s+(?:the\s+)?{FROM},?\s+(?:and\s+)?"
    rf"(?:notably|especially|in particular|among them)\s+(?:by\s+)?(?:one|that)\s+of\s+{WHEN}(?P<d>\d+);"
)
NOTED = re.compile(
    rf"(?:^|(?<=[\n;\d])|(?<=[.;:]\s)|(?<=[;:]\s\s)){RANK}{WHO}(?P<a>\d+);\s{{1,3}}to\s{{1,3}}{RANK}{WHO}(?P<b>\d+);"
    rf"(?:,\s(?:No\.?\s)?[A-Z]{{1,4}}[- ]?\d{{1,6}})?,\s{{1,3}}{WHEN}(?P<d>\d+);(?P<ref>,\s{{1,3}}[A-Z][^;\n]{{0,80}}?(?=\.(?:\s|$)(?!\d)))?",
    re.MULTILINE,
)
"""A note that names no paper: "12. PORTAL to HARRIS, 5 November 1944, Portal Papers."."""
A_PAPER = rf"(?:his|her|a|an|another|one|that|the[ ]same)\s(?:{WHEN}(?P<d4>\d+);\s)?(?:[\w-]{{1,14}}\s){{0,3}}?(?P<paper>{PAPER})"
OF_TO = (
    rf"(?:,?\s(?:of|dated|on)\s(?:the\s)?{WHEN}(?P<d>\d+);)?(?:\sto\s{RANK}{WHO}(?P<b>\d+);)?"
    rf"(?:,?\s(?:of|dated|on)\s(?:the\s)?{WHEN}(?P<d2>\d+);|\s\((?:of\s|dated\s)?{WHEN}(?P<d5>\d+);\))?"
)
IN_HIS = re.compile(
    rf"(?:\b[Oo]n\s{WHEN}(?P<d3>\d+);,?\s)?\b[IiBb][ny]\s{A_PAPER}{OF_TO},?\s(?:{FROM}(?!\s(?:and|or)\b)|(?P<he>s?he)\b)"
)
HE_IN_HIS = re.compile(rf"{FROM},?\s(?:(?!and\b|or\b)\w{{2,14}},?\s){{0,3}}?in\s{A_PAPER}{OF_TO}")
HIS = re.compile(
    rf"\b(?P<his>[Hh]is|[Hh]er)\s(?:{WHEN}(?P<d4>\d+);\s)?(?:[\w-]{{1,14}}\s){{0,3}}?(?P<paper>{PAPER}){OF_TO}"
)
SENT = re.compile(
    rf"(?:\b[Oo]n\s{WHEN}(?P<d3>\d+);,?\s)?{FROM}\s(?:\w{{2,12}}\s)?(?:sent|addressed|di?e?spatched|wired|cabled|signalled|forwarded)\s"
    rf"(?:{RANK}{WHO}(?P<b2>\d+);\s)?{A_PAPER}{OF_TO}"
)
"""A paper of one who is named beside it: "in his letter to HARRIS of that day, PORTAL", "PORTAL sent HARRIS a minute"."""
DAYS_OF = ("d", "d2", "d3", "d4", "d5")
THAT_SENT = re.compile(
    rf"\b(?P<paper>{PAPER})\s(?:(?:that|which)\s)?{FROM}\s(?:had\s)?(?:sent|wrote|written|addressed|sent off){TO}(?:,?\s(?:on|of)\s{WHEN}(?P<d>\d+);)"
)
MORE_DAYS = re.compile(rf"(?:,|,?\s(?:and|&))\s{WHEN}(?P<d>\d+);")
ADVICE = re.compile(
    rf"{WHO}(?P<b>\d+);\s+(?:\w+\s+){{0,3}}?(?:sought|asked for|requested|called for)\s+{FROM}[’']s?\s+"
    r"(?P<paper>advice|views|comments|opinion|draft)"
)
REFERENCE = r"(?:\s(?:ref\.?\s)?(?:[Nn]o\.?\s?\d{1,6}|[A-Z]{1,4}[A-Z/.\d]{0,20}(?:\s\d{1,6})?))?"
OWN = re.compile(
    rf"\b(?P<whose>[Yy]our|[Mm]y)\s{{1,3}}(?:[\w.]{{1,20}}\s){{0,2}}?(?P<paper>{PAPER})s?(?:\s(?:to|from)\s(?:you|me))?{REFERENCE}"
    rf"(?:,?\s{{1,3}}(?:of|dated|on)\s{{1,3}}(?:\w{{3,6}}day,?\s)?(?:the\s)?|,\s|\s\((?:of\s|dated\s)?(?:the\s)?){WHEN}(?P<d>\d+);"
    rf"|(?<!of\s)\b(?P<theirs>[Yy]ours|[Mm]ine)\s(?:of|dated)\s(?:the\s)?{WHEN}(?P<d2>\d+);"
)
DRAFT = re.compile(
    rf"{WHO}(?P<x>\d+);(?:[’']s?\s+(?:own\s+|first\s+)?draft\b|,?\s(?:had\s|himself\s)?drafted\b)|\bdraft(?:ed|ing)?\s+(?:prepared\s+)?(?:by|of)\s+(?:the\s+)?{WHO}(?P<y>\d+);"
)
PERSUADED = re.compile(rf"\b(?:convince|persuade|inform|tell|urge|assure|remind|warn)\s+{WHO}(?P<b>\d+);")


class Marked(NamedTuple):
    """The reading with every name and date replaced by a sign and a number, and the way back."""

    text: str
    places: list[tuple[int, int]]
    people: list[Mention]
    dates: list[FoundDate]
    has_drafts: bool


def marked_text(view: View, people: list[Mention], dates: list[FoundDate]) -> Marked:
    """Replace each name by ``WHO<number>;`` and each date by ``WHEN<number>;`` (a leading "Sir" goes with a name).

    A text that speaks of no paper is marked as empty: no letter is looked for in it.
    """
    text = view.text.translate(NO_SIGNS)
    to_next = any(text[a.end : b.start] == " to " for a, b in pairwise(people))
    if not (to_next or any(map(text.lower().__contains__, PAPERS))):
        return Marked("", [(0, 0)], people, dates, False)
    signs = [(m.start, m.end, f"{WHO}{i};") for i, m in enumerate(people)]
    for i, date in enumerate(dates):
        start = view_offset(view, date.start)
        signs.append((start, view_offset(view, date.end - 1) + 1 if date.end > date.start else start, f"{WHEN}{i};"))
    pieces, places, at, length = [], [(0, 0)], 0, 0
    for start, end, sign in sorted(signs):
        if start < at:
            continue
        pieces += [text[at:start], sign]
        length += start - at
        places.append((length, start))
        length += len(sign)
        places.append((length, end))
        at = end
    pieces.append(text[at:])
    return Marked("".join(pieces), places, people, dates, "draft" in text)


TO_NEXT = "; to "
"""Between two names in the marked text."""
FORMS = (
    (CITATION, "citation", (" to ", "\nto ", " an ")),
    (NOTED, "citation", (TO_NEXT,)),
    (OF_ONE, "report", ("one of", "that of")),
    (FROM_TO, "report", ("from",)),
    (WROTE, "report", ("wrote", "replied", "answered", "minuted")),
    (POSSESSED, "report", ("’", "'")),
    (IN_HIS, "report", ("In ", "in ", "By ", "by ")),
    (SENT, "report", ("sent", "addressed", "patched", "wired", "cabled", "signalled", "forwarded")),
    (HE_IN_HIS, "report", (" in ",)),
    (THAT_SENT, "report", (" sent", " wr", " addressed")),
    (HIS, "report", ("his ", "His ", "her ", "Her ")),
    (ADVICE, "advice", ("sought", "asked for", "requested", "called for")),
    (OWN, "quotation", ("our", "My", "my", "ine ")),
)
"""Ways of naming a letter, what each is called, and words of which none can do without one."""


def letters(view: View, marked: Marked, correspondents: Callable[[int], tuple[str, str]]) -> list[ReadLetter]:
    """Letters in the reading, with raw offsets; what the page does not say stays empty.

    correspondents: (writer, reader) of the quotation at a view offset, for "your letter of" and "my letter of"
    """
    found: list[ReadLetter] = []
    taken = bytearray(len(view.raw) + 1)
    windows = _around_papers(marked.text)
    for pattern, basis, words in FORMS:
        if not any(map(marked.text.__contains__, words)):
            continue
        for low, high in windows:
            for match in pattern.finditer(marked.text, low, high):
                letter = _letter(view, marked, match, basis, correspondents)
                if letter and 1 not in taken[letter.start : letter.end]:
                    found += [letter, *_of_more_days(view, marked, match, letter)]
                    taken[letter.start : letter.end] = b"\x01" * (letter.end - letter.start)
    found = [_dated_by_answer(letter, found) for letter in found]
    heads = [h for h in letters_themselves(view, marked.people, marked.dates) if 1 not in taken[h.start : h.end]]
    return sorted([*found, *heads])


PAPERS = (
    *PAPER.strip("(?:)").split("|"),
    *("wrote", "write", "replied", "answered", "minuted", "advice", "views", "comments", "opinion", "draft"),
    *("communication", "yours", "mine"),
)
WINDOW = 260
HE_REACH = 700
"""Characters back within which "in his letter to PORTAL he wrote" finds who is meant."""


def _around_papers(text: str) -> list[tuple[int, int]]:
    """Stretches of the marked text around words for papers and writing, those that touch joined."""
    places, lowered = set(), text.lower()
    for word in (*PAPERS, TO_NEXT):
        at = lowered.find(word)
        while at >= 0:
            places.add(at)
            at = lowered.find(word, at + len(word))
    near = ((max(0, at - WINDOW), min(len(text), at + WINDOW)) for at in sorted(places))
    return run_together(s for s in near if text.find(WHO, *s) >= 0 or text.find(WHEN, *s) >= 0)


def _dated_by_answer(letter: ReadLetter, found: list[ReadLetter]) -> ReadLetter:
    """A letter named in the words of another ("your letter of 3rd October") with its year from that one's own date."""
    if letter.basis != "quotation" or not letter.date.startswith("XXXX-"):
        return letter
    answers = [x.date for x in found if (x.sender, x.to) in ((letter.to, letter.sender), (letter.sender, letter.to))]
    years = {nearest_year(int(d[:4]), int(d[5:7]), int(letter.date[5:7])) for d in answers if DAY_EDTF.match(d)}
    return letter._replace(date=f"{years.pop()}{letter.date[4:]}") if len(years) == 1 and None not in years else letter


DAY_EDTF = re.compile(r"\d{4}-\d\d-\d\d$")


def _letter(
    view: View, marked: Marked, match: re.Match[str], basis: str, correspondents: Callable[[int], tuple[str, str]]
) -> ReadLetter | None:
    parts = match.groupdict()
    start, end = _back(marked, match.start()), _back(marked, match.end())
    sender, to = _name(marked, parts.get("a")), _name(marked, parts.get("b") or parts.get("b2"))
    if basis == "quotation":
        writer, reader = correspondents(start)
        whose = (parts["whose"] or parts["theirs"]).lower()
        sender, to = (reader, writer) if whose.startswith("your") else (writer, reader)
    date = next((marked.dates[int(parts[k])].edtf for k in DAYS_OF if parts.get(k)), "")
    is_letter = match.re not in (WROTE, IN_HIS, SENT, HE_IN_HIS) and (parts.get("paper") or "").lower() in LETTER_WORDS
    if not (date or to or is_letter):
        return None
    if parts.get("he"):
        sender = last_speaker(view.text, marked.people, start, max(view.text.rfind("\n\n", 0, start), start - HE_REACH))
    if parts.get("his"):
        if not date:
            return None
        own = {m.name for m in between(marked.people, sentence_start(view.text, start), start) if m.person}
        sender = own.pop() if len(own) == 1 else ""
    if sender and sender == to:
        return None
    drafted_by, to = _from_sentence(marked, match, basis, sender, to)
    confidence = CITED if basis == "citation" else REPORTED if (date or to) else MENTIONED
    reference = (parts.get("ref") or "").strip(", ")
    return ReadLetter(*found_at(view, start, end), sender, to, date, drafted_by, reference, basis, confidence)


def _of_more_days(view: View, marked: Marked, match: re.Match[str], letter: ReadLetter) -> Iterator[ReadLetter]:
    """The other letters that a citation of several names by their days: Ltrs., A to B, 11 and 19 September."""
    at = match.end()
    while match.re is CITATION and letter.date and not letter.reference and (more := MORE_DAYS.match(marked.text, at)):
        at, day = more.end(), marked.dates[int(more["d"])]
        yield letter._replace(start=day.start, end=day.end, raw=day.raw, date=day.edtf)


def _from_sentence(marked: Marked, match: re.Match[str], basis: str, sender: str, to: str) -> tuple[str, str]:
    """Drafter and addressee that the letter's own sentence names."""
    if basis == "citation":
        return "", to
    if basis == "advice":
        return sender, to
    text = marked.text
    if match.re is not OF_ONE and not marked.has_drafts:
        return "", to
    start, end = sentence_start(text, match.start()), sentence_end(text, match.end())
    drafts = DRAFT.finditer(text, start, end) if text.find("draft", start, end) >= 0 else ()
    drafter = next((_name(marked, m.group("x") or m.group("y")) for m in drafts), "")
    if not to and match.re is OF_ONE:
        persuaded = PERSUADED.search(text, match.end(), end)
        to = _name(marked, persuaded.group("b")) if persuaded else ""
    return (drafter if drafter != to else ""), to


def _name(marked: Marked, number: str | None) -> str:
    return marked.people[int(number)].name if number else ""


def _back(marked: Marked, at: int) -> int:
    """View offset of an offset in the marked text."""
    place = marked.places[bisect_right(marked.places, (at, len(marked.text) * 2)) - 1]
    return place[1] + at - place[0]


def letter_before(letters_found: list[ReadLetter], at: int, reach: int) -> ReadLetter | None:
    """The last letter with a sender that begins in the ``reach`` raw characters before ``at``."""
    near = [found for found in within(letters_found, at - reach, at + 1) if found.sender]
    return near[-1] if near else None


REACH = 1500
"""Raw characters within which a letter named before governs the words quoted or reported after it."""
BEHIND = 6
"""Characters behind quoted words within which "HARRIS wrote to PORTAL" says whose they are and to whom."""


def letter_governing(letters: Sequence[ReadLetter], start: int, speaker: str, end: int = -BEHIND) -> ReadLetter | None:
    """The letter by ``speaker`` spoken of just behind words or last before them; without one, none."""
    near = (*within(letters, end, end + BEHIND), *reversed(within(letters, start - REACH, start + 1)))
    return next((found for found in near if found.sender == speaker), None) if speaker else None


def one_per_letter(found: Iterable[ReadLetter]) -> list[ReadLetter]:
    """Letters with the mentions of one letter joined: what one mention leaves out is taken from another.

    Two mentions are one letter when writer and date agree, as far as both are given, and the addressee too; the date
    must be given by both (a day without its year fits that day). The fuller mention keeps its place, the others are in ``also``.
    """
    kept: list[ReadLetter] = []
    also: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    by_day: defaultdict[str, list[int]] = defaultdict(list)
    for letter in sorted(
        found, key=lambda x: (not x.date or x.date.startswith("XXXX"), not x.sender, not x.to, x.start)
    ):
        day = by_day[letter.date[4:]]
        twins = [i for i in day[-MOST_SAME_DAY:] if letter.date and _one_letter(kept[i], letter)]
        if len(twins) != 1:
            day.append(len(kept))
            kept.append(letter)
            continue
        fuller = kept[twins[0]]
        kept[twins[0]] = fuller._replace(
            sender=fuller.sender or letter.sender,
            to=fuller.to or letter.to,
            drafted_by=fuller.drafted_by or letter.drafted_by,
            reference=fuller.reference or letter.reference,
            confidence=max(fuller.confidence, letter.confidence),
        )
        also[twins[0]].append((letter.start, letter.end))
    return sorted(x._replace(also=(*x.also, *also[i])) if i in also else x for i, x in enumerate(kept))


def at_every_mention(found: Sequence[ReadLetter]) -> list[ReadLetter]:
    """Letters at each of their mentions, every mention with what the others say of its letter."""
    whole = one_per_letter(found)
    return sorted([*whole, *(x._replace(start=start, end=end) for x in whole for start, end in x.also)])


MOST_SAME_DAY = 40
"""Letters of one day of the year among which another mention is looked for."""


def _one_letter(one: ReadLetter, other: ReadLetter) -> bool:
    if (one.sender and other.sender and one.sender != other.sender) or (one.to and other.to and one.to != other.to):
        return False
    if not one.date or not other.date:
        return False
    same_day = one.date == other.date or (other.date.startswith("XXXX-") and other.date[4:] == one.date[4:])
    return same_day and bool(re.search(r"-\d\d-\d\d$", one.date)) and bool(one.sender or one.to)
