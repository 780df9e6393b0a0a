"""Sphinx: our pages, offline. The reference is made from the code at each build."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from make_reference import write_reference  # noqa: E402

write_reference(HERE / "reference")

project = "oilplan"
author = "The oilplan authors"
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = "oilplan"
html_show_copyright = False
html_use_index = False
html_static_path = ["_static"]
html_css_files = ["oilplan.css"]
exclude_patterns = ["_build"]
