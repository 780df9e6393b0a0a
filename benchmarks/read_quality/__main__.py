"""`python -m benchmarks.read_quality` prints the result as JSON; exit 1 when a floor is not met."""

import json
import sys

from benchmarks.read_quality import read_quality
from benchmarks.read_quality.thousand_pages import thousand_pages

result = read_quality() | {"thousand_pages": thousand_pages()}
print(json.dumps(result, ensure_ascii=False, indent=1))
sys.exit(0 if result["floors_met"] else 1)
