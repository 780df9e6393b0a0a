"""What an index of packages shows of oilplan: its addresses, and the README with links that lead somewhere from there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

LINK = re.compile(r"(!?)\[([^\]]*)\]\((?![a-z][a-z0-9+.-]*:|#)([^)\s]+)\)")
"""A picture or a link to a file of the project; one with an address of its own, or within the page, is left as it is."""
ASIDE = re.compile(r"\s\(\[[^\]]*\]\((?![a-z][a-z0-9+.-]*:|#)[^)\s]+\)\)")
"""A link that stands alone in brackets, such as "([how](docs/run.md))": without an address nothing of it is worth saying."""
COMMENT = re.compile(r"^<!--.*?-->\n", re.M)
FENCE = re.compile(r"(^```.*?^```$)", re.M | re.S)

SOURCES = {"Attack tables of the record": "https://github.com/nac-codes/thesis_bombing"}
"""Where the raids of the record were digitised [sources.bib: thesis_bombing]."""


class ProjectAddresses(MetadataHookInterface):
    """Fills ``readme`` and ``urls`` of the project from one line of pyproject.toml: its public address, once it has one."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set what is dynamic. metadata: the [project] table with its version."""
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        of = Addresses(
            self.config["home"].rstrip("/"), metadata["version"], self.config["files"], self.config["pictures"]
        )
        metadata["readme"] = {"content-type": "text/markdown", "text": of.long_description(text)}
        metadata["urls"] = of.urls()


class Addresses:
    """Where files of a release stand.

    home: the project's public address, or empty as long as it has none; version: of the release; files, pictures: forms of
    the address of a file to read and of one to show, with ``{home}``, ``{version}`` and ``{path}``
    """

    def __init__(self, home: str, version: str, files: str, pictures: str) -> None:
        if home and not re.fullmatch(r"https://[^\s/?#]+\.[^\s?#]+", home):
            raise ValueError(
                f"pyproject.toml home: came {home!r}; expected an address that begins with https://, or nothing."
            )
        self.home, self.version, self.files, self.pictures = home, version, files, pictures

    def urls(self) -> dict[str, str]:
        """The project's addresses by what they are; without a home only where the record's raids come from."""
        if not self.home:
            return SOURCES
        return SOURCES | {
            "Homepage": self.home,
            "Documentation": self._address(self.files, "docs/index.md"),
            "Changelog": self._address(self.files, "CHANGELOG.md"),
            "Issues": f"{self.home}/issues",
        }

    def long_description(self, readme: str) -> str:
        """The README with whole addresses; without a home, with the words of its links alone and no pictures."""
        parts = FENCE.split(COMMENT.sub("", readme))
        parts[::2] = [LINK.sub(self._link, part if self.home else ASIDE.sub("", part)) for part in parts[::2]]
        return re.sub(r"\n{3,}", "\n\n", "".join(parts))

    def _link(self, found: re.Match[str]) -> str:
        mark, words, path = found.groups()
        if not self.home:
            return "" if mark else words
        return f"{mark}[{words}]({self._address(self.pictures if mark else self.files, path)})"

    def _address(self, form: str, path: str) -> str:
        return form.format(home=self.home, version=self.version, path=path)
