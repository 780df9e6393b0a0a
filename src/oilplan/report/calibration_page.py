"""The page of a calibration: diagnostics, traces and pairs of every scalar unknown, offline and printable."""

from __future__ import annotations

import numpy as np

from .page import page
from .svg import FAINT, GRID, document, text

CHAIN_COLOURS = ("#0b5394", "#b45f06", "#38761d", "#741b47")
TRACE_POINTS = 250
PAIR_POINTS = 300
PAIRS = 7
"""Unknowns in the pair plot: those most correlated with another."""


def calibration_html(diagnosis: dict, named: dict[str, np.ndarray], manifest: dict) -> str:
    """The report as one HTML file.

    diagnosis: `oilplan.calibration.fit.as_json`; named: [C, N] draws of every unknown; manifest: of the fit
    """
    scalars = {name: draws for name, draws in named.items() if "[" not in name}
    rows = {r["name"]: r for r in diagnosis["unknowns"]}
    return page(
        "calibration.html.j2",
        manifest=manifest,
        faults=diagnosis["faults"],
        rows=rows,
        scalars=list(scalars),
        rest=[r for name, r in rows.items() if name not in scalars],
        traces=trace_figure(scalars),
        n_pairs=PAIRS,
        pairs=pair_figure(scalars),
    )


def trace_figure(scalars: dict[str, np.ndarray]) -> str:
    """Traces of every scalar unknown, a small panel each, chains in colours."""
    width, row, per_row = 760, 96, 2
    cell = width / per_row
    body = []
    for i, (name, draws) in enumerate(scalars.items()):
        x0, y0 = (i % per_row) * cell + 8, (i // per_row) * row + 20
        body.append(text(x0, y0 - 5, name, size=12))
        body.append(
            f'<rect x="{x0:.0f}" y="{y0}" width="{cell - 16:.0f}" height="{row - 30}" fill="none" stroke="{GRID}"/>'
        )
        low, high = float(draws.min()), float(draws.max())
        for c, chain in enumerate(draws):
            picked = chain[:: max(len(chain) // TRACE_POINTS, 1)]
            xs = np.linspace(x0, x0 + cell - 16, len(picked))
            ys = y0 + (row - 30) * (1 - (picked - low) / max(high - low, 1e-12))
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
            body.append(f'<polyline points="{points}" fill="none" stroke-width=".7" stroke="{CHAIN_COLOURS[c % 4]}"/>')
    height = -(-len(scalars) // per_row) * row + 10
    return document(width, height, "Traces", "Draws of every parameter by chain", body)


def pair_figure(scalars: dict[str, np.ndarray]) -> str:
    """Scatter of the parameters most correlated with another."""
    names = list(scalars)
    flat = np.stack([scalars[n].ravel() for n in names])
    bound = np.abs(np.corrcoef(flat)) - np.eye(len(names))
    chosen = sorted(np.argsort(-bound.max(axis=1))[:PAIRS])
    rows = np.linspace(0, flat.shape[1] - 1, PAIR_POINTS).astype(int)
    cell, left = 96, 20
    body = []
    for i, a in enumerate(chosen):
        for j, b in enumerate(chosen[: i + 1]):
            x0, y0 = left + j * cell, 10 + i * cell
            body.append(f'<rect x="{x0}" y="{y0}" width="{cell - 6}" height="{cell - 6}" fill="none" stroke="{GRID}"/>')
            if a == b:
                body += [text(x0 + 3, y0 + 20 + 13 * k, part, size=11) for k, part in enumerate(names[a].split("_"))]
                continue
            u, v = (_unit(flat[n][rows]) for n in (b, a))
            body += [
                f'<circle cx="{x0 + 2 + (cell - 10) * x:.1f}" cy="{y0 + cell - 8 - (cell - 10) * y:.1f}" r="1.1"'
                f' fill="#0b5394" fill-opacity=".5"/>'
                for x, y in zip(u, v, strict=True)
            ]
            r = np.corrcoef(flat[b], flat[a])[0, 1]
            body.append(text(x0 + cell - 10, y0 + 13, f"{r:+.2f}", size=11, anchor="end", fill=FAINT))
    side = left + PAIRS * cell + 10
    return document(side, side, "Pairs", "Draws of pairs of parameters with their correlation", body)


def _unit(values: np.ndarray) -> np.ndarray:
    low, high = np.percentile(values, [0.5, 99.5])
    return np.clip((values - low) / max(high - low, 1e-12), 0, 1)
