"""Words broken at a line end, joined again: by the text's own spelling first, then by what is a word."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

from oilplan.evidence.findings import TextRepair, replaced
from oilplan.evidence.lexicon import Spelling, family_zipf, is_word, small_words, spelling_of, words_of, zipf
from oilplan.evidence.numbers import ONES, TENS

LETTERS = "A-Za-zÀ-ÖØ-öø-ÿ"
HEAD = rf"(?<![\w-])(?P<lead>(?:[{LETTERS}]{{1,30}}-){{0,2}})(?P<head>[{LETTERS}]{{1,30}})(?:[-¬\u00ad\u2010⸗]|=(?=[ \t]{{0,9}}\r?\n))"
BROKEN = re.compile(
    rf"{HEAD}(?P<gap>[ \t]{{0,40}}\r?\n[ \t]{{0,40}}| {{1,3}})(?P<tail>[{LETTERS}]{{1,30}})(?P<more>-[{LETTERS}]{{1,30}})?(?![\w])"
)
OVER_PAGE = re.compile(
    rf"{HEAD}(?P<gap>[ \t]{{0,9}}\r?\n(?:[ \t]{{0,9}}\r?\n){{0,3}}\f?(?P<page>[^\n]{{1,80}}\r?\n(?:[ \t]{{0,9}}\r?\n|[^\n]{{1,80}}\r?\n){{0,3}}?))"
    rf"[ \t]{{0,9}}(?P<tail>[a-zß-öø-ÿ]{{1,30}})(?![\w-])"
)
OVER_BLANK = re.compile(
    rf"{HEAD}(?P<gap>(?:[ \t]{{0,9}}\r?\n){{0,2}}[ \t]{{0,9}}(?:\r?\n|\f)(?:[ \t]{{0,9}}\r?\n)?)[ \t]{{0,9}}(?P<tail>[a-zß-öø-ÿ]{{1,30}})(?![\w-])"
)
"""A word broken at the end of a page or region whose next begins with no heading."""
SOFT = re.compile(rf"(?<![\w-])(?P<head>[{LETTERS}]{{2,30}})-(?P<tail>[a-zß-öø-ÿ]{{2,30}})(?=-[a-zß-öø-ÿ]|(?![\w-]))")
SUSPENDED = words_of("suspended")
"""After these the hyphen is meant: pre- and post-war, Rüstungs- und Beschaffungsamt."""
FUNCTION_WORDS = small_words("function_words.txt")
"""No second half of a word: behind one of them the hyphen is a dash, or a line of another column."""
PARTICLES = words_of("particles")
"""Words that end or carry compounds (all-out, head-on, stand-by, up-to-date)."""
KEPT_PREFIXES = small_words("kept_prefixes.txt")
"""Prefixes that British prints set off with a hyphen."""
ALWAYS_HYPHENED = small_words("always_hyphened.txt")
CLOSED_ZIPF = 2.3
"""A whole of two common words this frequent is written closed (airfield); a rarer one is a compound (ball-bearing)."""
PARTNER_ZIPF = 3.0
CLOSED_SURELY = 4.8
"""British prints hyphen rarer wholes of two words (over-worked), and may close them: there such a break is left."""
USED_ZIPF = 1.7
"""Each half of a compound is at least this common."""
SCRAP_ZIPF = 3.0
NO_PART = words_of("no_part")
"""Words that stand in no compound: where a hyphen joins one, a dash was lost."""
ALWAYS_JOINED = {"less", "ness", "ful", "hood"}
CLOSED_PREFIXES = {"re", "sub", "inter"}
"""Prefixes that British prints close or sets off: there such a break is left."""
FEWEST_LETTERS = 5
"""Shorter wholes are often words by chance: joined within a line only where they are common."""
COMPOUND_TAIL = re.compile(
    r"(?:ing|ed|ful|like|wide|free|made|born|proof|term|level|scale|range|class|grade|type|size|power|week|thirds?)$"
)
"""What ends most compounds; within a line, other words behind a hyphen and a space may follow a dash."""
DOUBLED = re.compile(r"[bdfglmnprt](?:ed|ing|er|ers)")
"""An ending with the letter that it doubles: corset-ted, run-ning."""
NEVER_APART = {"dis", "mis", "un", "im", "il", "ir"}
"""Prefixes that no hyphen sets off from an English word in small letters."""
PREFIX_LEAD = 1.3
"""A word behind a prefix so much commoner than the whole is set off (post-war); return and extent are not."""
CLOSED_ENDS = small_words("closed_ends.txt")
"""Second halves that English prints without a hyphen (railwayman) even where the whole is rare."""
COMMON_ZIPF = 4.6
LINKS = {"and", "of", "to", "the", "by", "in", "for"}
"""Words in the middle of a compound: life-and-death."""
ENDINGS = small_words("word_ends.txt")
"""Ends of words that stand for nothing by themselves, whatever a list of words holds."""
CLOSE_DASH = re.compile(r"(?:[’'”\"),]-|\s-)(?=\w)[^.!?]*$")
ASIDE = 150
"""A hyphen behind a quotation mark or a space is a dash that opens an aside; it closes within so many characters."""
SENTENCE_END = re.compile(r"[.!?][\"'”’)]?\s")
HEADING = re.compile(r"^(?:[^a-zß-ÿ]*|(?=[^a-zß-ÿ]|[ivxl]{1,6}\b).*\d.*(?<![,;.]))$")
"""A running head: in capitals, or with a page number and no small letter first."""


AS_PRINTED = ("", 0.0, "")
"""The reading of two halves that the page is left to print."""


def hyphen_repairs(raw: str, names: Collection[str] = ()) -> list[TextRepair]:
    """Repairs for every word in ``raw`` broken by a hyphen and a space, a line end or the head of the next page.

    names: spellings known as names (Gelsenberg), which no lexicon lists

    The text's own spelling elsewhere decides first (co-operation or cooperation), then the lexicon. A hyphen before
    "and", "oder" and their like is a suspended compound; before another function word a dash: both are left. So is a
    head whose whole is no word known.
    """
    own = spelling_of(raw)
    own.words.update(name.lower() for name in names)
    found: list[TextRepair] = []
    for rule in (_broken, _over_pages, _over_blanks, _soft):
        taken = {r.start for r in found}
        found += [r for r in rule(raw, own) if r.start not in taken]
    return found


def _broken(raw: str, own: Spelling) -> list[TextRepair]:
    found = []
    matches = list(BROKEN.finditer(raw))
    dashes = _paired_dashes(raw, matches, own)
    for match in matches:
        head, tail = match.group("head"), match.group("tail")
        if (tail.lower() in SUSPENDED and "\n" not in match.group("gap")) or match.start() in dashes:
            continue
        lead, more = match.group("lead"), match.group("more") or ""
        if more and "\n" in match.group("gap") and tail in LINKS:
            reading, confidence, reason = f"{head}-{tail}", 0.9, "a compound of three words; the gap is a line end"
        else:
            reading, confidence, reason = _joined(head, tail, own, "\n" in match.group("gap"), bool(lead or more))
        if reading:
            found.append(replaced(raw, _halves(match), reading, "hyphenation", confidence, reason))
    return found


def _halves(match: re.Match[str]) -> tuple[int, int]:
    """The span from a broken word's first half to its second."""
    return match.start("head"), match.end("tail")


