"""How invoices are paid: what is already paid, means, account, terms."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from .values import plain

TRANSFER, CHEQUE, CARD, CASH, DIRECT_DEBIT = "30", "20", "48", "10", "59"
CLEARING = "97"
COUNTERPART_FIELDS = ("move_type", "journal_id", "origin_payment_id")
# Codes of account.payment.method: core's, Enterprise's and OCA's.
METHODS = {
    "check_printing": CHEQUE,
    "custom": TRANSFER,
    "sepa_ct": TRANSFER,
    "sdd": DIRECT_DEBIT,
    "sepa_direct_debit": DIRECT_DEBIT,
}
# A shop names its methods; all of them then bear core's code "manual".
WORDS = {
    CHEQUE: {"chèque", "chèques", "cheque", "cheques", "check", "checks"},
    CARD: {"carte", "cartes", "card", "cb", "tpe"},
    CASH: {"espèces", "especes", "liquide", "cash"},
    DIRECT_DEBIT: {"prélèvement", "prélèvements", "prelevement", "sdd"},
}


@dataclass(slots=True)
class Settled:
    """What settles an invoice, in its currency.

    :ivar offset: part settled against other invoices and credit notes, unpaid: the
        platform does not set a credit note off against its invoice (R23)
    :ivar means: UNTDID 4461 codes of the payments
    """

    offset: float = 0.0
    means: list[str] = field(default_factory=list)


def settled(moves) -> dict[int, Settled]:
    """Return what settles the invoices, by invoice id.

    Read with full rights: it tells no more than the stored residual amount, and one
    who sends invoices need not see payments.
    """
    answer: dict[int, Settled] = defaultdict(Settled)
    terms = moves.sudo().line_ids.filtered(lambda i: i.display_type == "payment_term")
    debits, credits = terms.matched_credit_ids, terms.matched_debit_ids
    parts = debits | credits
    (parts.debit_move_id | parts.credit_move_id).move_id.fetch(COUNTERPART_FIELDS)
    for part in debits:
        other = part.credit_move_id.move_id
        _add(answer[part.debit_move_id.move_id.id], other, part.debit_amount_currency)
    for part in credits:
        other = part.debit_move_id.move_id
        _add(answer[part.credit_move_id.move_id.id], other, part.credit_amount_currency)
    return answer


def _add(invoice: Settled, other, amount: float) -> None:
    if other.is_sale_document():
        invoice.offset += amount
    else:
        payment = other.origin_payment_id
        invoice.means.append(means(payment.payment_method_line_id, other.journal_id))


def means(method, journal) -> str:
    """Return the UNTDID 4461 code (BT-81) of a payment method.

    :param method: account.payment.method.line, may be empty
    :param journal: account.journal where the money goes, may be empty
    """
    if known := METHODS.get(method.code):
        return known
    words = set(re.findall(r"\w+", f"{method.name} {journal.name}".casefold()))
    named = (code for code, names in WORDS.items() if names & words)
    if code := next(named, None):
        return code
    if journal.type == "cash":
        return CASH
    return CARD if method.payment_provider_id else TRANSFER


def account(bank) -> tuple[str, str]:
    """Return IBAN and BIC of a bank account; Chorus Pro knows no other kind."""
    if bank.acc_type != "iban":
        return "", ""
    return bank.sanitized_acc_number or "", bank.bank_bic or ""


class TermReader:
    """Reads the words of payment terms, each once per language."""

    def __init__(self):
        self._known: dict[tuple[int, str], str] = {}

    def read(self, term, lang: str) -> str:
        """Return what the invoice prints of `term`, in the customer's language."""
        key = term.id, lang
        if key not in self._known:
            words = term.with_context(lang=lang) if lang else term
            self._known[key] = plain(words.note) or words.name or ""
        return self._known[key]
