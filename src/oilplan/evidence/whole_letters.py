"""Letters that a page itself is: a dated head, "My dear ..." or FROM and TO lines, and a signature."""

from __future__ import annotations

import re

from oilplan.evidence.findings import FoundDate, ReadLetter, View, found_at, view_offset
from oilplan.evidence.lexicon import small_words
from oilplan.evidence.people import Mention, between

SALUTATION = re.compile(
    r"^[ \t]{0,40}(?:My\s)?[Dd]ear\s+(?P<name>[^\n]{1,60}?)\s?[,:—–-]{0,2}[ \t]{0,3}$|^[ \t]{0,40}(?P<sir>Sirs?|Gentlemen|Sehr geehrter[^\n]{1,40}),[ \t]{0,3}$",
    re.MULTILINE,
)
CLOSING = re.compile(
    r"^[ \t]{0,60}(?:I am,?[^\n]{0,20}|Yours?(?=,?[ \t]{0,3}$)|Yours?[ ](?:\w{1,12}[ ]?){0,3}|Very (?:truly|sincerely) yours|Sincerely(?: yours)?|(?:Ever|Faithfully) yours"
    r"|(?:With|Kind|Best)[^\n]{0,30}regards?|[^\n]{0,60}\b[Yy]our (?:most |humble ){0,2}obedient [Ss]ervants?|I have the honour to be,?|\(?(?:[Ss]igned|[Ss]gd\.?)\)?|Heil Hitler!?|Mit [^\n]{0,30}Gr[üu][ßs]{1,2}en?)[,.]?[ \t]{0,3}",
    re.MULTILINE,
)
MEMO_LINE = re.compile(
    r"^[ \t]{0,20}(?P<what>FROM|From|TO|To|DATE|Date|VON|Von|AN|An)[ \t]{0,9}:[ \t]{0,20}(?P<rest>[^\n]{1,90})$",
    re.MULTILINE,
)
WHOLE_DAY = re.compile(r"-\d\d-\d\d$")
HEAD_REACH, SIGNATURE_REACH, LONGEST_LETTER = 600, 300, 20_000
WHOLE = "the page itself"
"""The basis of a letter that the page is."""
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
    greeting = _greeted(opening)
    is_lady = greeting.startswith(("Miss", "Mrs"))
    greeted = [greeting] if is_lady else [m.name for m in between(people, opening.start(), opening.end())]
    sender = below[0] if below else ""
    others = [n for n in (*below[1:], *greeted, *above) if n != sender]
    start = min(day[0], opening.start()) if day and day[0] < opening.start() else opening.start()
    to, date = others[0] if others else greeting, day[1].edtf if day else ""
    return ReadLetter(*found_at(view, start, opening.end()), sender, to, date, "", "", WHOLE, ITSELF)


def _greeted(opening: re.Match[str]) -> str:
    name = (opening.group("name") or "").strip(" ,.:")
    return name if name and name[0].isupper() and not name.lower().startswith(("sir", "madam", "friend")) else ""


def _named_lines(text: str, people: list[Mention], start: int, end: int) -> list[str]:
    """Names below the closing words: persons known, or a line that is nothing but a name."""
    known = [(m.start, m.name) for m in between(people, start, end) if m.person]
    lines = [(m.start(1), m.group(1)) for m in LINE_NAME.finditer(text, start, end) if not _is_rank(m[1])]
    known += [(at, name) for at, name in lines if not any(at - 9 <= k <= at + len(name) for k, _ in known)]
    return [name for _, name in sorted(known)]


def _is_rank(line: str) -> bool:
    """Whether a line below a signature is the writer's rank or office, and no other name."""
    return re.split(r"[\s-]", line.rstrip("."))[-1] in small_words("no_surnames.txt")


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
        low, high = line.start() - HEAD_REACH, block[-1].end() + HEAD_REACH // 3
        day = next((d for at, d in placed if low <= at <= high), None)
        found_here, date = found_at(view, line.start(), block[-1].end()), day.edtf if day else ""
        found.append(ReadLetter(*found_here, names[0], names[1], date, "", "", WHOLE, ITSELF))
    return found


def _line_person(people: list[Mention], line: re.Match[str]) -> str:
    named = between(people, line.start("rest"), line.end("rest"))
    return named[0].name if named else line.group("rest").strip(" ,.")
