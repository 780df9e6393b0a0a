"""A laboratory for one argument: the oil plan of 1944-45, from a sourced record to a verdict.

    import oilplan
    print(oilplan.answer())
    print(oilplan.compare("portal", "harris", draws=100))

Fly directives: `run`, `fly`, `compare`, `optimize`, `attribute`. Ask: `answer`, `verdicts`, `posterior`. Read pages: `read_files`,
`read_texts`, `find`. Open: `load_record`, `open_system`, `oil_system`, `read_plan`. The other names are what these take and return.

Everything in ``__all__`` stands in `oilplan.api` and is loaded at first use, so that ``import oilplan`` itself costs nothing.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .api import *

__version__ = "0.2.0"
__all__ = ["Answers", "Arm", "AttributionResult", "Belief", "Budget", "Bursts", "BySighting", "ComparisonResult"]
__all__ += ["ForPhase", "Forces", "GivenUp", "OilplanError", "OptimumResult", "Order", "Phase", "Picture", "Plan"]
__all__ += ["Reading", "Record", "RunResult", "Search", "SystemResult", "TargetFolder", "TargetSystem", "TopAnswer"]
__all__ += ["Verdict", "Verdicts", "answer", "attribute", "compare", "find", "fly", "load_record", "oil_system"]
__all__ += ["open_system", "optimize", "posterior", "read_files", "read_plan", "read_texts", "run", "verdicts"]


def __getattr__(name: str):
    if name not in __all__:
        raise AttributeError(f"module 'oilplan' has no attribute {name!r}; it has {', '.join(__all__)}")
    from importlib import import_module

    return getattr(import_module("oilplan.api"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
