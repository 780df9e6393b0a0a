"""A laboratory for one argument: the oil plan of 1944-45, from a sourced record to a verdict."""

__version__ = "0.1.0"
