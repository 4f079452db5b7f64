"""What each way to Chorus Pro costs a shop in a year (R29).

The State charges nothing for the portal and the API. Dilicom's prices are in its
contract (« a few tens of euros a month, by invoice volume », says the booksellers'
guide): the figure here is only one to begin with, which the shop replaces.
"""

from dataclasses import dataclass

from ..text import _
from . import APPROVED, DILIFAC, PISTE, PORTAL

MONTHS, MINUTES = 12, 60


@dataclass(frozen=True, slots=True)
class Cost:
    """Prices of one channel, to begin with.

    :ivar monthly: euros a month, whatever the volume
    :ivar each: euros for each invoice or credit note
    :ivar minutes: time that a person spends on each
    :ivar gives: what the shop gets for it, and what it asks for
    """

    monthly: float = 0
    each: float = 0
    minutes: float = 0
    gives: str = ""


COSTS = {
    PORTAL: Cost(
        minutes=8,
        gives=_(
            "Nothing to subscribe to, nothing to connect. Someone uploads each invoice "
            "and reads its states on the site; the file uploaded is the original."
        ),
    ),
    PISTE: Cost(
        minutes=1,
        gives=_(
            "Free of charge. Invoices leave and states come back by themselves; the "
            "legal original is in your vault. It asks for a PISTE application and a "
            "technical account."
        ),
    ),
    APPROVED: Cost(
        monthly=10,
        minutes=1,
        gives=_(
            "The road of the reform, for all your invoices from September 2027 on. "
            "Invoices leave and states come back by themselves; the legal original is "
            "in your vault. It asks for a contract with an approved platform: replace "
            "these prices by its own."
        ),
    ),
    DILIFAC: Cost(
        monthly=30,
        minutes=1,
        gives=_(
            "Dilicom checks each invoice before Chorus Pro, forwards it, archives the "
            "legal original and returns the states. It asks for a contract, and bills "
            "by volume."
        ),
    ),
}


def yearly(
    volume: int, monthly: float, each: float, minutes: float, hourly: float
) -> float:
    """Return what a channel costs in a year, in euros, to the cent.

    :param volume: invoices and credit notes a year
    :param monthly: subscription, euros a month
    :param each: euros for each document
    :param minutes: time that a person spends on each document
    :param hourly: what an hour of that person costs, euros
    """
    work = minutes * hourly / MINUTES
    return round(monthly * MONTHS + volume * (each + work), 2)
