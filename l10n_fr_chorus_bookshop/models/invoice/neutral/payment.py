"""How invoices are paid: amounts, what is already paid, means, account, terms."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from babel.numbers import format_decimal

from odoo.tools import format_amount, format_date
from odoo.tools.misc import babel_locale_parse

from .lines import Content
from .records import amount, spoken, text

TRANSFER, CHEQUE, CARD, CASH, DIRECT_DEBIT = "30", "20", "48", "10", "59"
CLEARING = "97"
COLON = "\N{NO-BREAK SPACE}: "
# Accounts of a difference that was given up: results, not the bank.
WRITE_OFF = ("expense", "expense_other", "income", "income_other")
COUNTERPART_FIELDS = ("move_type", "state", "journal_id", "date", "origin_payment_id")
# Journals that money enters; a miscellaneous entry receives none.
MONEY = ("bank", "cash", "credit")
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
    TRANSFER: {"virement", "virements", "transfer", "wire"},
    CHEQUE: {"chèque", "chèques", "cheque", "cheques", "check", "checks"},
    CARD: {"carte", "cartes", "card", "cb", "tpe"},
    CASH: {"espèces", "especes", "liquide", "cash"},
    DIRECT_DEBIT: {"prélèvement", "prélèvements", "prelevement", "sdd"},
}


@dataclass(slots=True)
class Settled:
    """What settles an invoice, in its currency.

    :ivar offset: part settled without money: against credit notes, which the platform
        does not set off against their invoice (R23), or written off
    :ivar means: UNTDID 4461 codes of the payments
    :ivar paid_on: day of the last payment
    """

    offset: float = 0.0
    means: list[str] = field(default_factory=list)
    paid_on: date | None = None


class PaymentReader:
    """Reads how the invoices of a batch are paid: their words of terms once each."""

    def __init__(self, moves):
        self._terms: dict[tuple[int, str], str] = {}
        partly = moves._origin.filtered(
            lambda m: m.state == "posted" and m.amount_residual != m.amount_total
        )
        self._settled = _settled(partly)

    def read(self, move, content: Content, digits: int, lang: str) -> dict:
        """Return terms, amounts and means of payment of one of the moves.

        :param content: what its journal items say
        :param digits: decimals of its currency
        :param lang: language of the customer
        """
        term = move.invoice_payment_term_id
        discount = _early_discount(term, lang)
        said = (self._term(term, lang), discount, _instalments(move._origin, lang))
        return {
            "due_date": move.invoice_date_due or None,
            "payment_terms": "\n".join(filter(None, said)),
            "early_discount": discount,
            "payment_days": move.commercial_partner_id.l10n_fr_chorus_payment_days
            or 30,
            **self._amounts(move, content, digits),
        }

    def _term(self, term, lang: str) -> str:
        """Return what the invoice prints of `term`, in the customer's language."""
        key = term.id, lang
        if key not in self._terms:
            words = term.with_context(lang=lang)
            self._terms[key] = spoken(words, "note") or text(words.name)
        return self._terms[key]

    def _amounts(self, move, content: Content, digits: int) -> dict:
        """Return amounts (BG-22), frame and means of payment.

        What was set off against a credit note is still due: each document lives its
        own life on the platform (R23). Hence a frame A2, "already paid", only where
        money came.
        """
        books = move._origin
        asked = amount(books.amount_total, digits)
        untaxed = amount(books.amount_untaxed, digits)
        tax = amount(books.amount_tax, digits)
        posted = move.state == "posted"
        residual = amount(books.amount_residual, digits) if posted else asked
        settled = self._settled.get(books.id, Settled())
        paid = asked - residual - amount(settled.offset, digits)
        credit = move.move_type == "out_refund"
        already_paid = not credit and paid > 0 and paid == asked
        bank = move.partner_bank_id.browse() if credit else move.partner_bank_id
        iban, bic = _account(bank)
        return {
            "untaxed": untaxed - content.rounding + content.charges,
            "tax": tax - content.charges,
            "total": asked - content.rounding,
            "rounding": content.rounding,
            "paid": paid,
            "due": asked - paid,
            "frame": "A2" if already_paid else "A1",
            "payment_means": _means(move, settled.means if already_paid else []),
            "paid_on": settled.paid_on if already_paid else None,
            "iban": iban,
            "bic": bic,
        }


def _means(move, payments: list[str]) -> str:
    """Return how the invoice was paid, else how it is to be paid (BT-81).

    A credit note asks for no payment, and the account on it is the customer's.
    """
    if move.move_type == "out_refund":
        return CLEARING
    if payments:
        return payments[0]
    method = move.preferred_payment_method_line_id
    return means(method, method.journal_id)


def _settled(moves) -> dict[int, Settled]:
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
    received = _received(other)
    invoice.offset += amount * (1 - received)
    if received:
        payment = other.origin_payment_id
        invoice.means.append(means(payment.payment_method_line_id, other.journal_id))
        invoice.paid_on = max(filter(None, (invoice.paid_on, other.date)), default=None)


def _received(other) -> float:
    """Return the share of what settles an invoice that is money: 0 to 1.

    A payment may write a difference off, in the same entry.
    """
    # Taken back to draft, a payment stays matched with what it paid.
    if other.is_sale_document() or other.state != "posted":
        return 0.0
    till = "pos_payment_ids" in other._fields and other.pos_payment_ids
    if not (till or other.origin_payment_id or other.journal_id.type in MONEY):
        return 0.0
    items = other.line_ids
    customer = items.filtered(lambda i: i.account_type == "asset_receivable")
    settled = abs(sum(customer.mapped("balance")))
    written_off = items.filtered(lambda i: i.account_type in WRITE_OFF or i.tax_line_id)
    lost = abs(sum(written_off.mapped("balance")))
    return max(0.0, 1 - lost / settled) if settled else 1.0


def means(method, journal) -> str:
    """Return the UNTDID 4461 code (BT-81) of a payment method.

    A journal's name proves nothing: "Compte chèques" is an account.

    :param method: account.payment.method.line, may be empty
    :param journal: account.journal where the money goes, may be empty
    """
    if known := METHODS.get(method.code):
        return known
    words = set(re.findall(r"\w+", (method.name or "").casefold()))
    named = (code for code, names in WORDS.items() if names & words)
    if code := next(named, None):
        return code
    if journal.type == "cash":
        return CASH
    return CARD if method.payment_provider_id else TRANSFER


def _account(bank) -> tuple[str, str]:
    """Return IBAN and BIC of a bank account; Chorus Pro knows no other kind."""
    if bank.acc_type != "iban":
        return "", ""
    return bank.sanitized_acc_number or "", bank.bank_bic or ""


def _early_discount(term, lang: str) -> str:
    """Return the discount that a payment term grants, in the customer's language."""
    if not term.early_discount:
        return ""
    env = term.with_context(lang=lang).env
    rate = format_decimal(term.discount_percentage, locale=babel_locale_parse(lang))
    return env._(
        "Discount of %(rate)s %% for payment within %(days)s days.",
        rate=rate,
        days=term.discount_days,
    )


def _instalments(move, lang: str) -> str:
    """Return amount and day of each part, "" for one payment (BT-9 holds a single day).

    :param move: account.move
    :param lang: language of the customer
    """
    parts = move.line_ids.filtered(lambda i: i.display_type == "payment_term")
    if len(parts) < 2:
        return ""
    env = move.with_context(lang=lang).env
    return "\n".join(
        f"{format_date(env, part.date_maturity)}{COLON}"
        f"{format_amount(env, abs(part.amount_currency), move.currency_id)}"
        for part in parts.sorted("date_maturity")
    )
