"""What `rules` says: one entry per problem code, in plain English.

Readers sell books. Each message names the value at fault, each remedy says what to
do. Values are put in by name; a template without any value holds no per cent sign,
since Odoo formats a translation only when it is given values.
"""

from dataclasses import dataclass
from typing import Literal

from ..text import _

Severity = Literal["error", "warning"]

ERROR: Severity = "error"
WARNING: Severity = "warning"


@dataclass(frozen=True, slots=True)
class Text:
    """A problem's two sentences and its usual nature.

    :ivar severity: unless the rule says otherwise
    :ivar waits: sending waits, and may pass later without anybody editing the invoice
    :ivar fix: name of the one-click remedy, "" when there is none
    """

    message: str
    remedy: str
    severity: Severity = ERROR
    waits: bool = False
    fix: str = ""


CLEAR_SERVICE = "clear_service"
CLEAR_ENGAGEMENT = "clear_engagement"
FIX_CASE = "fix_case"
ACCEPT_CHANGES = "accept_changes"

_COMPUTE_AGAIN = _(
    "Delete the lines concerned in the draft and enter them again, so that Odoo "
    "computes the amounts afresh. If the difference remains, show it to your "
    "accountant."
)
_SHORTEN_TEXT = _("Shorten the text: the platform may cut it or refuse the invoice.")
_RETYPE = _("Delete the text and type it by hand rather than pasting it.")
_SET_TAX = _("Set another VAT on the line, or ask your accountant to correct the tax.")
_COMPLETE_COMPANY = _("Complete the address of the shop in the company's settings.")
_COMPLETE_CUSTOMER = _("Complete the address on the customer's form.")
_ASK_SERVICE = _(
    "Choose the service in the list. If you do not know it, ask the customer or look "
    "at its purchase order."
)
_ASK_ENGAGEMENT = _(
    "Enter the engagement number written on the customer's purchase order, or ask the "
    "customer for it. It is not your own order number."
)