def _paired_dashes(raw: str, matches: Sequence[re.Match[str]], own: Spelling) -> set[int]:
    """Where a hyphen and a space stand twice or more in a sentence between whole words that make no word together: dashes
    around an aside ("the rest- small plants- hardly counted")."""
    loose = [
        m
        for m in matches
        if "\n" not in m["gap"]
        and m["tail"].lower() not in SUSPENDED
        and not (m["head"][0].isupper() and m["tail"][0].isupper())
        and not {m["head"].lower()} & {*ALWAYS_HYPHENED, *KEPT_PREFIXES, *TENS}
        and not own.compounds[f"{m['head']}-{m['tail']}".lower()]
        and not own.words[whole := f"{m['head']}{m['tail']}".lower()]
        and not is_word(whole, own.german)
    ]
    pairs = [(a, b) for a, b in pairwise(loose) if not SENTENCE_END.search(raw, a.end(), b.start())]
    closed = [m for m in loose if CLOSE_DASH.search(raw[max(0, m.start() - ASIDE) : m.start()])]
    return {m.start() for pair in (*pairs, closed) for m in pair}


def _over_blanks(raw: str, own: Spelling) -> list[TextRepair]:
    """A word broken at the foot of a page or region and carried on in the next."""
    found = []
    for match in OVER_BLANK.finditer(raw):
        head, tail, gap = match["head"], match["tail"], match["gap"]
        whole = head + tail
        if (gap.count("\n") > 1 or "\f" in gap) and (is_word(whole.lower(), own.german) or own.words[whole.lower()]):
            reason = f"“{whole}” is a word; a page or region ends between its halves"
            repair = replaced(raw, _halves(match), whole, "hyphenation", 0.95, reason)
            found.append(repair._replace(text=whole + ("\f" if "\f" in gap else "\n")))
    return found


