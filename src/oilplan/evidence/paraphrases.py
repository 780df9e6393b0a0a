"""What a writer reports in his own words: "Portal then expressed", "He also said", with speaker, reporter and drafter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from oilplan.evidence.findings import Paraphrase, Quantity, Quotation, ReadLetter
from oilplan.evidence.people import SAYING, Mention, between, last_speaker, sentence_end, sentence_start
from oilplan.evidence.view import View, raw_span

NARRATOR = "narrator"
REPORTING = (
    rf"(?:{SAYING}|expressed|critici[sz]ed|accused|blamed|praised|pointed\sout|agreed|disagreed|denied|doubted|feared|emphasi[sz]ed"
    r"|recommended|proposed|pleaded|hoped|predicted|estimated|reported|informed|reminded|advised|assured|felt|thought|implied)"
)
AFTER_NAME = re.compile(rf"(?:,\s)?\s?(?:\w{{2,12}}\s){{0,2}}?{REPORTING}\b(?!\s[“‘\"'])")
GOES_ON = re.compile(
    r"^(?:The|This|That|These|Those|Their|Its|It|They|There|To|In|Only|Such|Half|\d|[A-Z][a-z]{2,12}\s[a-z])"
)
"""How a sentence begins that may still report the speaker of the one before."""
MOST_FOLLOWING = 5
NAMED, BY_PRONOUN, OPEN = 0.75, 0.65, 0.4
"""Confidence by how the speaker was found: named, by a pronoun, or going on without a word of saying. Judgement."""
REACH = 1500
"""Raw characters back within which a letter of the speaker governs what is reported of him."""
FEWEST_WORDS = 4
NEAR_QUOTE = 200
ASCRIBED = re.compile(r"\b(?:what|as|than|which|whom|that)\s(?:Sir\s)?$")
"""Before a name: "in what HARRIS said" judges his words and does not report them."""


def paraphrases(
    view: View, people: list[Mention], letters: Sequence[ReadLetter], quoted: Sequence[Quotation]
) -> list[Paraphrase]:
    """Sentences that report a person's words without quoting them, with raw offsets.

    A sentence that goes on without a new speaker or a word of saying may be the reporter's own: its speaker reads
    "Sydney Bufton / narrator", and its confidence is low. Sentences that hold a quotation are left to `quotations`.
    """
    found: dict[int, Paraphrase] = {}
    for start, speaker, basis, confidence in sorted(_attributed(view, people, quoted)):
        end = sentence_end(view.text, start + 1)
        if start in found or _quotes(view, start, end, quoted):
            continue
        found[start] = _paraphrase(view, start, end, speaker, basis, confidence, letters)
        for _ in range(MOST_FOLLOWING):
            start = end + len(view.text[end : end + 3]) - len(view.text[end : end + 3].lstrip())
            end = sentence_end(view.text, start + 1)
            named = {m.name for m in between(people, start, end) if m.person}
            if (
                speaker in named
                and not _quotes(view, start, end, quoted)
                and "\n\n" not in view.text[start - 3 : start]
            ):
                continue
            if not _goes_on(view, start, end, people, quoted):
                break
            found.setdefault(start, _paraphrase(view, start, end, f"{speaker} / {NARRATOR}", "goes on", OPEN, letters))
    return [p for _, p in sorted(found.items()) if len(p.raw.split()) >= FEWEST_WORDS]


def _attributed(view: View, people: list[Mention], quoted: Sequence[Quotation]) -> list[tuple[int, str, str, float]]:
    text, found = view.text, []
    for mention in people:
        spoken = mention.person and not mention.possessive and AFTER_NAME.match(text, mention.end)
        if spoken and not ASCRIBED.search(text[max(0, mention.start - 12) : mention.start]):
            found.append((sentence_start(text, mention.start), mention.name, "named", NAMED))
    for match in PRONOUN_AT.finditer(text):
        start = sentence_start(text, match.end() - 1)
        paragraph = text.rfind("\n\n", 0, start) + 1
        name = _last_quoted(view, start, paragraph, quoted)
        name = name or last_speaker(text, people, start, max(paragraph, start - REACH))
        if name:
            found.append((start, name, "pronoun", BY_PRONOUN))
    return found


PRONOUN_AT = re.compile(
    rf"\b(?:He|She)\s(?:\w{{2,12}}\s){{0,2}}?{REPORTING}\b(?!\s[“‘\"'])|,\s(?:he|she)\s(?:\w{{2,12}}\s)?{REPORTING}[,.]"
)


def _last_quoted(view: View, start: int, paragraph: int, quoted: Sequence[Quotation]) -> str:
    """The speaker quoted just before in the same paragraph: "he reiterated" goes on with him."""
    raw_start = raw_span(view, max(0, start - 1), start)[1]
    low = raw_span(view, paragraph, paragraph + 1)[0]
    near = [q for q in quoted if low <= q.start and q.end <= raw_start and raw_start - q.end <= NEAR_QUOTE]
    return near[-1].speaker if near else ""


def _goes_on(view: View, start: int, end: int, people: list[Mention], quoted: Sequence[Quotation]) -> bool:
    sentence = view.text[start:end]
    if start >= len(view.text) or "\n\n" in view.text[max(0, start - 3) : start + 1] or not GOES_ON.match(sentence):
        return False
    return not any(m.person for m in between(people, start, end)) and not _quotes(view, start, end, quoted)


def _quotes(view: View, start: int, end: int, quoted: Sequence[Quotation]) -> bool:
    raw_start, raw_end = raw_span(view, start, end)
    return any(q.start < raw_end and raw_start < q.end for q in quoted)


def _paraphrase(
    view: View, start: int, end: int, speaker: str, basis: str, confidence: float, letters: Sequence[ReadLetter]
) -> Paraphrase:
    raw_start, raw_end = raw_span(view, start, end)
    name = speaker.split(" / ")[0]
    mine = [x for x in letters if x.start <= raw_end and x.sender == name and raw_start - x.start <= REACH]
    governing = mine[-1] if mine else None
    drafter = governing.drafted_by if governing and governing.drafted_by != name else ""
    return Paraphrase(
        raw_start,
        raw_end,
        view.raw[raw_start:raw_end],
        speaker,
        NARRATOR,
        drafter,
        governing.to if governing else "",
        basis,
        confidence,
    )


def with_speakers(
    found: Sequence[Quantity], quoted: Sequence[Quotation], reported: Sequence[Paraphrase]
) -> list[Quantity]:
    """Quantities with who gives them: the speaker of the words they stand in, else the narrator of the page."""
    speakers = [(q.start, q.end, q.speaker or "not said") for q in quoted]
    speakers += [(p.start, p.end, p.speaker) for p in reported]
    speakers.sort(key=lambda s: (s[0], -s[1]))
    named, waiting, active = [], 0, []
    for quantity in found:
        while waiting < len(speakers) and speakers[waiting][0] <= quantity.start:
            active.append(speakers[waiting])
            waiting += 1
        active = [s for s in active if s[1] > quantity.start]
        named.append(quantity._replace(speaker=active[-1][2] if active else NARRATOR))
    return named
