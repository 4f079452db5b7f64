"""What differs in the data of one invoice from one road to another.

The vocabulary follows the road, not the date: direct deposit has Chorus Pro's own, an
approved platform the reform's (XP Z12-012, BR-FR). A dialect writes only that; amounts,
lines and taxes are the same everywhere.
"""

import re
from collections.abc import Collection
from datetime import date

from ..invoice import CREDIT_NOTE, INVOICE, Invoice, Party
from ..mentions import notes

# Schemes of identifiers (ISO 6523): SIREN, SIRET, a body's service, an electronic
# address of the directory.
SIREN, SIRET, SERVICE, ADDRESS = "0002", "0009", "0224", "0225"
# BR-FR-24: what an identifier under 0224 may hold; BR-FR-23: an address under 0225.
_IDENTIFIER = re.compile(r"[A-Za-z0-9+_.-]{1,100}")
_ADDRESS = re.compile(r"[A-Za-z0-9_.-]{1,125}")


class Dialect:
    """Chorus Pro's own vocabulary: direct deposit (AIFE samples FSO1117A).

    BT-23 holds the *cadre de facturation*, the legal identifiers hold 14-digit SIRETs
    under scheme 0002, and BT-10 holds the executing service.

    :ivar profile: BT-24
    """

    profile = "urn:cen.eu:en16931:2017"

    def frame(self, invoice: Invoice) -> str:
        """BT-23."""
        return invoice.frame

    def kind(self, invoice: Invoice) -> str:
        """BT-3: 380 or 381, a deposit too (AIFE FE v1.1 §6.20-21)."""
        return invoice.kind

    def notes(self, invoice: Invoice) -> list[tuple[str, str]]:
        """BG-1: subject code ("" for none) and text of each note."""
        return [("", invoice.note)] if invoice.note else []

    def due_date(self, invoice: Invoice) -> date | None:
        """BT-9, None for none."""
        return invoice.due_date

    def private_ids(self, party: Party, service: str) -> list[tuple[str, str]]:
        """BT-29 or BT-46: scheme and identifier of each."""
        return []

    def legal_id(self, party: Party) -> str:
        """BT-30 or BT-47, under scheme 0002.

        The official Factur-X samples put a SIRET there, against ISO 6523.
        """
        return party.siret

    def address(self, party: Party, service: str) -> str:
        """BT-34 or BT-49, under scheme 0225; "" for none."""
        return ""


class Reform(Dialect):
    """The reform's vocabulary: invoices through an approved platform.

    :param profile: BT-24
    :param marked: add the note `ADN` / `B2G`, which some validators ask for
    """

    def __init__(self, profile: str, *, marked: bool = False):
        self.profile = profile
        self._marked = marked

    def frame(self, invoice: Invoice) -> str:
        return reform_frame(invoice)

    def kind(self, invoice: Invoice) -> str:
        return reform_kind(invoice.kind, is_deposit=invoice.is_deposit)

    def notes(self, invoice: Invoice) -> list[tuple[str, str]]:
        mark = [("ADN", "B2G")] if self._marked else []
        return [*super().notes(invoice), *notes(invoice).items(), *mark]

    def due_date(self, invoice: Invoice) -> date | None:
        """BR-FR-CO-09: an invoice already paid was due on the day it was paid."""
        if self.frame(invoice).endswith("2"):
            return invoice.paid_on or invoice.due_date or invoice.issue_date
        return invoice.due_date

    def private_ids(self, party: Party, service: str) -> list[tuple[str, str]]:
        found = [(SIRET, party.siret)] if party.siret else []
        return [*found, (SERVICE, service)] if is_identifier(service) else found

    def legal_id(self, party: Party) -> str:
        return party.siret[:9]

    def address(self, party: Party, service: str) -> str:
        return party.address_id or electronic_address(party.siret, service)


def is_identifier(code: str) -> bool:
    """Tell whether a service code can be written under scheme 0224 (BR-FR-24)."""
    return bool(_IDENTIFIER.fullmatch(code))


def is_address(text: str) -> bool:
    """Tell whether a text can be an electronic address (BR-FR-23, BR-FR-25)."""
    return bool(_ADDRESS.fullmatch(text))


def electronic_address(siret: str, service: str = "") -> str:
    """Return where a SIRET receives (BT-34, BT-49): its line or its service's line.

    A body has lines for its SIRET and for its services (AIFE FE v1.1 §3.1); a service
    whose code an address cannot hold receives through the body's own.
    """
    whole = "_".join(filter(None, (siret[:9], siret, service)))
    return whole if is_address(whole) else f"{siret[:9]}_{siret}"


def open_line(siret: str, service: str, lines: Collection[str] | None) -> str:
    """Return the line by which a body is reached: its service's, else its own.

    :param lines: those that are open, None when nobody has told
    :return: "" when none of the two is open
    """
    if lines is None:
        return electronic_address(siret, service)
    wanted = (electronic_address(siret, service), electronic_address(siret))
    return next((line for line in wanted if line in lines), "")


def reform_frame(invoice: Invoice) -> str:
    """BT-23 of the reform: what is sold, then how far it is paid (BR-FR-08).

    7 is an invoice whose VAT the till has reported already, 2 one that is paid, 4 the
    balance after a deposit.
    """
    services = {line.is_service for line in invoice.lines}
    nature = "M" if len(services) > 1 else "S" if True in services else "B"
    if invoice.reported and nature != "M":
        return f"{nature}7"
    if is_paid(invoice):
        return f"{nature}2"
    return f"{nature}4" if invoice.after_deposit else f"{nature}1"


def is_paid(invoice: Invoice) -> bool:
    """Tell whether it was paid, by neither a rounded sum nor none (BR-FR-CO-09)."""
    return invoice.frame == "A2" and 0 < invoice.paid == invoice.total


def reform_kind(kind: str, *, is_deposit: bool) -> str:
    """BT-3 of the reform: a deposit and its credit note have their own (BR-FR-04).

    :param kind: 380 or 381
    """
    return DEPOSITS.get(kind, kind) if is_deposit else kind


#: an invoice that asks for a deposit, and the credit note of one
DEPOSITS = {INVOICE: "386", CREDIT_NOTE: "503"}
HISTORICAL = Dialect()
#: BT-24 of the reform's documents, as AIFE's and FNFE's Schematrons want them
EXTENDED_CTC_FR = (
    "urn:cen.eu:en16931:2017#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr"
)
FACTURX_EXTENDED = "urn:cen.eu:en16931:2017#conformant#urn:factur-x.eu:1p0:extended"
