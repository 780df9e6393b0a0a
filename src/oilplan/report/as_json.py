"""Results as JSON text."""

import json


def as_json(summary: dict) -> str:
    """The summary of a result; equal summaries give equal bytes."""
    return json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False)
