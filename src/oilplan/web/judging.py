"""Verdicts, weighed once in the background and shown as they come."""

from __future__ import annotations

import threading

from ..argument.answer import TopAnswer, answer
from ..argument.shipped import shipped, verdicts_of
from ..argument.verdict import Verdict, verdicts
from ..errors import OilplanError
from ..record import Record


class Judging:
    """The verdicts on the claims of a record; `settled` grows while `start` works.

    only: claims to weigh; all of the record's when None
    """

    def __init__(self, record: Record, only: tuple[str, ...] | None = None) -> None:
        self.record = record
        self.claim_ids = only or tuple(r["claim_id"] for r in record.rows("claims").values())
        self.settled: dict[str, Verdict] = {}
        self.failed: dict[str, str] = {}
        self.answer: list[TopAnswer] = []
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        if shipped(record) is not None:
            self.settled = {v.claim_id: v for v in verdicts_of(record) if v.claim_id in self.claim_ids}
            self.answer = answer(record)

    def start(self) -> None:
        """Begin to weigh, unless that was begun before. Claims on the record alone are quick and come first."""
        with self._lock:
            if self._thread is None and not self.done:
                self._thread = threading.Thread(target=self._weigh_all, name="verdicts", daemon=True)
                self._thread.start()

    def wait(self) -> None:
        """Return once every claim is weighed, if that was begun."""
        if self._thread is not None:
            self._thread.join()

    @property
    def done(self) -> bool:
        """Whether every claim has its verdict (or the sentence why not)."""
        return len(self.settled) + len(self.failed) == len(self.claim_ids)

    def _weigh_all(self) -> None:
        rows = {r["claim_id"]: r for r in self.record.rows("claims").values()}
        for claim_id in sorted(self.claim_ids, key=lambda c: rows[c]["test_from"] != "record"):
            try:
                self.settled[claim_id] = verdicts(self.record, [claim_id])[0]
            except OilplanError as error:
                self.failed[claim_id] = str(error)
            except Exception as error:
                self.failed[claim_id] = f"a fault of ours in its test ({type(error).__name__}); please report it"
        if len(self.settled) == len(self.record.rows("claims")):
            self.answer = answer(self.record, list(self.settled.values()))
