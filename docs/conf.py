"""Sphinx: our pages, offline."""

project = "oilplan"
author = "The oilplan authors"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "oilplan"
exclude_patterns = ["_build"]
