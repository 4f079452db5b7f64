import logging
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError

from ...chorus.errors import Refused
from ...chorus.facturx import schemas

_logger = logging.getLogger(__name__)
ROOT = "l10n_fr_chorus.channel."


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

    # Its name for people, and its rank among the others. Its code, which a submission
    # bears, is the end of the model's name.
    _label, _rank = "", 100
    # A person carries the file: there is neither connection nor network deposit.
    _by_hand = False
    # Another program of this Odoo sends: nothing of ours leaves.
    _elsewhere = False
    # It takes the reform's document, in the reform's words (`rules.reform`).
    _reform = False
    # Pages of news stored in one transaction: more save statements, fewer are read
    # again after a crash.
    _pages_at_once = 5
    # What the platform has said of an invoice by integrating its deposit.
    _integrated_as = "DEPOSEE"
    # After a refusal its credit note is sent; the reform's stay inside the shop.
    _sends_credit_notes = True
    # Chorus Pro itself: it answers on any invoice, whatever the way it left by.
    _is_platform = False
    # Whom a shop asks when it fails: the role of its contact.
    _run_by = "platform"
    # Its password lasts a set time from the day it is typed.
    _password_lasts = False

    # ---- WHICH THERE ARE ----------------------------------------------------------

    @api.model
    def _all(self):
        """Return dict code -> model of every channel, in the order people see them."""
        found = {
            name.removeprefix(ROOT): self.env[name]
            for name in self.env.registry
            if name.startswith(ROOT)
        }
        return dict(sorted(found.items(), key=lambda item: item[1]._rank))

    @api.model
    def _named(self, code):
        """Return the model of a channel; this contract itself when there is none."""
        return self.env.get(f"{ROOT}{code}", self.browse())

    @api.model
    def _choices(self, connected=False):
        """Return (code, label) of every channel, as a selection.

        :param connected: those with a connection only
        """
        return [
            (code, self.env._(one._label))
            for code, one in self._all().items()
            if not (connected and one._by_hand)
        ]

    @api.model
    def _platform_codes(self):
        """Return the codes of the channels that are Chorus Pro itself."""
        return [code for code, one in self._all().items() if one._is_platform]

    @api.model
    def _check_code(self, code):
        """Refuse what is no channel's code.

        :raises UserError: with the codes to choose among
        """
        codes = self._all()
        if code not in codes:
            raise UserError(
                self.env._(
                    "« %(channel)s » is no channel. Choose among: %(channels)s.",
                    channel=code,
                    channels=", ".join(codes),
                )
            )

    @api.model
    def _follow_due(self):
        """Have each channel that another program serves say what became of invoices."""
        for channel in self._all().values():
            channel._follow_elsewhere()

    def _follow_elsewhere(self):
        """Make history of what another program has sent; most have none."""

    # ---- WHAT IT SAYS OF ITSELF ---------------------------------------------------

    def _connection_values(self):
        """Return the values of a new connection that are not those of all."""
        return {}

    def _reads(self, connection):
        """Tell whether the directory can be read through this connection."""
        return self._is_platform

    def _lacks_directory(self, error):
        """Tell whether a ChorusError says that it offers no directory, now at least."""
        return False

    def _production_obstacle(self, connection):
        """Say why production stays closed on this connection, "" when it does not."""
        return ""

    def _password_remedy(self):
        """Say what to do before the password ends."""
        return self.env._(
            "Ask its owner for a new one, type it here with its date, then test the "
            "connection. Past that day nothing leaves: invoices wait."
        )

    def _guarantee(self):
        """Say whose original is the legal one (R25)."""
        return self.env._(
            "This is the seller's legal original: nobody else keeps it for the shop."
        )

    # ---- ON ITS WAY ---------------------------------------------------------------

    def _document(self, move, invoice) -> Document | Callable[[], Document]:
        """Make the bytes to deposit for one posted invoice.

        :return: the document, or what makes it without any record: that runs in a
            thread, beside others
        """
        return self._missing()

    def _check(self, move, invoice, rules=schemas.EN16931):
        """Return what says what is wrong with an XML: the XSD, then, where the company
        asks and they can be run, the whole official rules (R9).

        Our own rules have been asked already: what keeps the Schematron from running
        says nothing of the document, and does not hold it.

        :return: function of the XML's bytes, without any record
        """
        asked = move.company_id.l10n_fr_chorus_full_check
        in_full = asked and schemas.schematron_available()

        def check(xml):
            problems = schemas.xsd_problems(xml, rules, huge=True)
            if problems or not in_full:
                return problems
            try:
                return schemas.schematron_problems(xml, rules, huge=True)
            except schemas.SchematronError:
                _logger.exception(
                    "Chorus Pro: the official rules on %s", invoice.number
                )
                return []

        return check

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

    def _collect(self, connection):
        """Fetch and apply what the network has left for us; it may commit.

        Most networks leave nothing: they are asked.
        """

    def _all_heard(self, connection):
        """Tell whether all that the network has left is read: else silence is none."""
        return True

    def _report(self, transmission):
        """Return the `Report` on a deposited transmission; it only reads."""
        return self._missing()

    def _session(self, connection):
        """Hold open what the calls of one reading share, for the time of a `with`."""
        return nullcontext()

    def _news(self, connection, since):
        """Yield pages (lists of `News`) of what changed since an aware datetime."""
        return self._missing()

    def _find(self, connection, identities=(), flux_number=""):
        """Return the `News` of invoices, by their keys or by their deposit.

        An `Unread` among them may hide one: then nothing that is missing is absent.

        :param identities: `lifecycle.identity.Identity` of each invoice looked for
        """
        return self._missing()

    def _dated(self, connection, news):
        """Return news with its invoice's date, asked for when it does not say it."""
        return news

    def _shows_within(self, connection):
        """Return how long a search may not show yet what has arrived."""
        return timedelta()

    def _never_left(self, transmission):
        """Tell whether a doubtful deposit is seen not to have left."""
        return False

    def _history(self, connection, news):
        """Return every `News` of the invoice of this one, with reasons.

        An `Unread` among them is a row that could not be read: a person sees it.
        """
        return self._missing()

    def _kept_as(self, submission):
        """Return by what the network finds the document of a sending, "" by nothing."""
        return submission.platform_id or ""

    def _download(self, connection, reference):
        """Return the files of one invoice as the network keeps them, as bytes.

        :param reference: what `_kept_as` gave
        """
        return self._missing()

    def _structure(self, connection, siret, service_codes=()):
        """Return the directory's `Structure` for a SIRET, None when unknown.

        :param service_codes: where each service costs a call and there are many, those
            worth it
        """
        return self._missing()

    def _knows_engagement(self, connection, siret, number):
        """Tell whether an engagement exists, None where the platform cannot tell."""
        return self._missing()

    def _directory_file(self, connection):
        """Return the bytes of the whole directory file."""
        return self._missing()

    def _test(self, connection):
        """Try the connection; return values to write on it.

        A `test_result` among them is what a person should know though all works.
        """
        return self._missing()

    def _carried(self):
        """Return which answers this channel carries, of `actions.TAKEN_IN`.

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


class L10nFrChorusByChannel(models.AbstractModel):
    """What goes by a channel, whose code it bears."""

    _name = "l10n_fr_chorus.by_channel"
    _description = "By a channel"

    def _channel(self):
        """Return the model that speaks for the channel; the contract without any."""
        return self.env["l10n_fr_chorus.channel"]._named(self.channel)
