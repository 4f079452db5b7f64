"""What strikes our own side: workers killed, connections cut, disks full."""

from collections import Counter

from bookshop_tool import postgres

from .workers import Crew

_CUT = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'odoo-{pid}'
"""
# The same values again: enough to make the transaction that read these rows fail. It
# waits for nobody: of two who wait for each other, PostgreSQL would end this one.
_CONFLICT = """
    UPDATE l10n_fr_chorus_connection SET batch_size = batch_size WHERE id IN (
        SELECT id FROM l10n_fr_chorus_connection FOR UPDATE SKIP LOCKED
    );
    UPDATE l10n_fr_chorus_transmission SET attempts = attempts WHERE id IN (
        SELECT id FROM l10n_fr_chorus_transmission
         WHERE state IN ('ready', 'sending', 'doubtful', 'deposited')
           FOR UPDATE SKIP LOCKED
    );
    UPDATE l10n_fr_chorus_submission SET attempts = attempts WHERE id IN (
        SELECT id FROM l10n_fr_chorus_submission
         WHERE state IN ('requested', 'sending', 'doubtful', 'deposited', 'DEPOSEE')
           FOR UPDATE SKIP LOCKED
    )
"""
_CONFLICT_MARK = "could not serialize access"


class Blows:
    """Strikes and counts."""

    def __init__(self, database: str, crew: Crew, platform):
        self._database = database
        self._crew = crew
        self._platform = platform
        self._counts = Counter()

    def strike(self, kind: str) -> None:
        """Strike once, whoever is there."""
        if getattr(self, f"_{kind}")():
            self._counts[kind] += 1

    @property
    def kills(self) -> int:
        """How many workers were killed."""
        return self._counts["kill"]

    def counts(self) -> Counter:
        """How often each kind struck, kills apart; conflicts as workers met them."""
        counts = Counter(self._counts)
        del counts["kill"]
        counts["serialization_failure"] = self._crew.count_in_log(_CONFLICT_MARK)
        counts["full_disk"] -= len(list(self._crew.folder.glob("full-*")))
        return +counts

    def _kill(self) -> bool:
        self._crew.kill(self._crew.wait_for_one())
        return True

    def _database_cut(self) -> bool:
        pid = self._crew.wait_for_one()
        return bool(postgres.execute(_CUT.format(pid=pid), self._database).strip())

    def _serialization_failure(self) -> bool:
        postgres.execute(_CONFLICT, self._database)
        return True

    def _full_disk(self) -> bool:
        number = self._counts["full_disk"]
        (self._crew.folder / f"full-{number}").touch()
        return True

    def _outage(self) -> bool:
        self._platform.outage(0.4)
        return True