def _over_pages(raw: str, own: Spelling) -> list[TextRepair]:
    """A word broken at a page's foot and carried over the running head of the next."""
    found = []
    for match in OVER_PAGE.finditer(raw):
        lines = [line.strip() for line in match.group("page").splitlines() if line.strip()]
        if not lines or len(lines) > 3 or not any(map(HEADING.search, lines)) or lines[0][0].islower():
            continue
        whole = match.group("head") + match.group("tail")
        if is_word(whole.lower(), own.german) or own.words[whole.lower()]:
            reason = f"“{whole}” is a word; a running head stands between its halves"
            repair = replaced(raw, _halves(match), whole, "hyphenation", 0.95, reason)
            found.append(repair._replace(text=f"{whole}\n{' '.join(lines)}\n"))
    return found


def _soft(raw: str, own: Spelling) -> list[TextRepair]:
    """Hyphens left inside a word when its line was run on: produc-tion."""
    found = []
    for match in SOFT.finditer(raw):
        head, tail = match.group("head"), match.group("tail")
        whole = (head + tail).lower()
        if own.compounds[f"{head}-{tail}".lower()] > 1 and not own.words[whole]:
            continue
        broken = zipf(whole) >= USED_ZIPF - 0.3 and (
            tail in ENDINGS or not (_stands(head.lower(), own) and is_word(tail))
        )
        if head[1:].isupper() or tail.endswith(head[1:]) or (head.lower() in KEPT_PREFIXES and not own.words[whole]):
            continue
        if not broken and ((is_word(head.lower()) and is_word(tail)) or _stands(tail, own)):
            continue
        if broken or zipf(whole) >= CLOSED_ZIPF - 0.3 or own.words[whole] > 1:
            reason = f"“{head + tail}” is a word and “{tail}” is none: the hyphen of a line end, run on"
            found.append(replaced(raw, match.span(), head + tail, "hyphenation", 0.97, reason))
    return found


def _broken_there(whole: str, tail: str, own: Spelling) -> bool:
    """Whether the text's own compound is a word broken once more: its second half is no word, the whole is one."""
    return is_word(whole, own.german) and zipf(tail) < USED_ZIPF and not (own.german and is_word(tail, True))


def _stands(word: str, own: Spelling) -> bool:
    """Whether a half can be a word of its own; short scraps that the list happens to hold (sion) are none."""
    return zipf(word) >= (SCRAP_ZIPF if len(word) <= 4 else 2.0) or (own.german and is_word(word, True))


