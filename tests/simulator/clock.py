"""The platform's clock, which tests may stop and move, and its date formats.

Chorus Pro shows every date in French time, in three formats mixed on the wire
(the Swagger types them all ``date-time``; go-choruspro ``date.go`` reads the three).
"""

import contextlib
import re
import threading
import time
from datetime import datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class Clock:
    """Real time plus an offset, or a frozen moment when ``frozen``."""

    def __init__(self, frozen=False):
        self._offset = 0.0
        self._frozen_at = time.time() if frozen else None
        self._thread = threading.local()

    def timestamp(self):
        base = time.time() if self._frozen_at is None else self._frozen_at
        return base + self._offset + getattr(self._thread, "skew", 0.0)

    def now(self):
        return moment(self.timestamp())

    def true_now(self):
        """The moment that it is, whatever a wrong clock says (``skewed``)."""
        return moment(self.timestamp() - getattr(self._thread, "skew", 0.0))

    def advance(self, seconds):
        self._offset += seconds

    def set(self, text):
        self._offset += parse(text).timestamp() - self.timestamp()

    def freeze(self, frozen):
        now = self.timestamp()
        self._frozen_at = now if frozen else None
        self._offset = 0.0 if frozen else now - time.time()

    @contextlib.contextmanager
    def skewed(self, seconds):
        """Within this block, for this thread, the clock is wrong by ``seconds``."""
        self._thread.skew = seconds
        try:
            yield
        finally:
            self._thread.skew = 0.0

    def describe(self):
        return {
            "now": iso(self.now()),
            "timestamp": self.timestamp(),
            "frozen": self._frozen_at is not None,
        }


def moment(timestamp):
    return datetime.fromtimestamp(timestamp, PARIS)


def moment_of(date):
    """Midday of a day, in France."""
    return datetime(date.year, date.month, date.day, 12, tzinfo=PARIS)


def parse(text):
    """Reads a date, a minute or an ISO moment; without an offset it is French time."""
    text = re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text.strip().replace("Z", "+00:00"))
    read = datetime.fromisoformat(text)
    return read.replace(tzinfo=PARIS) if read.tzinfo is None else read.astimezone(PARIS)


def day(when):
    """``dateDepot``, ``dateFacture``, ``dateTraitement``."""
    return when.strftime("%Y-%m-%d")


def minute(when):
    """``histoStatutDatePassage``, ``dateCreation``, ``dateDbtService``."""
    return when.strftime("%Y-%m-%d %H:%M")


def iso(when):
    """``dateHeureEtatCourant``, ``dateDepotFlux``."""
    return when.isoformat(timespec="milliseconds")
