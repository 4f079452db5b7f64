"""The platforms that come with the module, and what is sent to them and heard."""

from datetime import timedelta

import factories
from chorus.channels.approved import profile, statuses
from chorus.facturx import cii
from chorus.facturx.dialect import EXTENDED_CTC_FR, Reform
from chorus.invoice import Attachment

PROFILES = {one.code: one for one in profile.shipped()}

#: what is said of an invoice until it is made available
ARRIVED = [
    ("INV-1", "DEPOSEE_PLATEFORME"),
    ("INV-1", "EN_COURS_ACHEMINEMENT"),
    ("INV-1", "DEPOSEE"),
    ("INV-1", "MISE_A_DISPOSITION"),
]


def document(number="INV-1", **changes) -> bytes:
    """An invoice as it leaves by this road."""
    invoice = factories.invoice(number=number, service="", **changes)
    pdf = Attachment("f.pdf", b"%PDF-1.7")
    return cii.write_reform(invoice, pdf, (), Reform(EXTENDED_CTC_FR))


def send(client, number="INV-1", tracking="", **changes):
    """Deposit an invoice: its content, and the answer."""
    content = document(number, **changes)
    name = f"{number}.xml"
    return content, client.deposit(content, name, "CII", tracking or f"t-{number}")


def heard(client):
    """States told so far, by number, in the order they came, and what was aside."""
    since = client._moment() - timedelta(hours=1)
    told, asides = [], []
    for flows, unread in client.incoming(since):
        asides += unread
        for flow in flows:
            found, more = client.read(flow)
            told += [(one.number, statuses.word(one)) for one in found]
            asides += more
    return told, asides
