"""A visitor's choice as a directive in TOML, so that `oilplan compare` makes the same arm."""

from __future__ import annotations

from .choices import FORCE_NAMES, MapChoice, for_phase


def as_toml(choice: MapChoice) -> str:
    """The text of a file that `oilplan.directives.toml_file.read_plan` reads back as the same directive."""
    out = ['name = "my_directive"', f'about = "Chosen in the map room, from {choice.from_month}."', "", "[[phases]]"]
    for f, directive, share in zip(FORCE_NAMES, choice.directives, choice.shares, strict=True):
        said = for_phase(directive, share, f.force).model_dump(mode="json", exclude_none=True)
        out += ["", f"[phases.force.{f.force}]", *_lines({k: v for k, v in said.items() if not isinstance(v, dict)})]
        for name, inner in ((k, v) for k, v in said.items() if isinstance(v, dict)):
            out += ["", f"[phases.force.{f.force}.{name}]", *_lines(inner)]
    return "\n".join(out) + "\n"


def _lines(values: dict) -> list[str]:
    return [f"{name} = {_value(v)}" for name, v in values.items()]


def _value(v: object) -> str:
    if isinstance(v, bool):
        return str(v).lower()
    if isinstance(v, (list, tuple)):
        return "[" + ", ".join(map(_value, v)) + "]"
    return f'"{v}"' if isinstance(v, str) else repr(v)
