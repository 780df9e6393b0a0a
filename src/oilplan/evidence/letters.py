"""Letters, minutes and drafts that a page cites or reports."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from oilplan.evidence.date_years import nearest_year
from oilplan.evidence.findings import FoundDate, ReadLetter, View, raw_span, view_offset
from oilplan.evidence.gazetteer import small_words
from oilplan.evidence.long_lists import within
from oilplan.evidence.people import Mention, between, sentence_end, sentence_start

PAPER = r"(?:letter|minute|memorandum|memo|note|reply|answer|response|signal|telegram|tel|cable|report|paper|ltr|msg|brief|schreiben|fernschreiben|vermerk|iom|r&r)"
WHO = "\ue000"
"""Stands for a name in the marked text, and WHEN for a date: the patterns see only who, when and what paper."""
WHEN = "\ue001"
NO_SIGNS = {ord(WHO): "\ufffd", ord(WHEN): "\ufffd"}
"""A scan that holds the signs themselves must not pass for a name."""
CITED, REPORTED, MENTIONED = 0.95, 0.85, 0.6
"""Confidence of a letter cited in form, one reported with a date or addressee, one only mentioned. Judgement."""

RANK = r"(?:(?:the|Sir|Lord|Mr\.?|Dr\.?|Lt\.?|Maj\.?|Brig\.?|Gen\.?|Col\.?|General|Air|Chief|Vice|Marshal|Commodore|Group|Captain|Field|Major)[\s-]){0,4}"
"""Titles that stand before a name in the marked text."""
LETTER_WORDS = small_words("letter_words.txt")
"""Papers that are letters by their name; a response, report or note is one only with a date or addressee."""
FROM = rf"{RANK}{WHO}(?P<a>\d+);"
TO = rf"(?:\s{{1,3}}(?:again\s)?to\s{{1,3}}{RANK}{WHO}(?P<b>\d+);)?"
CITATION = re.compile(
    rf"\b(?i:(?P<paper>{PAPER}))s?[.,:]{{0,2}}\s{{1,3}}[(—–-]?\s?(?:(?:from|by|von)\s)?{FROM}\s{{1,3}}(?:to|an)\s{{1,3}}{RANK}{WHO}(?P<b>\d+);"
    rf"(?:[,)]?\s{{1,3}}[—–-]?\s?(?:of\s|dated\s|on\s|vom\s)?(?:the\s)?{WHEN}(?P<d>\d+);)?(?P<ref>,\s{{1,3}}[A-Z][^;\n]{{0,80}}?(?=\.(?:\s|$)(?!\d)))?"
)
POSSESSED = re.compile(
    rf"{FROM}[’']s?\s+(?:{WHEN}(?P<d>\d+);\s+)?"
    r"(?:(?:own|long|short|first|second|final|last|next|earlier|later|official|personal|further)\s+){0,3}"
    rf"(?P<paper>{PAPER})\b(?:\s+of\s+(?:the\s)?{WHEN}(?P<d2>\d+);)?{TO}(?:(?:,|\s+(?:of|on|dated))\s+{WHEN}(?P<d3>\d+);)?"
)
WROTE = re.compile(
    rf"(?:(?P<on>[Oo]n)\s+{WHEN}(?P<d>\d+);,?\s+)?{FROM}\s+(?:\w+\s+)?(?:wrote|replied|answered|minuted)"
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
    rf"{WHO}(?P<x>\d+);[’']s?\s+(?:own\s+|first\s+)?draft\b|\bdraft(?:ed|ing)?\s+(?:prepared\s+)?(?:by|of)\s+(?:the\s+)?{WHO}(?P<y>\d+);"
)
PERSUADED = re.compile(rf"\b(?:convince|persuade|inform|tell|urge|assure|remind|warn)\s+{WHO}(?P<b>\d+);")


class Marked(NamedTuple):
    """The reading with every name and date replaced by a sign and a number, and the way back."""

    text: str
    places: list[tuple[int, int]]
    people: list[Mention]
    dates: list[FoundDate]


def marked_text(view: View, people: list[Mention], dates: list[FoundDate]) -> Marked:
    """Replace each name by ``WHO<number>;`` and each date by ``WHEN<number>;`` (a leading "Sir" goes with a name).

    A text that speaks of no paper is marked as empty: no letter is looked for in it.
    """
    text = view.text.translate(NO_SIGNS)
    if not any(map(text.lower().__contains__, PAPERS)):
        return Marked("", [(0, 0)], people, dates)
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
    return Marked("".join(pieces), places, people, dates)


def letters(view: View, marked: Marked, correspondents: Callable[[int], tuple[str, str]]) -> list[ReadLetter]:
    """Letters in the reading, with raw offsets; what the page does not say stays empty.

    correspondents: (writer, reader) of the quotation at a view offset, for "your letter of" and "my letter of"
    """
    found: list[ReadLetter] = []
    taken = bytearray(len(view.raw) + 1)
    windows = _around_papers(marked.text)
    for pattern, basis in (
        (CITATION, "citation"),
        (OF_ONE, "report"),
        (FROM_TO, "report"),
        (WROTE, "report"),
        (POSSESSED, "report"),
        (ADVICE, "advice"),
        (OWN, "quotation"),
    ):
        for low, high in windows:
            for match in pattern.finditer(marked.text, low, high):
                letter = _letter(view, marked, match, basis, correspondents)
                if letter and 1 not in taken[letter.start : letter.end]:
                    found.append(letter)
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


def _around_papers(text: str) -> list[tuple[int, int]]:
    """Stretches of the marked text around words for papers and writing, those that touch joined."""
    places, lowered = set(), text.lower()
    for word in PAPERS:
        at = lowered.find(word)
        while at >= 0:
            places.add(at)
            at = lowered.find(word, at + len(word))
    found: list[tuple[int, int]] = []
    for at in sorted(places):
        low, high = max(0, at - WINDOW), min(len(text), at + WINDOW)
        if text.find(WHO, low, high) < 0 and text.find(WHEN, low, high) < 0:
            continue
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found


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
    sender, to = _name(marked, parts.get("a")), _name(marked, parts.get("b"))
    if basis == "quotation":
        writer, reader = correspondents(start)
        whose = (parts["whose"] or parts["theirs"]).lower()
        sender, to = (reader, writer) if whose.startswith("your") else (writer, reader)
    date = next((marked.dates[int(parts[k])].edtf for k in ("d", "d2", "d3") if parts.get(k)), "")
    if not (date or to) and (match.re is WROTE or (parts.get("paper") or "").lower() not in LETTER_WORDS):
        return None
    if sender and sender == to:
        return None
    drafted_by, to = _from_sentence(marked, match, basis, sender, to)
    confidence = CITED if basis == "citation" else REPORTED if (date or to) else MENTIONED
    raw_start, raw_end = raw_span(view, start, end)
    reference = (parts.get("ref") or "").strip(", ")
    return ReadLetter(
        raw_start, raw_end, view.raw[raw_start:raw_end], sender, to, date, drafted_by, reference, basis, confidence
    )


def _from_sentence(marked: Marked, match: re.Match[str], basis: str, sender: str, to: str) -> tuple[str, str]:
    """Drafter and addressee that the letter's own sentence names."""
    if basis == "citation":
        return "", to
    if basis == "advice":
        return sender, to
    text = marked.text
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


