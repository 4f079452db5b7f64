"""What a shop has sent by its platform, listed once for all that is in doubt."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from .flow import Aside, Flow


class Outgoing:
    """All flows of ours since a moment.

    :param since: aware, by the platform's clock
    :param read_at: aware, by ours: when the reading began
    :param asides: rows that cannot be read
    """

    def __init__(
        self,
        since: datetime,
        read_at: datetime,
        flows: Iterable[Flow],
        asides: Iterable[Aside],
    ):
        self.since = since
        self.read_at = read_at
        self.asides = tuple(asides)
        self._by_name = defaultdict(list)
        for flow in flows:
            self._by_name[flow.name].append(flow)

    def named(self, name: str) -> list[Flow]:
        """Return those that bear a name, or of which none is told."""
        return self._by_name.get(name, []) + self._by_name.get("", [])
