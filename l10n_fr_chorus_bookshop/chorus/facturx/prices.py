"""Price and quantity of a line, such that they lead back to the amount in the books.

The XML and the readable page both take them from here: what one reads and what the
other says cannot differ.
"""

from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from ..invoice import Line

# A cent; Chorus Pro stores prices as 19,6 (AIFE external specifications).
_FEWEST, _MOST = 2, 6
# What a person types. More decimals come from a price with tax included, which has no
# exact price before tax: the fewest that give the amount say it as well.
_TYPED = 4


class Prices(NamedTuple):
    """What a line states of price and quantity.

    :ivar quantity: BT-129; negative on a negative line, since BR-27 forbids its price
        to be
    :ivar net: BT-146, of `basis` units
    :ivar basis: BT-149, None for one unit
    :ivar gross: BT-148, None where there is no discount to tell
    """

    quantity: Decimal
    net: Decimal
    basis: Decimal | None
    gross: Decimal | None


def prices(line: Line) -> Prices:
    """Return what a line states of price and quantity."""
    sign = -1 if line.unit_price < 0 else 1
    quantity = line.quantity * sign
    net, basis = _net(abs(line.unit_price), quantity, line.total)
    gross = line.gross_price * sign
    if _decimals(gross) > _TYPED:
        gross = _rounded(gross, max(_decimals(net), _FEWEST))
    told = line.discount and gross > net and basis is None
    return Prices(quantity, net, basis, gross if told else None)


def _net(
    price: Decimal, quantity: Decimal, total: Decimal
) -> tuple[Decimal, Decimal | None]:
    """Return the price, and the quantity it is for when that is not one.

    For the huge quantities where no price of one unit leads back to the amount, the
    price of the whole quantity is exact.
    """
    if not quantity:
        return _rounded(price, _MOST), None
    typed = _decimals(price) <= _TYPED
    if typed and _rounded(price * quantity, _FEWEST) == total:
        return price, None
    for known in (price, abs(total / quantity)):
        for decimals in range(_FEWEST, _MOST + 1):
            shorter = _rounded(known, decimals)
            if _rounded(shorter * quantity, _FEWEST) == total:
                return shorter, None
    return abs(total), abs(quantity)


def _rounded(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _decimals(value: Decimal) -> int:
    """Return how many decimals are significant."""
    return max(-value.normalize().as_tuple().exponent, 0)