SALUTATION = re.compile(
    r"^[ \t]{0,40}(?:My\s)?[Dd]ear\s+(?P<name>[^\n]{1,60}?)\s?[,:—–-]{0,2}[ \t]{0,3}$|^[ \t]{0,40}(?P<sir>Sirs?|Gentlemen|Sehr geehrter[^\n]{1,40}),[ \t]{0,3}$",
    re.MULTILINE,
)
CLOSING = re.compile(
    r"^[ \t]{0,60}(?:I am,?[^\n]{0,20}|Yours?(?=,?[ \t]{0,3}$)|Yours?[ ](?:\w{1,12}[ ]?){0,3}|Very (?:truly|sincerely) yours|Sincerely(?: yours)?|(?:Ever|Faithfully) yours"
    r"|(?:With|Kind|Best)[^\n]{0,30}regards?|Your obedient servant|\(?(?:[Ss]igned|[Ss]gd\.?)\)?|Heil Hitler!?|Mit [^\n]{0,30}Gr[üu][ßs]{1,2}en?)[,.]?[ \t]{0,3}",
    re.MULTILINE,
)
MEMO_LINE = re.compile(
    r"^[ \t]{0,20}(?P<what>FROM|From|TO|To|DATE|Date|VON|Von|AN|An)[ \t]{0,9}:[ \t]{0,20}(?P<rest>[^\n]{1,90})$",
    re.MULTILINE,
)
WHOLE_DAY = re.compile(r"-\d\d-\d\d$")
HEAD_REACH, SIGNATURE_REACH, LONGEST_LETTER = 600, 300, 20_000
ITSELF = 0.9
"""Confidence of a letter that the page itself is, with its head and signature. Judgement."""
LINE_NAME = re.compile(
    r"^[ \t]{0,60}((?:[A-Z]\.\s?){1,3}[A-Z][A-Za-zà-ÿ-]{2,24}|[A-Z][a-zà-ÿ]{2,20}(?:\s(?:[A-Z]\.|[A-Z][A-Za-zà-ÿ-]{1,20})){1,3})[.,]?[ \t]{0,3}$",
    re.MULTILINE,
)


