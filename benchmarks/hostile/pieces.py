"""The pieces that hostile inputs are made of, and the ways to put them in: by the grammar of a text, not bit by bit alone."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

NUMBERS = (
    *(
        "nan",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "-1",
        "-0",
        "+1",
        "0",
        "1e400",
        "1e-400",
        "1e12",
        "1_000",
        "1,000",
        "1.000,5",
    ),
    *(
        "0x10",
        "१२",
        "½",
        "٣",
        "1e",
        "--",
        "9" * 20,
        "9" * 400,
        "9" * 5000,
        "0" * 300 + "1",
        "−5",
        "1.7976931348623157e309",
    ),
    *("0.1", "12", "300", "100000000", "2147483648", "-9223372036854775809", "1" + "0" * 40),
)
DATES = (
    *(
        "9999-12-31",
        "0000-00-00",
        "1944-02-30",
        "1944-13-01",
        "44-5-1",
        "1944-05-12",
        "1944-05/1944-04",
        "..",
        "1944-05",
    ),
    *(
        "12th May 1944",
        "31 February 1944",
        "12 May 99999",
        "1 January 0",
        "32nd Oct. 1944",
        "5/13/44",
        "May " + "4" * 300,
    ),
    *("-1944", "1850", "2999-01-01", "1944-05-12T00:00:00Z", "1944-06-31", "0044-05-12"),
)
WORDS = (
    *(
        "Portal",
        "Harris",
        "Tedder",
        "Leuna",
        "Pölitz",
        "oil",
        "tons",
        "wrote to",
        "letter of",
        "replied",
        "per cent",
        "ibid.",
    ),
    *(
        "benzol",
        "leuna",
        "?",
        "",
        " ",
        "none",
        "true",
        "false",
        "null",
        "derived",
        "recalled",
        "high",
        "low",
        "text",
        "month",
    ),
)
SIGNS = (
    *(
        "\x00",
        "\x1b[2J",
        "\x9b2J",
        "\u202e",
        "\ufeff",
        "\ufffd",
        "\x0c",
        "\r",
        "\r\n",
        "\t",
        "\u2028",
        "\ud7ff",
        "\U0010ffff",
    ),
    *(
        "é",
        "ﬁ",
        "“",
        "”",
        "‘",
        "’",
        "—",
        "­",
        "\u0301" * 40,
        "İ",
        "ß",
        "\x7f",
        "-\n",
        "---\n",
        "\n\n",
        '"',
        "'",
        "\\",
        ";",
        "%",
        "#",
    ),
    *("{", "}", "{{7*7}}", "${x}", "[", "]", "(", ")", "=", "@", "|", "$(id)", "../" * 8, "%00", "%s%n", "&", "<", ">"),
)
MARKUP = (
    *(
        "<b>",
        "</b>",
        "<br/>",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "<!DOCTYPE x [",
        "<![if x]>",
        "<?x?>",
        "<script>",
        "</p>",
        "<p ",
    ),
    *(
        "&amp;",
        "&#x41;",
        "&#" + "9" * 5000 + ";",
        "&#xD800;",
        "&#0;",
        "&nope;",
        "&lol;",
        '<!ENTITY a "b">',
        "<a " * 30,
        "<x:y>",
    ),
    *(
        "title='bbox 0 0 -1 99999999'",
        'title="x_wconf 900"',
        'HPOS="nan"',
        'WC="1e9"',
        'points="1,2 nan,inf"',
        'xmlns="x"',
    ),
)
TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
TAG = re.compile(r"<[^<>]*>|[^<>]+|[<>]")
ATTRIBUTE = re.compile(r"(?<==)\"[^\"]*\"|(?<==)'[^']*'")
RARE_LONG, LONGER, LONGEST = 0.0002, 50_000, 1_000_000
"""Share of inputs that are long; characters of a long one, and of one in ten of those."""


def odd(chance: random.Random) -> str:
    """A piece of any kind."""
    return chance.choice(chance.choice((NUMBERS, DATES, WORDS, SIGNS, MARKUP)))


def mutated(chance: random.Random, text: str, cut: re.Pattern[str] = TOKEN) -> str:
    """A text with one to four of its parts changed; now and then one part repeated until the text is long."""
    parts = cut.findall(text) or [""]
    for _ in range(chance.randint(1, 4)):
        _change(chance, parts)
    if chance.random() < RARE_LONG:
        at, size = chance.randrange(len(parts)), LONGEST if chance.random() < 0.1 else LONGER
        part = "".join(parts[at : at + chance.randint(1, 8)]) or "a"
        parts.insert(at, part * (size // len(part) + 1))
        return "".join(parts)[:LONGEST]
    return "".join(parts)


def _change(chance: random.Random, parts: list[str]) -> None:
    at = chance.randrange(len(parts))
    match chance.randrange(8):
        case 0 | 1 | 2:
            parts[at] = odd(chance)
        case 3:
            parts.insert(at, odd(chance))
        case 4:
            del parts[at : at + chance.randint(1, 5)]
        case 5:
            other = chance.randrange(len(parts))
            parts[at], parts[other] = parts[other], parts[at]
        case 6:
            parts[at:at] = parts[at : at + chance.randint(1, 10)] * chance.choice((1, 2, 5, 40))
        case 7:
            del parts[at:]
    if not parts:
        parts.append(odd(chance))


def mutated_markup(chance: random.Random, text: str) -> str:
    """Markup with attributes, tags or texts changed, or elements put inside one another without end."""
    if chance.random() < 0.4 and (found := list(ATTRIBUTE.finditer(text))):
        at = chance.choice(found)
        sign = at[0][0]
        return f"{text[: at.start()]}{sign}{odd(chance)}{sign}{text[at.end() :]}"
    if chance.random() < 0.02:
        tag = chance.choice([t for t in TAG.findall(text) if re.match(r"<\w", t)] or ["<a>"])
        at = chance.randrange(len(text) + 1)
        return text[:at] + tag * chance.choice((50, 500, 3000)) + text[at:]
    return mutated(chance, text, TAG if chance.random() < 0.5 else TOKEN)


def mutated_table(chance: random.Random, rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Rows of cells, the header first, with cells, rows or columns changed; most changes hit a cell."""
    table = [list(row) for row in rows]
    for _ in range(chance.randint(1, 3)):
        row = table[0] if chance.random() < 0.06 else chance.choice(table[1:] or table)
        at = chance.randrange(len(row) + 1)
        act = chance.random()
        if act < 0.03:
            row.insert(at, odd(chance))
        elif act < 0.06:
            for other in table if chance.random() < 0.8 else [row]:
                del other[at : at + 1]
        elif act < 0.09:
            table.insert(chance.randint(1, len(table)), list(row))
        elif row:
            at = min(at, len(row) - 1)
            row[at] = mutated(chance, row[at]) if chance.random() < 0.3 else odd(chance)
    return table


