"""What a result folder says of itself to repositories and to other programs: RO-Crate 1.1 [https://w3id.org/ro/crate/1.1]."""

from __future__ import annotations

import json
import mimetypes
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

CRATE = "ro-crate-metadata.json"
PROFILE = "https://w3id.org/ro/crate/1.1"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
KINDS = {".npz": "application/x-npz", ".nc": "application/netcdf", ".sqlite": "application/vnd.sqlite3"}
KINDS |= {".parquet": "application/vnd.apache.parquet", ".geojson": "application/geo+json"}


def write_crate(folder: Path, about: dict[str, Any], listed: dict[str, str]) -> str:
    """Write `CRATE` into a result folder. Returns its text.

    about: the result's manifest, which names the record by its hash; listed: SHA-256 of each file by its path
    """
    text = json.dumps(crate_of(folder, about, listed), indent=1, ensure_ascii=False) + "\n"
    (folder / CRATE).write_text(text, encoding="utf-8")
    return text


def crate_of(folder: Path, about: dict[str, Any], listed: dict[str, str]) -> dict[str, Any]:
    """The crate: the files (those of a folder inside as one), the record and the command that they were made by."""
    command = about.get("command") or "oilplan in Python"
    command = command if isinstance(command, str) else " ".join(map(str, command))
    made = str(about.get("made") or datetime.now(UTC).date().isoformat())
    inside = {f"{path.split('/')[0]}/" for path in listed if "/" in path}
    parts = [_file(folder, path, digest) for path, digest in listed.items() if "/" not in path]
    parts += [{"@id": quote(name), "@type": "Dataset", "name": name.rstrip("/")} for name in sorted(inside)]
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": f"Result of {command}",
        "description": "A result of oilplan, a laboratory for the oil plan of 1944-45; manifest.json says what made it.",
        "datePublished": made,
        "license": {"@id": LICENCE},
        "isBasedOn": {"@id": "#record"},
        "hasPart": [{"@id": part["@id"]} for part in parts],
        "mentions": {"@id": "#made"},
    }
    conforms = {"conformsTo": {"@id": PROFILE}, "about": {"@id": "./"}}
    head = {"@id": CRATE, "@type": "CreativeWork", **conforms}
    return {"@context": f"{PROFILE}/context", "@graph": [head, root, *parts, *_origin(about, command, made)]}


def _origin(about: dict[str, Any], command: str, made: str) -> list[dict[str, Any]]:
    overlay = (about.get("record_overlay") or {}).get("files", [])
    also = f", with a user's {', '.join(overlay)}" if overlay else ""
    return [
        {
            "@id": LICENCE,
            "@type": "CreativeWork",
            "name": "CC BY 4.0",
            "description": "For the compilation; facts are free.",
        },
        {
            "@id": "#record",
            "@type": "Dataset",
            "name": f"The record of the oil campaign, 1943-45{also}",
            "identifier": f"sha256:{about['record_hash']}",
        },
        {
            "@id": "#oilplan",
            "@type": "SoftwareApplication",
            "name": "oilplan",
            "version": about.get("versions", {}).get("oilplan", ""),
        },
        {
            "@id": "#made",
            "@type": "CreateAction",
            "name": command,
            "instrument": {"@id": "#oilplan"},
            "object": {"@id": "#record"},
            "result": {"@id": "./"},
            "endTime": made,
        },
    ]


def _file(folder: Path, path: str, digest: str) -> dict[str, Any]:
    suffix = Path(path).suffix
    kind = KINDS.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
    said = {"encodingFormat": kind, "contentSize": str((folder / path).lstat().st_size), "sha256": digest}
    return {"@id": quote(path), "@type": "File", "name": path, **said}