def letters_themselves(view: View, people: list[Mention], dates: list[FoundDate]) -> list[ReadLetter]:
    """Letters that the text itself is: a dated head, "My dear ..." or FROM and TO lines, and a signature.

    The writer is named below the closing words, the reader beneath him, above the salutation or in it.
    """
    openings, last_end = list(SALUTATION.finditer(view.text)), 0
    found: list[ReadLetter] = []
    if not (openings or MEMO_LINE.search(view.text) or CLOSING.search(view.text)):
        return found
    placed = [(view_offset(view, d.start), d) for d in dates if WHOLE_DAY.search(d.edtf)]
    for i, opening in enumerate(openings):
        stop = openings[i + 1].start() if i + 1 < len(openings) else len(view.text)
        stop = min(stop, opening.end() + LONGEST_LETTER)
        closing = CLOSING.search(view.text, opening.end(), stop)
        head = max(last_end, opening.start() - HEAD_REACH)
        sign_end = min(stop, closing.end() + SIGNATURE_REACH) if closing else opening.end()
        day = next((p for p in reversed(placed) if head <= p[0] < opening.start()), None)
        day = day or next((p for p in placed if closing and closing.end() <= p[0] < sign_end), None)
        if not (closing or day):
            continue
        found.append(_itself(view, people, opening, (head, closing.end() if closing else sign_end, sign_end), day))
        last_end = sign_end if closing else opening.end()
    return [*found, *_without_greeting(view, people, placed, openings), *_memos(view, people, placed)]


def _without_greeting(
    view: View, people: list[Mention], placed: list[tuple[int, FoundDate]], openings: list[re.Match[str]]
) -> list[ReadLetter]:
    """Letters with a date at their head and a signature, but no "Dear ..."."""
    found: list[ReadLetter] = []
    since = 0
    for closing in CLOSING.finditer(view.text):
        if closing.start() < since:
            continue
        low, end = max(since, closing.start() - LONGEST_LETTER), min(len(view.text), closing.end() + SIGNATURE_REACH)
        since = end
        heads = [p for p in placed if low <= p[0] < closing.start() and _at_a_head(view, p)]
        greeted = any(low <= o.start() < closing.start() for o in openings)
        if greeted or not heads or not _named_lines(view.text, people, closing.end(), end):
            continue
        line = HEAD_LINE.match(view.text, view.text.rfind("\n", 0, heads[-1][0]) + 1)
        if line:
            found.append(_itself(view, people, line, (low, closing.end(), end), heads[-1]))
    return found


def _at_a_head(view: View, place: tuple[int, FoundDate]) -> bool:
    """Whether a date stands on a line with few words besides, as at the head of a letter."""
    start = view.text.rfind("\n", 0, place[0]) + 1
    stop = view.text.find("\n", place[0])
    line = view.text[start : stop if stop >= 0 else len(view.text)].replace(place[1].raw, "")
    return len(re.findall(r"\w+", line)) <= HEAD_WORDS and not re.search(r"[a-z][.;!?]\s*$", line)


