"""The bibliography in the forms that other programs read: BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from oilplan.record.sources import Source, plain

RIS_TYPE = {"book": "BOOK", "article": "JOUR", "techreport": "RPRT", "report": "RPRT", "phdthesis": "THES"}
RIS_TYPE |= {"thesis": "THES", "unpublished": "UNPB", "online": "ELEC", "incollection": "CHAP", "newspaper": "NEWS"}
CSL_TYPE = {"book": "book", "article": "article-journal", "techreport": "report", "report": "report"}
CSL_TYPE |= {"phdthesis": "thesis", "thesis": "thesis", "unpublished": "manuscript", "online": "webpage"}
CSL_TYPE |= {"incollection": "chapter", "inproceedings": "paper-conference"}
PUBLISHER = ("publisher", "institution", "school", "howpublished", "organization")
JOURNAL = ("journal", "journaltitle", "booktitle")
PLACE = ("location", "address")
AS_WRITTEN = ("url", "doi", "file", "isbn", "issn")
"""Fields in which no sign is escaped."""
_BETWEEN = re.compile(r"([{}]|\s+and\s+)")
_ESCAPE = re.compile(r"(?<!\\)([&%#_$])")


def cite(works: Iterable[Source], form: str) -> str:
    """The works in one of ``FORMS``: text of a .bib, .ris or .json file."""
    return FORMS[form](list(works))


def bibtex(works: list[Source]) -> str:
    """The works as BibTeX entries, every field as it was given."""
    return "\n".join(_bibtex(work) for work in works)


def _bibtex(work: Source) -> str:
    said = {k: v if k in AS_WRITTEN else _ESCAPE.sub(r"\\\1", v) for k, v in work.fields.items()}
    return "\n".join([f"@{work.kind}{{{work.key},", *(f"  {k} = {{{v}}}," for k, v in said.items() if v), "}"]) + "\n"


def ris(works: list[Source]) -> str:
    """The works as RIS records."""
    return "\n".join(_ris(work) for work in works)


def _ris(work: Source) -> str:
    first, last = _pages(work)
    url = work.url
    said = [
        ("TY", RIS_TYPE.get(work.kind, "ELEC" if url else "GEN")),
        ("ID", work.key),
        *(("AU", ", ".join(name)) for name in _people(work, "author")),
        *(("ED", ", ".join(name)) for name in _people(work, "editor")),
        ("TI", work.title),
        ("T2", _first(work, JOURNAL)),
        ("PY", work.year[:4]),
        ("VL", _first(work, ("volume",))),
        ("IS", _first(work, ("number", "issue"))),
        ("SP", first),
        ("EP", last),
        ("PB", _first(work, PUBLISHER)),
        ("CY", _first(work, PLACE)),
        ("SN", _first(work, ("isbn", "issn"))),
        ("DO", _doi(work)),
        ("UR", url),
        ("N1", _note(work)),
    ]
    return "".join(f"{tag}  - {value}\n" for tag, value in said if value) + "ER  - \n"


def csl_json(works: list[Source]) -> str:
    """The works as a CSL-JSON list, which citation processors read."""
    return json.dumps([csl(work) for work in works], ensure_ascii=False, indent=1) + "\n"


def csl(work: Source) -> dict[str, Any]:
    """One work as a CSL-JSON item."""
    years = [[int(year)] for year in work.year.split("--") if year]
    first, last = _pages(work)
    said = {
        "id": work.key,
        "type": CSL_TYPE.get(work.kind, "webpage" if work.url else "document"),
        "author": [_csl_name(name) for name in _people(work, "author")],
        "editor": [_csl_name(name) for name in _people(work, "editor")],
        "title": work.title,
        "container-title": _first(work, JOURNAL),
        "issued": {"date-parts": years} if years else {},
        "volume": _first(work, ("volume",)),
        "issue": _first(work, ("number", "issue")),
        "page": f"{first}-{last}" if last else first,
        "publisher": _first(work, PUBLISHER),
        "publisher-place": _first(work, PLACE),
        "ISBN": _first(work, ("isbn",)),
        "DOI": _doi(work),
        "URL": work.url,
        "note": _note(work),
    }
    return {name: value for name, value in said.items() if value}


FORMS = {"bibtex": bibtex, "ris": ris, "csl": csl_json}


def _first(work: Source, names: tuple[str, ...]) -> str:
    return next((plain(work.fields[name]) for name in names if work.fields.get(name)), "")


def _doi(work: Source) -> str:
    return _first(work, ("doi",)).removeprefix("https://doi.org/")


def _note(work: Source) -> str:
    """How the work was reached and what else is to be known: who cites a work that was not read should see it."""
    return f"{work.reached}. {work.note}".strip()


def _pages(work: Source) -> tuple[str, str]:
    first, _, last = _first(work, ("pages",)).replace("–", "-").partition("-")
    return first.strip(), last.strip("- ")


def _people(work: Source, role: str) -> list[tuple[str, ...]]:
    """(family, given) of each person, or (name,) of a body: what stands in braces, or has neither comma nor space."""
    return [_name(name) for name in _listed(work.fields.get(role, "")) if name.strip()]


def _listed(people: str) -> list[str]:
    """The names that an "and" outside braces parts."""
    names, depth = [""], 0
    for piece in _BETWEEN.split(people):
        depth += (piece == "{") - (piece == "}")
        if depth or piece.strip() != "and":
            names[-1] += piece
        else:
            names.append("")
    return names


def _name(name: str) -> tuple[str, ...]:
    name = name.strip()
    if name.startswith("{"):
        return (plain(name),)
    family, comma, given = name.partition(",")
    if comma:
        return plain(family), plain(given)
    given, _, family = name.rpartition(" ")
    return (plain(family), plain(given)) if given else (plain(name),)


def _csl_name(name: tuple[str, ...]) -> dict[str, str]:
    return {"literal": name[0]} if len(name) == 1 else {"family": name[0], "given": name[1]}