def _joined(head: str, tail: str, own: Spelling, line_end: bool, in_compound: bool) -> tuple[str, float, str]:
    """The reading of two halves, with confidence and reason; ("", 0, "") where the page is left as printed."""
    low_head, low_tail = head.lower(), tail.lower()
    whole, compound = low_head + low_tail, f"{low_head}-{low_tail}"
    if tail[0].isupper() and not (head.isupper() and tail.isupper()):
        return _capital_tail(head, tail, own, line_end)
    if own.compounds[compound] != own.words[whole] and not (
        own.compounds[compound] and _broken_there(whole, low_tail, own)
    ):
        hyphened = own.compounds[compound] > own.words[whole]
        reading = f"{head}-{tail}" if hyphened else head + tail
        return reading, 0.97, f"the text itself prints “{compound if hyphened else whole}” elsewhere"
    if low_head in KEPT_PREFIXES and not own.words[whole] and own.of_family(low_head, low_tail):
        return f"{head}-{tail}", 0.95, f"the text itself sets “{low_head}-” off before this word elsewhere"
    stands = (own.words[low_head] or is_word(low_head)) and (own.words[low_tail] or is_word(low_tail))
    of_a_name = own.words[low_tail] and not is_word(low_tail)
    if head.isupper() and min(len(head), len(tail)) > 2 and (stands or of_a_name) and not is_word(whole):
        return f"{head}-{tail}", 0.9, "two words in capitals make a compound; the gap is a line end"
    if len(tail) == 1:
        return AS_PRINTED  # no line is broken before one letter
    if DOUBLED.fullmatch(low_tail) and low_tail[0] == low_head[-1] and is_word(low_head):
        return head + tail, 0.9, "the doubled letter belongs to the ending; the gap is a line end"
    if low_head in TENS and (low_tail in ONES or low_tail in ("first", "second", "third", "fifth", "odd")):
        return f"{head}-{tail}", 0.97, "a number in words keeps its hyphen"
    return _by_words(head, tail, own, line_end, in_compound)


def _by_words(head: str, tail: str, own: Spelling, line_end: bool, in_compound: bool) -> tuple[str, float, str]:
    """As `_joined`, where neither the text's own spelling nor the form of the halves decides: by what is a word."""
    low_head, low_tail, whole = head.lower(), tail.lower(), f"{head}{tail}".lower()
    known = is_word(whole, own.german)
    surely = zipf(whole) >= PARTNER_ZIPF or (line_end and known and (own.german or not is_word(low_head)))
    if low_tail in FUNCTION_WORDS and low_tail not in PARTICLES and not surely:
        return AS_PRINTED
    if is_word(low_head) and is_word(low_tail) and len(low_head) > 1 and len(low_tail) > 1:
        return _two_words(head, tail, own, known, line_end)
    if not line_end and len(whole) < FEWEST_LETTERS and zipf(whole) < SCRAP_ZIPF:
        return AS_PRINTED
    if known and (line_end or not (zipf(low_tail) >= COMMON_ZIPF and zipf(whole) < PARTNER_ZIPF)):
        return head + tail, 0.99, f"“{head}{tail}” is a word; the hyphen and gap are a line end"
    if own.german and line_end and low_tail not in (FUNCTION_WORDS | SUSPENDED) and not low_head.endswith(GERMAN_HEADS):
        return head + tail, 0.85, "German joins what a line end parts before a small letter"
    unsure = in_compound or own.german or not line_end or min(len(head), len(tail)) < 3
    if unsure or is_word(low_tail) or is_word(low_head):
        return AS_PRINTED
    return head + tail, 0.8, f"“{head}” and “{tail}” do not stand alone; the gap is a line end"