HEAD_WORDS = 6
HEAD_LINE = re.compile(r"(?P<name>(?!))?[^\n]{0,200}(?:\n{1,2}[ \t]{0,20}(?:To|An):?\s[^\n]{2,80}(?=\n))?")
"""The line of the date, and one below it that names the reader."""


def _itself(
    view: View,
    people: list[Mention],
    opening: re.Match[str],
    places: tuple[int, int, int],
    day: tuple[int, FoundDate] | None,
) -> ReadLetter:
    head, signed, end = places
    below = _named_lines(view.text, people, signed, end)
    above = [m.name for m in between(people, head, opening.start()) if m.person]
    greeted = [m.name for m in between(people, opening.start(), opening.end())]
    sender = below[0] if below else ""
    others = [n for n in (*below[1:], *greeted, *above) if n != sender]
    start = min(day[0], opening.start()) if day and day[0] < opening.start() else opening.start()
    raw_start, raw_end = raw_span(view, start, opening.end())
    return ReadLetter(
        raw_start,
        raw_end,
        view.raw[raw_start:raw_end],
        sender,
        others[0] if others else _greeted(opening),
        day[1].edtf if day else "",
        "",
        "",
        "the page itself",
        ITSELF,
    )


def _greeted(opening: re.Match[str]) -> str:
    name = (opening.group("name") or "").strip(" ,.:")
    return name if name and name[0].isupper() and not name.lower().startswith(("sir", "madam", "friend")) else ""


def _named_lines(text: str, people: list[Mention], start: int, end: int) -> list[str]:
    """Names below the closing words: persons known, or a line that is nothing but a name."""
    known = [(m.start, m.name) for m in between(people, start, end) if m.person]
    lines = [(m.start(1), m.group(1)) for m in LINE_NAME.finditer(text, start, end)]
    known += [(at, name) for at, name in lines if not any(at - 9 <= k <= at + len(name) for k, _ in known)]
    return [name for _, name in sorted(known)]


def _memos(view: View, people: list[Mention], placed: list[tuple[int, FoundDate]]) -> list[ReadLetter]:
    """Papers headed by FROM and TO lines."""
    found, lines = [], list(MEMO_LINE.finditer(view.text))
    for i, line in enumerate(lines):
        block = [x for x in lines[i : i + 4] if x.start() - line.start() <= HEAD_REACH]
        kinds = {x.group("what").title().replace("Von", "From").replace("An", "To"): x for x in reversed(block)}
        first_of_block = not (i and line.start() - lines[i - 1].end() <= HEAD_REACH)
        if not first_of_block or not {"From", "To"} <= set(kinds):
            continue
        names = [_line_person(people, kinds[k]) for k in ("From", "To")]
        day = next(
            (d for at, d in placed if line.start() - HEAD_REACH <= at <= block[-1].end() + HEAD_REACH // 3), None
        )
        start, end = raw_span(view, line.start(), block[-1].end())
        found.append(
            ReadLetter(
                start,
                end,
                view.raw[start:end],
                names[0],
                names[1],
                day.edtf if day else "",
                "",
                "",
                "the page itself",
                ITSELF,
            )
        )
    return found


def _line_person(people: list[Mention], line: re.Match[str]) -> str:
    named = between(people, line.start("rest"), line.end("rest"))
    return named[0].name if named else line.group("rest").strip(" ,.")


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


MOST_SAME_DAY = 40
"""Letters of one day of the year among which another mention is looked for."""


def _one_letter(one: ReadLetter, other: ReadLetter) -> bool:
    if (one.sender and other.sender and one.sender != other.sender) or (one.to and other.to and one.to != other.to):
        return False
    if not one.date or not other.date:
        return False
    same_day = one.date == other.date or (other.date.startswith("XXXX-") and other.date[4:] == one.date[4:])
    return same_day and bool(re.search(r"-\d\d-\d\d$", one.date)) and bool(one.sender or one.to)