TEXTS: dict[str, Text] = {
    # The customer and the directory
    "buyer_siret_missing": Text(
        _("The customer has no SIRET number."),
        _("Enter the 14 digits of the SIRET number on the customer's form."),
    ),
    "buyer_siret_format": Text(
        _("The customer's SIRET number “%(siret)s” is not made of 14 digits."),
        _("Correct the SIRET number on the customer's form."),
    ),
    "probably_public": Text(
        _("This customer is probably a public body, by its SIRET number or its name."),
        _(
            "Verify it in the directory: invoices to a public body go through Chorus "
            "Pro. If it is none, say so on its form."
        ),
        WARNING,
    ),
    "buyer_siret_key": Text(
        _("The customer's SIRET number “%(siret)s” has a wrong check digit."),
        _("Check the digits with the customer: one of them is probably mistyped."),
    ),
    "recipient_unverified": Text(
        _("The SIRET number %(siret)s is not verified in the directory yet."),
        _("Verify the customer in the directory. Until then the invoice waits."),
        WARNING,
        waits=True,
    ),
    "recipient_unknown": Text(
        _("The Chorus Pro directory does not know the SIRET number %(siret)s."),
        _(
            "Check the number with the customer. If it is right, the customer must "
            "register on Chorus Pro; the invoice waits until then."
        ),
        waits=True,
    ),
    "recipient_inactive": Text(
        _("“%(name)s” (SIRET %(siret)s) is not active on Chorus Pro."),
        _(
            "Ask the customer to activate this SIRET on Chorus Pro or to give another "
            "one. The invoice waits until then."
        ),
        waits=True,
    ),
    "recipient_works_only": Text(
        _("“%(name)s” (SIRET %(siret)s) only receives invoices for building works."),
        _("Ask the customer under which SIRET number books are to be invoiced."),
    ),
    # Service code and engagement number
    "service_missing": Text(
        _("“%(name)s” requires a service code and none is given."), _ASK_SERVICE
    ),
    "service_superfluous": Text(
        _("“%(name)s” does not ask for a service code; the invoice has “%(code)s”."),
        _("Remove the service code."),
        fix=CLEAR_SERVICE,
    ),
    "service_case": Text(
        _(
            "The service code “%(code)s” is written “%(right)s” in the directory: "
            "capitals and small letters count."
        ),
        _("Use the code as the directory writes it."),
        fix=FIX_CASE,
    ),
    "service_unknown": Text(
        _("“%(name)s” has no service “%(code)s” in the Chorus Pro directory."),
        _ASK_SERVICE,
    ),
    "service_inactive": Text(
        _("The service “%(code)s” of “%(name)s” is no longer active."), _ASK_SERVICE
    ),
    "service_reserved": Text(
        _("The service “%(code)s” is reserved for invoices between public bodies."),
        _ASK_SERVICE,
    ),
    "service_unverified": Text(
        _("The service code “%(code)s” could not be verified in the directory."),
        _("Verify the customer in the directory, or check the code with the customer."),
        WARNING,
    ),
    "engagement_missing": Text(
        _("“%(name)s” requires an engagement number and none is given."),
        _ASK_ENGAGEMENT,
    ),
    "engagement_differs": Text(
        _(
            "The engagement number is “%(number)s” here and “%(ordered)s” on the sales "
            "order."
        ),
        _("Keep the one that the customer gave last."),
        WARNING,
    ),
    "orders_disagree": Text(
        _("Orders with different references are on this one invoice: %(orders)s."),
        _(
            "Delete the draft, then invoice these orders again: each reference gets "
            "its own invoice."
        ),
    ),
    "engagement_unknown": Text(
        _(
            "Chorus Pro was asked for the engagement “%(number)s” of “%(name)s” issued "
            "to “%(supplier)s” and finds none."
        ),
        _(
            "Ask the customer whether the number has changed, and whether it was "
            "issued to this SIRET. The invoice may leave all the same."
        ),
        WARNING,
    ),
    "engagement_old": Text(
        _("The engagement number “%(number)s” dates from %(date)s."),
        _(
            "It may have changed since: check it with the customer, then confirm it "
            "or enter the new one."
        ),
        WARNING,
    ),
    "engagement_missing_for_service": Text(
        _(
            "The service “%(code)s” requires an engagement number and the invoice has "
            "none."
        ),
        _ASK_ENGAGEMENT,
    ),
    "engagement_superfluous": Text(
        _(
            "“%(name)s” does not ask for an engagement number; the invoice has "
            "“%(number)s”."
        ),
        _("Remove the engagement number."),
        fix=CLEAR_ENGAGEMENT,
    ),
    "reference_missing": Text(
        _("“%(name)s” requires a service code or an engagement number."),
        _("Choose the service or enter the engagement number; one of them is enough."),
    ),
    "reference_too_long": Text(
        _(
            "The reference “%(value)s” has %(length)s characters; Chorus Pro takes "
            "%(limit)s at most."
        ),
        _("Check the reference with the customer and correct it."),
    ),
    "reference_invisible": Text(
        _(
            "The reference “%(value)s” begins or ends with a space, or holds an "
            "invisible character: the public body would not receive it as it is."
        ),
        _("Delete the reference and type it by hand, as the customer gave it."),
    ),
    "reference_characters": Text(
        _("The reference “%(value)s” holds signs that do not travel: %(refused)s"),
        _("Type the reference by hand, as the customer gave it."),
    ),
    # One owner per invoice (R44)
    "number_taken": Text(
        _(
            "The number “%(number)s” is also that of an invoice of %(other)s dated "
            "%(date)s. Chorus Pro takes a number once a year for all the shops of one "
            "SIREN: the second would be refused."
        ),
        _(
            "Give this invoice another number: put a prefix of its own before the "
            "numbers of this journal."
        ),
    ),
    "sent_elsewhere": Text(
        _(
            "Odoo's own network has this invoice already, or was asked to send it: by "
            "Chorus Pro too, the customer would receive it twice."
        ),
        _(
            "Leave it there. If that sending failed or was cancelled, it can be sent "
            "from here."
        ),
    ),
    "sent_by_odoo": Text(
        _(
            "Odoo's own platform is the road of this customer's invoices, by the "
            "settings or the customer's form: nothing leaves from here."
        ),
        _(
            "Send it with Odoo's own button; what becomes of it is shown here. Another "
            "channel can be chosen for one invoice, with its reason."
        ),
    ),
    # Between confirming and leaving
    "changed_since": Text(
        _(
            "When the invoice was confirmed it said “%(before)s”; it would now leave "
            "with “%(after)s”."
        ),
        _("If that is meant, accept the change. Else put back what was."),
        fix=ACCEPT_CHANGES,
    ),
    # Number, kind, dates, currency
    "number_missing": Text(
        _("The invoice has no number yet."),
        _("Confirm the invoice so that it gets its number."),
    ),
    "number_too_long": Text(
        _(
            "The number “%(number)s” has %(length)s characters; Chorus Pro takes "
            "%(limit)s at most."
        ),
        _("Choose a shorter numbering for the journal, such as F2026/00001."),
    ),
    "number_characters": Text(
        _("The number “%(number)s” holds characters Chorus Pro refuses: %(refused)s"),
        _(
            "Number with unaccented letters, digits, spaces and the signs - + _ / "
            "only; change the numbering of the journal."
        ),
    ),
    "kind_unknown": Text(
        _("A document of kind “%(kind)s” cannot be sent to Chorus Pro."),
        _("Send an ordinary invoice (380) or credit note (381)."),
    ),
    "deposit_type": Text(
        _(
            "This down payment leaves as an ordinary invoice (type 380): deposited "
            "directly, Chorus Pro knows no type for it. Its title says what it is."
        ),
        _(
            "Nothing to correct. Through an approved platform it would leave as a "
            "down payment invoice (type 386)."
        ),
        WARNING,
    ),
    "original_missing": Text(
        _("The credit note does not name the invoice it cancels."),
        _("Make the credit note from the invoice, with its “Credit note” button."),
    ),
    "original_self": Text(
        _("The credit note “%(number)s” names itself as the invoice it cancels."),
        _("Name the invoice that the credit note cancels."),
    ),
    "credit_partial": Text(
        _(
            "The credit note does not cancel the whole of “%(original)s”. The State "
            "advises against partial credit notes: Chorus Pro does not set them off, "
            "and both documents go round separately."
        ),
        _(
            "Make it a credit note of the whole invoice, then send a new invoice of "
            "what is due. A Chorus Pro manager may allow it as it is, with a reason."
        ),
    ),
    "date_missing": Text(
        _("The invoice has no date."), _("Enter the date of the invoice.")
    ),
    "date_future": Text(
        _("The invoice is dated %(date)s, which is in the future."),
        _("Set today's date, or wait until that day to send the invoice."),
    ),
    "due_date_early": Text(
        _("The due date %(due)s comes before the date of the invoice, %(date)s."),
        _("Correct the due date or the payment terms."),
        WARNING,
    ),
    "due_date_missing": Text(
        _("The invoice has neither a due date nor payment terms."),
        _("Enter the due date: public bodies have thirty days to pay."),
    ),
    "currency_missing": Text(
        _("The invoice has no currency."), _("Choose the currency: euro.")
    ),
    "currency_withdrawn": Text(
        _("The currency %(currency)s no longer exists."),
        _("Choose the currency in which the customer pays: euro."),
    ),
    "currency_decimals": Text(
        _("An amount in %(currency)s has more than two decimals: no invoice may."),
        _("Make the invoice in euros."),
    ),
    "currency_foreign": Text(
        _("The invoice is in %(currency)s, not in euros."),
        _("French public bodies pay in euros: check that this is intended."),
        WARNING,
    ),
    # Seller, buyer, delivery
    "seller_name_missing": Text(
        _("The shop has no name."), _("Enter the name in the company's settings.")
    ),
    "seller_siret_missing": Text(
        _("The shop has no SIRET number."),
        _("Enter the shop's 14-digit SIRET number in the company's settings."),
    ),
    "seller_siret_format": Text(
        _("The shop's SIRET number “%(siret)s” is not made of 14 digits."),
        _("Correct the SIRET number in the company's settings."),
    ),
    "seller_siret_key": Text(
        _("The shop's SIRET number “%(siret)s” has a wrong check digit."),
        _("Compare it with your Chorus Pro account and correct it in the settings."),
    ),
    "seller_vat_missing": Text(
        _("The shop charges VAT and has no VAT number."),
        _(
            "Enter the shop's VAT number (FR and 11 characters) in the settings. A "
            "shop outside VAT (article 293 B of the tax code) has none, and no VAT on "
            "its lines."
        ),
    ),
    "seller_vat_invalid": Text(
        _("The shop's VAT number “%(vat)s” is not a valid one."),
        _("Check the VAT number in the company's settings."),
        WARNING,
    ),
    "seller_address_incomplete": Text(
        _("The shop's address has no postcode or no town."), _COMPLETE_COMPANY
    ),
    "seller_country_missing": Text(
        _("The shop's address has no country."), _COMPLETE_COMPANY
    ),
    "buyer_name_missing": Text(
        _("The customer has no name."), _("Enter the name on the customer's form.")
    ),
    "buyer_address_incomplete": Text(
        _("The customer's address has no postcode or no town."),
        _COMPLETE_CUSTOMER,
        WARNING,
    ),
    "buyer_country_missing": Text(
        _("The customer's address has no country."), _COMPLETE_CUSTOMER
    ),
    "buyer_vat_missing": Text(
        _(
            "The invoice has a VAT of sales across the European Union, and the "
            "customer has no VAT number."
        ),
        _("Enter its VAT number on the customer's form, or set a French VAT."),
    ),
    "buyer_vat_invalid": Text(
        _("The customer's VAT number “%(vat)s” does not begin with a country."),
        _("Correct it on the customer's form, or remove it: most bodies have none."),
    ),
    "country_unlisted": Text(
        _("“%(name)s” is in a country whose code, %(country)s, no invoice may carry."),
        _("Choose another address."),
    ),
    "delivery_country_missing": Text(
        _("The delivery address “%(name)s” has no country."),
        _("Complete the delivery address."),
    ),
    # Texts
    "text_too_long": Text(
        _(
            "The text “%(start)s…” has %(length)s characters; Chorus Pro takes "
            "%(limit)s at most."
        ),
        _SHORTEN_TEXT,
        WARNING,
    ),
    "text_illegal": Text(
        _("The text “%(value)s” holds a character that no invoice file can carry."),
        _RETYPE,
    ),
    # Lines
    "lines_missing": Text(
        _("The invoice has no line."), _("Add at least one book or service.")
    ),
    "line_name_missing": Text(
        _("Line %(line)s has no description."),
        _("Enter the title of the book or a description."),
    ),
    "line_quantity_zero": Text(
        _("Line %(line)s, “%(name)s”, has a quantity of zero."),
        _("Correct the quantity or delete the line."),
        WARNING,
    ),
    "line_ean_invalid": Text(
        _("Line %(line)s: “%(ean)s” is not a valid ISBN or EAN-13."),
        _("Correct the barcode on the product's form."),
        WARNING,
    ),
    # VAT breakdown
    "vat_missing": Text(
        _("Line %(line)s, “%(name)s”, has no VAT."),
        _(
            "Choose its VAT rate, or a VAT of zero with its legal reason, on the line. "
            "A product without VAT may belong to another company: set its taxes."
        ),
    ),
    "vat_untold": Text(
        _(
            "Line %(line)s, “%(name)s”, has several taxes in per cent: which one is "
            "VAT cannot be told."
        ),
        _(
            "Keep one VAT on the line, or ask your accountant to give the VAT its "
            "category (S) on the tax's form."
        ),
    ),
    "vat_rate_unknown": Text(
        _("Line %(line)s has a VAT rate of %(rate)s, which is no French rate."),
        _SET_TAX,
    ),
    "vat_not_subject_mixed": Text(
        _(
            "Line %(line)s, “%(name)s”, is outside VAT (category O) beside lines that "
            "are not: one invoice cannot hold both."
        ),
        _("Invoice it apart, or set a VAT of zero of category E (exempt) on it."),
    ),
    "vat_row_superfluous": Text(
        _("The VAT summary has %(amount)s of VAT at %(rate)s and no line bears it."),
        _COMPUTE_AGAIN,
    ),
    "vat_by_line": Text(
        _(
            "VAT at %(rate)s is rounded line by line: it makes %(amount)s, and "
            "%(expected)s on the whole of %(base)s. The norm allows less than 1."
        ),
        _(
            "In the settings of Accounting, choose to round taxes globally, then reset "
            "the invoice to draft and confirm it again; or make several invoices."
        ),
    ),
    "vat_cash_rounding": Text(
        _(
            "VAT at %(rate)s on %(base)s is %(amount)s instead of %(expected)s: the "
            "cash rounding of this invoice was put on VAT."
        ),
        _(
            "Remove the cash rounding from the invoice: a public body pays by "
            "transfer, to the cent."
        ),
        WARNING,
    ),
    "vat_category_unknown": Text(
        _("The VAT category “%(category)s” of line %(line)s does not exist."), _SET_TAX
    ),
    "vat_rate_wrong": Text(
        _(
            "Line %(line)s has VAT category “%(category)s” with a rate of "
            "%(rate)s %%, which do not go together."
        ),
        _SET_TAX,
    ),
    "vat_row_missing": Text(
        _(
            "VAT at %(rate)s %% (category %(category)s) is on a line but not in the "
            "VAT summary."
        ),
        _COMPUTE_AGAIN,
    ),
    "vat_base_mismatch": Text(
        _(
            "The lines with VAT at %(rate)s %% add up to %(lines)s; the VAT summary "
            "says %(base)s."
        ),
        _COMPUTE_AGAIN,
    ),
    "vat_amount_mismatch": Text(
        _(
            "VAT at %(rate)s %% on %(base)s cannot be %(amount)s: about %(expected)s "
            "is expected."
        ),
        _COMPUTE_AGAIN,
    ),
    "vat_reason_missing": Text(
        _("No reason is given for not charging VAT (category %(category)s)."),
        _("Ask your accountant for the legal mention and enter it on the tax."),
    ),
    # Totals
    "untaxed_mismatch": Text(
        _("The lines add up to %(lines)s before tax; the invoice says %(untaxed)s."),
        _COMPUTE_AGAIN,
    ),
    "tax_mismatch": Text(
        _("The VAT summary adds up to %(taxes)s of VAT; the invoice says %(tax)s."),
        _COMPUTE_AGAIN,
    ),
    "total_mismatch": Text(
        _("%(untaxed)s before tax and %(tax)s of VAT do not make %(total)s."),
        _COMPUTE_AGAIN,
    ),
    "due_mismatch": Text(
        _(
            "A total of %(total)s, less %(paid)s already paid, does not leave %(due)s "
            "to pay."
        ),
        _("Check the payments recorded on the invoice."),
    ),
    "total_negative": Text(
        _("The total is negative: %(total)s."),
        _(
            "Make a credit note instead of an invoice, or an invoice instead of a "
            "credit note: the amounts of both are positive."
        ),
    ),
    # Files
    "file_too_big": Text(
        _("“%(name)s” is too large: Chorus Pro takes files below 10 MB."),
        _("Make it lighter."),
    ),
    "file_empty": Text(_("“%(name)s” is empty."), _("Add the file again.")),
    "file_name_long": Text(
        _("“%(name)s”: Chorus Pro takes file names of 50 characters at most."),
        _("Shorten its name."),
    ),
    "file_kind": Text(
        _("“%(name)s”: Chorus Pro does not take this kind of file."),
        _("Convert it to PDF."),
    ),
    "files_too_big": Text(
        _(
            "The files added weigh %(size)s MB together: Chorus Pro takes an invoice "
            "and its files below 10 MB."
        ),
        _("Make them lighter, or send the least useful ones otherwise."),
    ),
    # Payment
    "frame_unknown": Text(
        _("The billing frame “%(frame)s” cannot be used here."),
        _("Use A1, or A2 for an invoice that is already paid. A credit note takes A1."),
    ),
    "frame_not_paid": Text(
        _("The invoice is marked as already paid (A2), but %(due)s is still due."),
        _("Record the payment, or use the ordinary frame A1."),
    ),
    "frame_paid": Text(
        _("The invoice is already paid but is not marked so: it could be paid twice."),
        _("Use the frame A2 (invoice already paid)."),
    ),
    "payment_means_missing": Text(
        _("The invoice does not say how it is to be paid."),
        _("Choose the means of payment: usually a bank transfer (30)."),
    ),
    "payment_means_unknown": Text(
        _("Chorus Pro does not know the means of payment “%(means)s”."),
        _("Choose another one: usually a bank transfer (30)."),
    ),
    "iban_missing": Text(
        _("The invoice is to be paid by transfer but names no bank account."),
        _("Choose the shop's bank account on the invoice."),
    ),
    "iban_invalid": Text(
        _("The bank account “%(iban)s” is not a valid IBAN."),
        _("Compare it with the account details your bank gave you (RIB)."),
    ),
    # The reform's road: an approved platform
    "reform_number_space": Text(
        _("The number “%(number)s” holds a space, which approved platforms refuse."),
        _(
            "Change the numbering of the journal: letters, digits and + - _ / only. An "
            "invoice that has its number can leave by another road."
        ),
    ),
    "reform_number_signs": Text(
        _(
            "The number “%(number)s” of the invoice referred to holds what approved "
            "platforms refuse: %(refused)s"
        ),
        _("Send this document by another road, with a reason."),
    ),
    "reform_original_date": Text(
        _("The credit note does not give the date of the invoice %(original)s."),
        _("Link the credit note to its invoice, which then gives number and date."),
    ),
    "reform_year": Text(
        _("The date %(date)s is not of this century."),
        _("Correct the date."),
    ),
    "reform_service": Text(
        _("The service code “%(code)s” cannot be written for an approved platform."),
        _(
            "It takes letters, digits and + - _ . only. Ask the customer for another "
            "code, or send this invoice by another road, with a reason."
        ),
    ),
    "reform_own_address": Text(
        _("The shop's electronic address “%(address)s” is not a valid one."),
        _(
            "Correct it in the settings: letters, digits and - _ . only. Left empty, "
            "the one made of the SIRET number is used."
        ),
    ),
    "reform_no_line": Text(
        _("“%(name)s” (SIRET %(siret)s) has no line in the reform's directory."),
        _(
            "An approved platform cannot reach it. Send this invoice by another road "
            "(Chorus Pro API, Dilifac or portal), with this reason, or verify the "
            "customer again later."
        ),
    ),
    "reform_too_many_lines": Text(
        _("The invoice has more than %(limit)s lines."),
        _("Make several invoices."),
    ),
    "reform_quantity": Text(
        _("Line %(line)s (“%(name)s”): the quantity has more than four decimals."),
        _("Round the quantity."),
    ),
    "reform_vat": Text(
        _(
            "VAT at %(rate)s on %(base)s is %(amount)s: approved platforms take a "
            "difference of one cent a line at most."
        ),
        _(
            "Remove the cash rounding from the invoice, or make it in euros: VAT must "
            "be right to the cent on this way."
        ),
    ),
    "reform_currency": Text(
        _(
            "The invoice is in %(currency)s and gives no VAT in euros, which approved "
            "platforms ask for."
        ),
        _("Make it in euros, or send it by another road, with a reason."),
    ),
    "reform_file_kind": Text(
        _("“%(name)s”: approved platforms do not take this kind of file."),
        _("Convert it to PDF."),
    ),
    "reform_account": Text(
        _("The bank account “%(iban)s” has more than %(limit)s characters."),
        _("Choose a French account of the shop."),
    ),
    "reform_long_address": Text(
        _("The address “%(start)s…” has more than %(limit)s characters."),
        _("Shorten the address."),
    ),
}
