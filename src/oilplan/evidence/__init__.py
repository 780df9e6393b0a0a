"""From a scanned page to a proposed fact: repair, collate, extract, propose. Never writes to the package's record."""

from oilplan.evidence.accepting import Accepted, accept, judged, read_judgements
from oilplan.evidence.exports import json_text, reading_json, reading_tei
from oilplan.evidence.findings import Document, Proposal, Reading
from oilplan.evidence.pages import reading_html, reading_summary, review_html
from oilplan.evidence.reading import given, read_files, read_text, read_texts
from oilplan.evidence.reading_folder import check_reading_folder, write_pages

__all__ = [
    "Accepted",
    "Document",
    "Proposal",
    "Reading",
    "accept",
    "check_reading_folder",
    "given",
    "json_text",
    "judged",
    "read_files",
    "read_judgements",
    "read_text",
    "read_texts",
    "reading_html",
    "reading_json",
    "reading_summary",
    "reading_tei",
    "review_html",
    "write_pages",
]
