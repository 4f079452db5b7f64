"""What a test does with the platform behind the scenes."""

from datetime import date
from types import SimpleNamespace

from ..admin import address
from ..clock import parse


@address("GET approved")
def show(simulator, body):
    return simulator.platform.approved.describe()


@address("POST approved/manners")
def manners(simulator, body):
    """How it behaves from now on; ``profile`` starts again from that platform."""
    approved = simulator.platform.approved
    approved.manners.change(body)
    return approved.describe()["manners"]


@address("POST approved/tokens/expire")
def expire(simulator, body):
    simulator.platform.approved.tokens.clear()
    return {"expired": True}


@address("POST approved/message")
def message(simulator, body):
    """A status message of any invoice, known to Chorus Pro or not."""
    platform = simulator.platform
    document = SimpleNamespace(
        number=body["number"],
        supplier=body["siren"],
        type_code=body.get("kind", "380"),
        issue_date=date.fromisoformat(body["issued"]),
    )
    at = parse(body["date"]) if body.get("date") else platform.clock.now()
    platform.approved.tell(
        document,
        body["code"],
        at,
        body.get("reasons", ()),
        body.get("comment", ""),
    )
    return {"told": True}
