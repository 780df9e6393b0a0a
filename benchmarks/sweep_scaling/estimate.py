"""A great sweep on paper, from measured parts. Nothing here is measured; the formula is printed beside the result."""

from __future__ import annotations

import math

CAMPAIGNS, WORKERS = 1_000_000, 100
FORMULA = (
    "chunks = ceil(campaigns / directives / block); rounds = ceil(chunks / workers); chunk_s = strong_cpu_s of one worker"
    " / chunks of the strong test; flying_s = max(rounds * chunk_s, chunks * scheduler_s_a_task); seconds ="
    " processes_up_s + first_chunks_s + flying_s, the starts being side by side; bytes = campaigns * bytes_a_campaign +"
    " bytes_of_labels"
)
NOT_IN_IT = "slower storage, a network, workers that are lost, cores that wait for one memory (compare strong_cpu_s of one and two workers)"


def on_paper(measured: dict) -> dict:
    """Seconds and bytes of `CAMPAIGNS` on `WORKERS`. measured: from ``benchmarks.sweep_scaling``"""
    one = measured["workers"][0]
    chunks = math.ceil(CAMPAIGNS / measured["directives"] / measured["block"])
    chunk_s = one["strong_cpu_s"] / measured["chunks"]
    flying_s = max(math.ceil(chunks / WORKERS) * chunk_s, chunks * one["scheduler_s_a_task"])
    return {
        "campaigns": CAMPAIGNS,
        "workers": WORKERS,
        "chunks": chunks,
        "chunk_s": round(chunk_s, 3),
        "flying_s": round(flying_s, 1),
        "seconds": round(one["processes_up_s"] + one["first_chunks_s"] + flying_s, 1),
        "bytes": round(CAMPAIGNS * measured["bytes_a_campaign"] + measured["bytes_of_labels"]),
        "formula": FORMULA,
        "not_in_it": NOT_IN_IT,
    }