def _two_words(head: str, tail: str, own: Spelling, known: bool, line_end: bool) -> tuple[str, float, str]:
    """Two halves that are words themselves: one word (airfield), a compound (ball-bearing), or a dash."""
    low_head, low_tail = head.lower(), tail.lower()
    whole, low = family_zipf(low_head + low_tail), min(zipf(low_head), zipf(low_tail))
    if {low_head, low_tail} & NO_PART and not known:
        return AS_PRINTED
    if line_end and (low_head in NEVER_APART or low_tail in ALWAYS_JOINED):
        return head + tail, 0.9, f"“{head}{tail}” takes no hyphen; the gap is a line end"
    doubled = low_head[-1] == low_tail[0] and low_head[-1] in "aeiou"
    if (
        own.british
        and not own.german
        and low_head in KEPT_PREFIXES
        and (doubled or (zipf(low_tail) > whole + PREFIX_LEAD and not (known and low_head in CLOSED_PREFIXES)))
    ):
        return f"{head}-{tail}", 0.9, f"British prints set “{low_head}-” off with a hyphen"
    if own.british and known and low_head in CLOSED_PREFIXES and whole < PARTNER_ZIPF:
        return AS_PRINTED
    closed = line_end and not _stands(low_head, own)
    if known and (whole >= CLOSED_SURELY or closed or (own.german and not whole)):
        return head + tail, 0.98, f"“{head}{tail}” is a word; the hyphen and gap are a line end"
    if own.british and known and _may_be_hyphened(low_head, low_tail, whole, low):
        return AS_PRINTED
    if known and whole >= PARTNER_ZIPF:
        return head + tail, 0.98, f"“{head}{tail}” is a word; the hyphen and gap are a line end"
    if low_head in ALWAYS_HYPHENED and zipf(low_tail) > whole + 1:
        return f"{head}-{tail}", 0.9, f"“{head}-” makes compounds, and “{tail}” is a word; the gap is a line end"
    if known and (whole >= CLOSED_ZIPF or head[0].isupper() or whole >= low - 1 or low_tail in CLOSED_ENDS):
        return head + tail, 0.98, f"“{head}{tail}” is a word; the hyphen and gap are a line end"
    if not line_end and (low_tail in FUNCTION_WORDS or low_tail in PARTICLES or _is_adverb(low_tail)):
        return AS_PRINTED
    if (own.german and not own.words[low_head]) or (head[0].isupper() and not known):
        return AS_PRINTED
    if not line_end and not (COMPOUND_TAIL.search(low_tail) or {low_head, low_tail} & own.parts):
        return AS_PRINTED
    if low >= USED_ZIPF and (len(low_head) > 2 or low_head == "so") and len(low_tail) > 1:
        return f"{head}-{tail}", 0.9, "two words in use make a compound; the gap is a line end"
    return AS_PRINTED


def _is_adverb(word: str) -> bool:
    """Whether a word is an adverb, which ends no compound: hardly, but not friendly or weekly."""
    adjectives = {"friendly", "weekly", "monthly", "yearly", "daily"}
    return word.endswith("ly") and is_word(word[:-2]) and word not in adjectives


def _may_be_hyphened(head: str, tail: str, whole: float, low: float) -> bool:
    """Whether a British printer may have set two words with a hyphen that others close: week-end, short-sighted."""
    return len(head) >= 4 and len(tail) >= 3 and low >= PARTNER_ZIPF and whole < low - 0.3 and tail not in CLOSED_ENDS


def _capital_tail(head: str, tail: str, own: Spelling, line_end: bool) -> tuple[str, float, str]:
    """Merseburg-Leuna, Anglo-American: a second half with a capital keeps its hyphen, if the first is whole."""
    in_capitals = len(tail) > 1 and tail.isupper() and not head.isupper()
    if in_capitals or tail.lower() in FUNCTION_WORDS or tail.lower() in PARTICLES or tail in SENTENCE_OPENERS:
        return AS_PRINTED
    in_a_table = not line_end and zipf(tail.lower()) >= PARTNER_ZIPF and not head.endswith("o")
    if (tail.lower() in own.small or in_a_table) and not own.compounds[f"{head}-{tail}".lower()]:
        return AS_PRINTED
    standing = own.words[head.lower()] or any(c.startswith(f"{head.lower()}-") for c in own.compounds)
    if head[0].isupper() and len(head) > 3 and (standing or not is_word((head + tail).lower())):
        return f"{head}-{tail}", 0.9, "two names joined by a hyphen; the gap is a line end"
    if head.lower() in {*KEPT_PREFIXES, "un", "trans"}:
        return f"{head}-{tail}", 0.9, f"“{head}-” before a name; the gap is a line end"
    return AS_PRINTED


GERMAN_HEADS = ("nicht", "lich", "isch", "ig", "los")
"""Ends of German heads that may keep their hyphen (nicht-deutsch): such a break is left as printed."""
SENTENCE_OPENERS = small_words("sentence_openers.txt")
