"""Clean texts set in narrow lines: do the words come back as they were, and is nothing else touched?"""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import Any

KEY = 1944
WIDTHS = range(34, 74, 2)
"""Characters a line: each text is set once in every width, so that it breaks in other places each time."""
FEWEST_LETTERS = 6
FLOOR = 0.99


def broken_lines(folder: Path = Path(__file__).parent) -> dict[str, Any]:
    """For each clean text of `clean.txt`: repairs made, how many of them right, and breaks left unread.

    A text is first read as it stands, where every repair is wrong; then set in lines of many widths, its words broken
    as a printer breaks them (after two letters at least, before two at least, a compound at its own hyphen).
    """
    parts = re.split(r"^=== (\w+)\n", (folder / "clean.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    texts = dict(zip(parts[::2], parts[1::2], strict=True))
    results = {name: line_break_quality(text, name != "table") for name, text in texts.items()}
    return {**results, "floor": FLOOR, "floor_met": all(r["precision"] >= FLOOR for r in results.values())}


def line_break_quality(text: str, is_prose: bool = True) -> dict[str, Any]:
    """Precision and recall of the repairs of one clean text, as it stands and in broken lines."""
    from oilplan.evidence import read_text

    right = wrong = breaks = 0
    faults: list[tuple[str, str]] = []
    as_it_stands = read_text("x", text)
    wrong += len([r for r in as_it_stands.repairs if r.text is not None])
    faults += [(r.raw, r.reading) for r in as_it_stands.repairs if r.text is not None]
    for width in WIDTHS if is_prose else ():
        broken, truth = set_in_lines(" ".join(text.split()), width, random.Random(KEY + width))
        breaks += len(truth)
        for repair in read_text("x", broken).repairs:
            if repair.text is None:
                continue
            agrees = any(s < repair.end and repair.start < e and repair.reading == word for s, e, word in truth)
            right, wrong = right + agrees, wrong + (not agrees)
            faults += [] if agrees else [(repair.raw, repair.reading)]
    made = right + wrong
    return {
        "breaks": breaks,
        "right": right,
        "wrong": wrong,
        "precision": round(right / made, 4) if made else 1.0,
        "recall": round(right / breaks, 4) if breaks else None,
        "faults": faults[:20],
    }


def set_in_lines(text: str, width: int, rng: random.Random) -> tuple[str, list[tuple[int, int, str]]]:
    """``text`` in lines of ``width``, and for each word broken its span there and the halves as they were joined."""
    lines, line, truth, at = [], "", [], 0
    for word in text.split():
        if len(line) + len(word) + 1 <= width or not line:
            line = f"{line} {word}".strip()
            continue
        cut = _cut(word, width - len(line) - 2, rng)
        if cut:
            head, tail = word[:cut], word[cut:]
            start = at + len(line) + 1
            lines.append(f"{line} {head}{'' if head.endswith('-') else '-'}")
            at += len(lines[-1]) + 1
            first = re.search(r"[^\W\d_]+-?$", head)
            last = re.match(r"[^\W\d_]+", tail)
            joined = (first.group() if first else head) + (last.group() if last else tail)
            truth.append((start, at + len(tail), joined))
            line = tail
        else:
            lines.append(line)
            at += len(line) + 1
            line = word
    return "\n".join([*lines, line]), truth


def _cut(word: str, room: int, rng: random.Random) -> int:
    """Where to break ``word`` so that its head fits in ``room``: at its own hyphen, or between two letters; 0 if not."""
    own = [m.end() for m in re.finditer(r"(?<=[^\W\d_]{2})-(?=[^\W\d_]{2})", word) if m.end() <= room + 1]
    if "-" in word:
        return own[-1] if own else 0
    core = re.fullmatch(r"[(\"“‘]?([^\W\d_]+)[.,;:!?)\"”’]*", word)
    if not core or len(core.group(1)) < FEWEST_LETTERS:
        return 0
    vowels = "aeiouyäöüAEIOUYÄÖÜ"
    letters, offset = core.group(1), core.start(1)
    places = [
        i
        for i in range(2, len(letters) - 2)
        if (
            any(c in vowels for c in letters[:i])
            and any(c in vowels for c in letters[i:])
            and letters[i - 1] in vowels
            and letters[i] not in vowels
        )
        or (
            letters[i - 1] not in vowels
            and letters[i] not in vowels
            and any(c in vowels for c in letters[: i - 1])
            and any(c in vowels for c in letters[i:])
        )
    ]
    fitting = [offset + i for i in places if offset + i + 1 <= room]
    return rng.choice(fitting) if fitting else 0
