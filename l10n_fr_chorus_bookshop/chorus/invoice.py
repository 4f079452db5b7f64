"""The neutral invoice: every rule and every document writer starts from it.

Amounts are `Decimal` in the invoice's currency, exactly as the books store them, and
positive on a credit note as on an invoice (the kind tells them apart, as in UNTDID
1001). Dates are `datetime.date`. Absent texts are "".
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .text import bare_name

INVOICE = "380"
CREDIT_NOTE = "381"

# For invoices between public bodies only: a bookseller is refused there.
PUBLIC_ONLY = "FACTURES_PUBLIQUES"
# What the directory asks of a body's suppliers; the first three decide what an invoice
# carries. Each is a field of `Recipient`, and of whatever tells of a body.
OBLIGATIONS = (
    "service_required",
    "engagement_required",
    "service_or_engagement_required",
    "payment_not_reported",
    "works_owner_only",
)


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address; `country` is ISO 3166-1 alpha-2."""

    street: str = ""
    street2: str = ""
    zip: str = ""
    city: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Seller, buyer or place of delivery; `siret` is 14 digits without spaces.

    :ivar gln: the book trade's Gencod, 13 digits
    :ivar address_id: electronic address in the reform's directory (BT-34, BT-49), ""
        for the one made of the SIRET
    """

    name: str
    siret: str = ""
    vat: str = ""
    address: Address = field(default_factory=Address)
    email: str = ""
    phone: str = ""
    gln: str = ""
    address_id: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One product line.

    :ivar unit_price: net price before tax of one unit, after discount
    :ivar gross_price: price before tax of one unit, before discount
    :ivar discount: discount in per cent, 0 when there is none
    :ivar total: line amount before tax, the one in the books (BT-131)
    :ivar category: VAT category code of UNTDID 5305 (S, Z, E, AE, K, G, O); `vat.NONE`
        or `vat.UNTOLD` on a line that no document can carry
    :ivar rate: VAT rate in per cent
    :ivar unit: UN/ECE Recommendation 20 code
    :ivar public_price: price of one unit with tax, before discount, as it is printed on
        a book; 0 when the books do not hold it
    :ivar section: title that the line stands under, "" for none
    :ivar subsection: title below that one
    :ivar is_service: a service rather than goods (CGI, annexe II, 242 nonies A)
    """

    position: int
    name: str
    quantity: Decimal
    unit_price: Decimal
    gross_price: Decimal
    total: Decimal
    category: str
    rate: Decimal
    discount: Decimal = Decimal(0)
    unit: str = "C62"
    ean: str = ""
    reference: str = ""
    description: str = ""
    public_price: Decimal = Decimal(0)
    section: str = ""
    subsection: str = ""
    is_service: bool = False


@dataclass(frozen=True, slots=True)
class Tax:
    """One row of the VAT breakdown (BG-23).

    :ivar exemption_reason: every mention that its lines call for, one a line (BT-120)
    :ivar exemption_code: VATEX code where one holds for the whole row (BT-121)
    :ivar on_payment: due on payment (*encaissements*) rather than on debit; None for
        what `Invoice.vat_on_payment` says
    :ivar rounding: cash rounding that the books put in `amount`
    """

    category: str
    rate: Decimal
    base: Decimal
    amount: Decimal
    exemption_reason: str = ""
    exemption_code: str = ""
    on_payment: bool | None = None
    rounding: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class DeliveryNote:
    """A delivery that the invoice charges (BT-16)."""

    number: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Preceding:
    """An earlier invoice that this one speaks of (BG-3)."""

    number: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice (380) or credit note (381) to a public body.

    :ivar service: code of the body's executing service (BT-10), case kept
    :ivar engagement: engagement number (BT-13), case kept
    :ivar market: market number (BT-12), case kept
    :ivar frame: Chorus Pro's *cadre de facturation*: "A1", or "A2" when already paid
    :ivar original_number: number of the invoice that a credit note cancels (BT-25)
    :ivar full_credit: credit note of the whole of that invoice, with its references
    :ivar partial_credit: credit note of other lines or amounts than that invoice's
    :ivar partial_allowed: a manager has allowed it (R22)
    :ivar payment_means: UNTDID 4461 code (BT-81)
    :ivar early_discount: discount for early payment, "" for none
    :ivar paid: part already paid (BT-113)
    :ivar due: what remains to pay (BT-115)
    :ivar rounding: difference between the total and what is asked (BT-114)
    :ivar vat_on_payment: VAT due on payment (*encaissements*) rather than on debit
    :ivar delivery_notes: what was delivered, oldest first
    :ivar customer_reference: how the customer calls its order; on a credit note, why it
        was made
    :ivar payment_days: days that a public body has to pay from receipt, by law or by
        contract
    :ivar paid_on: day of the last payment, when the invoice is paid
    :ivar tax_in_euros: VAT in the seller's currency (BT-111), of an invoice in another
    :ivar is_deposit: asks for a part before the sale (*facture d'acompte*)
    :ivar deposits: deposit invoices that lines of this one deduct, with their VAT
    :ivar files: name and size in bytes of each file that goes with it
    :ivar after_deposit: the balance of a sale of which a deposit was invoiced before
    :ivar reported: a till sale, whose VAT the till has reported already
    """

    number: str
    kind: str
    issue_date: date
    currency: str
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    taxes: tuple[Tax, ...]
    untaxed: Decimal
    tax: Decimal
    total: Decimal
    due: Decimal
    paid: Decimal = Decimal(0)
    rounding: Decimal = Decimal(0)
    due_date: date | None = None
    delivery_date: date | None = None
    delivery: Party | None = None
    service: str = ""
    service_name: str = ""
    engagement: str = ""
    market: str = ""
    frame: str = "A1"
    original_number: str = ""
    original_date: date | None = None
    full_credit: bool = False
    partial_credit: bool = False
    partial_allowed: bool = False
    payment_means: str = "30"
    payment_terms: str = ""
    early_discount: str = ""
    iban: str = ""
    bic: str = ""
    note: str = ""
    vat_on_payment: bool = False
    delivery_notes: tuple[DeliveryNote, ...] = ()
    customer_reference: str = ""
    payment_days: int = 30
    paid_on: date | None = None
    after_deposit: bool = False
    reported: bool = False
    tax_in_euros: Decimal | None = None
    is_deposit: bool = False
    deposits: tuple[Preceding, ...] = ()
    files: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with the invoice.

    :ivar name: without folders or hidden signs, whatever it was called
    :ivar kind: what it is in the reform's list (BT-123), "" for any annex
    """

    name: str
    content: bytes
    mimetype: str = "application/pdf"
    kind: str = ""

    def __post_init__(self):
        object.__setattr__(self, "name", bare_name(self.name))


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a public body, as the directory describes it."""

    code: str
    name: str = ""
    active: bool = True
    engagement_required: bool = False


@dataclass(frozen=True, slots=True)
class Recipient:
    """What the directory says of the buyer's SIRET.

    :ivar known: the directory knows this SIRET
    :ivar addresses: its open lines in the reform's directory, None when nobody has told
    :ivar services: every service of the body, inactive ones included; empty also when
        the directory was not asked for them (`services_known` tells)
    """

    siret: str
    name: str = ""
    known: bool = False
    active: bool = False
    service_required: bool = False
    engagement_required: bool = False
    service_or_engagement_required: bool = False
    services: tuple[Service, ...] = ()
    services_known: bool = False
    works_owner_only: bool = False
    payment_not_reported: bool = False
    addresses: tuple[str, ...] | None = None