def mutated_value(chance: random.Random, value: object, depth: int = 0) -> object:
    """A value of JSON with one of its parts changed."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        made = dict(value)
        if chance.random() < 0.15:
            made[odd(chance)] = made.pop(key) if chance.random() < 0.5 else made[key]
        else:
            made[key] = mutated_value(chance, made[key], depth + 1)
        return made
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        return [mutated_value(chance, v, depth + 1) if n == at else v for n, v in enumerate(value)]
    if isinstance(value, str) and chance.random() < 0.5:
        return mutated(chance, value)
    return chance.choice(
        [
            None,
            True,
            -1,
            0,
            1e308,
            float("nan"),
            float("inf"),
            10**30,
            10**400,
            odd(chance),
            [],
            {},
            [[]],
            {"a": {}},
            "\ud800",
            3.5,
        ]
    )


def mutated_bytes(chance: random.Random, data: bytes) -> bytes:
    """Bytes with a few changed, cut or put in."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(made) + 1)
        match chance.randrange(4):
            case 0:
                made[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                made[at:at] = chance.randbytes(chance.randint(1, 8))
            case 2:
                del made[at : at + chance.randint(1, 20)]
            case 3:
                made[at : at + 1] = chance.choice((b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xfe\xff"))
    return bytes(made)
