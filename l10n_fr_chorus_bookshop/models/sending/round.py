"""One round of a worker: it ends before the server ends its process."""

import time

from odoo.tools import config

try:
    import resource
except ImportError:  # Windows, where Odoo sets no limit either
    resource = None

ENDLESS = float("inf")


class Round:
    """When a round must end, at half of what its process still has; what it knows.

    A prefork server gives each task a share of processor (``limit_time_cpu``) and of
    time (``limit_time_real``), and ends a process that takes more, whatever it does.
    Elsewhere, as in a shell, nothing limits a round.

    :ivar known: what a channel has asked once for all that the round looks at
    """

    def __init__(self):
        self.known = {}
        share = _processor_left()
        limited = share != ENDLESS
        self._processor = time.process_time() + share / 2
        self._clock = time.monotonic() + (_time_left() / 2 if limited else ENDLESS)

    def is_over(self) -> bool:
        """Tell whether what remains is for the next round."""
        return time.process_time() >= self._processor or time.monotonic() >= self._clock


def _processor_left() -> float:
    """Seconds of processor that the system still gives this process."""
    if resource is None:
        return ENDLESS
    soft, _hard = resource.getrlimit(resource.RLIMIT_CPU)
    if soft == resource.RLIM_INFINITY:
        return ENDLESS
    return max(soft - time.process_time(), 0)


def _time_left() -> float:
    """Seconds that the server gives a task, a scheduled one or a request."""
    limits = (config["limit_time_real"], config["limit_time_real_cron"])
    return min((limit for limit in limits if limit and limit > 0), default=ENDLESS)
