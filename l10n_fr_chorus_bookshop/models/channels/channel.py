from dataclasses import dataclass

from odoo import models

from ...chorus.errors import Refused


@dataclass(frozen=True, slots=True)
class Document:
    """What a channel deposits for one invoice.

    :ivar problems: why the document could not be made right; it must not leave then
    :ivar correctable: a person can put these problems right on the invoice
    :ivar reference: what the network calls this document by, "" for its number alone
    """

    name: str
    content: bytes
    syntax: str
    mimetype: str = "application/pdf"
    problems: tuple[str, ...] = ()
    correctable: bool = False
    reference: str = ""


class L10nFrChorusChannel(models.AbstractModel):
    """Contract of a channel. A new channel is a new model that overrides this."""

    _name = "l10n_fr_chorus.channel"
    _description = "Way to Chorus Pro"

    # A person carries the file: there is neither connection nor network deposit.
    _by_hand = False

    def _document(self, move, invoice) -> Document:
        """Make the bytes to deposit for one posted invoice."""
        return self._missing()

    def _archive(self, originals):
        """Return (file name, bytes, syntax) of one deposit of several originals."""
        return self._missing()

    def _depositor(self, connection):
        """Return a context manager that gives what deposits, as long as a run lasts.

        It has `deposit(content, name, syntax)`, which returns a `Deposit` or raises as
        `chorus.channels.piste.Piste.deposit` does, and knows nothing of the database.

        :raises ChorusError: when entered, before anything is attempted
        """
        return self._missing()

    def _report(self, transmission):
        """Return the `Report` on a deposited transmission."""
        return self._missing()

    def _news(self, connection, since):
        """Yield pages (lists of `News`) of what changed since an aware datetime."""
        return self._missing()

    def _find(self, connection, numbers=(), flux_number=""):
        """Return the `News` of invoices, by their numbers or by their deposit."""
        return self._missing()

    def _never_left(self, transmission):
        """Tell whether a doubtful deposit is seen not to have left."""
        return False

    def _history(self, connection, news):
        """Return every `News` of the invoice of this one, with reasons."""
        return self._missing()

    def _download(self, connection, platform_id):
        """Return the files of one invoice as the platform keeps them, as bytes."""
        return self._missing()

    def _structure(self, connection, siret):
        """Return the directory's `Structure` for a SIRET, None when unknown."""
        return self._missing()

    def _knows_engagement(self, connection, siret, number):
        """Tell whether an engagement exists, None where the platform cannot tell."""
        return self._missing()

    def _directory_file(self, connection):
        """Return the bytes of the whole directory file."""
        return self._missing()

    def _test(self, connection):
        """Try the connection; return values to write on it."""
        return self._missing()

    def _carried(self):
        """Return which answers this channel carries: see `chorus.actions.TAKEN_IN`.

        A channel that names one has the method of that name. The others are told to
        a person, who gives them on the portal.
        """
        return ()

    def _complete(self, operation):
        """Add files and a comment to a suspended invoice."""
        return self._missing()

    def _recycle(self, operation):
        """Readdress an invoice to be recycled."""
        return self._missing()

    def _treat(self, operation):
        """Mark a refusal as treated."""
        return self._missing()

    def _payment_request(self, connection, platform_id):
        """Return the payment request's number at a State body, "" without any."""
        return self._missing()

    def _missing(self):
        message = f"{self._name} does not speak this part of the contract"
        raise Refused(message)
