import os
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import psycopg2
from psycopg2.errors import LockNotAvailable

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, split_every

from ...chorus.channels import DILIFAC
from ...chorus.channels.edi.mailbox import Mailbox, MailboxDepositor
from ...chorus.channels.edi.mailbox_folder import FolderStore
from ...chorus.channels.edi.mailbox_sftp import (
    Address,
    fingerprint,
    offered_key,
    open_store,
)
from ...chorus.channels.edi.returns import is_unfinished
from ...chorus.errors import ChorusError, Denied, Refused
from ..channels import secret
from ..common import MANAGER, answer_each

# The mailbox is looked into once in this span, however often workers come by.
COLLECT_EVERY = timedelta(seconds=5)
# What it has left is known for this long.
LATELY = timedelta(minutes=10)
# A file just seen is looked at again after this, to tell that nobody writes it.
LOOK_AGAIN = timedelta(minutes=1)
# A file that stops before its end is waited for this long, then read for what it has.
UNFINISHED = timedelta(hours=2)
# Answers taken in one visit, and stored in one transaction.
MOST_ANSWERS = 500
ANSWERS_AT_ONCE = 20
# Names our locks among the advisory locks of the database.
MAILBOX_LOCK = 0x43504D42


class L10nFrChorusConnection(models.Model):
    _inherit = "l10n_fr_chorus.connection"

    profile_id = fields.Many2one(
        "l10n_fr_chorus.profile",
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', 'in', [company_id, False])]",
    )
    mailbox_kind = fields.Selection(
        [("sftp", "SFTP server"), ("folder", "Folder of this server")],
        "Mailbox",
        default="sftp",
    )
    host = fields.Char("Server", help="In the operator's letter, with its port.")
    port = fields.Integer(default=22)
    folder = fields.Char(
        help="Inside the folder that the server's owner opened to mailboxes "
        "(CHORUS_MAILBOX_ROOT)."
    )
    private_key = secret.typed(
        "private_key",
        fields.Text,
        help="OpenSSH or PEM, without a password. Empty: the password opens.",
    )
    stored_private_key = secret.stored(fields.Text)
    host_key = fields.Char("Confirmed server key", readonly=True, copy=False)
    offered_key = fields.Char("Server key to confirm", readonly=True, copy=False)
    host_fingerprint = fields.Char(
        "Server's fingerprint", compute="_compute_fingerprints"
    )
    offered_fingerprint = fields.Char(
        "Fingerprint to confirm", compute="_compute_fingerprints"
    )
    collected_at = fields.Datetime("Last look", readonly=True, copy=False)
    seen_answers = fields.Json(
        readonly=True,
        copy=False,
        help="Files of the mailbox not fetched yet: by name, their size and date, and "
        "since when they are seen.",
    )

    @api.constrains("channel", "profile_id", "batch_size")
    def _check_mailbox(self):
        for connection in self.filtered(lambda one: one.channel == DILIFAC):
            if not connection.profile_id:
                raise ValidationError(self.env._("Choose the operator's profile."))
            if connection.batch_size != 1:
                raise ValidationError(
                    self.env._("A file of the mailbox holds one invoice.")
                )

    @api.depends("host_key", "offered_key")
    def _compute_fingerprints(self):
        for connection in self:
            for name in ("host", "offered"):
                key = connection[f"{name}_key"]
                connection[f"{name}_fingerprint"] = key and fingerprint(key)

    @api.onchange("channel")
    def _onchange_profile(self):
        if self.channel == DILIFAC and not self.profile_id:
            profiles = self.env["l10n_fr_chorus.profile"]
            self.profile_id = profiles.search([], limit=1)

    # ---- THE SERVER'S KEY ---------------------------------------------------------

    def action_confirm_key(self):
        """Trust the key the server has shown, once a person has compared it."""
        self.ensure_one()
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only a Chorus Pro manager may confirm it."))
        if not self.offered_key:
            raise UserError(self.env._("Test the connection first."))
        self.sudo().write({"host_key": self.offered_key, "offered_key": False})
        self.message_post(
            body=self.env._(
                "The server's key was confirmed: %(fingerprint)s",
                fingerprint=self.host_fingerprint,
            )
        )

    def _ask_for_key(self):
        """Note the key the server shows, so that a person may compare it."""
        offered = offered_key(self._address())
        if offered != self.host_key:
            self.sudo().offered_key = offered

    # ---- OPENING ------------------------------------------------------------------

    def _address(self) -> Address:
        """Return how to reach the SFTP server.

        :raises Denied: something is missing, or production is closed
        """
        self.ensure_one()
        self._check_production()
        if not self.host or not self.login:
            raise Denied(
                self.env._("The connection « %s » has no credentials yet.", self.name)
            )
        return Address(
            host=self.host,
            port=self.port or 22,
            login=self.login,
            password=self._secret("password"),
            private_key=self._secret("private_key"),
            host_key=self.host_key or "",
        )

    def _mailbox_opener(self):
        """Return what opens the mailbox.

        :raises Denied: something is missing, or production is closed
        """
        self.ensure_one()
        self._check_production()
        folders = self.profile_id._folders()
        if self.mailbox_kind == "folder":
            allowed = os.environ.get("CHORUS_MAILBOX_ROOT", "")
            return partial(_open_folder, self.folder or "", allowed, folders)
        return partial(_open_sftp, self._address(), folders)

    @contextmanager
    def _mailbox(self):
        """Open the mailbox; what goes wrong bears the operator's name."""
        try:
            with self._mailbox_opener()() as mailbox:
                yield mailbox
        except ChorusError as error:
            error.who = self.profile_id.operator
            raise

    def _depositor(self):
        """Return what deposits, on a line of its own."""
        try:
            opener = self._mailbox_opener()
        except ChorusError as error:
            error.who = self.profile_id.operator
            raise
        return MailboxDepositor(opener, self.profile_id.operator)

    # ---- ANSWERS ------------------------------------------------------------------

    def _collect(self, at_once=False):
        """Take the operator's answers: stored and committed here, then put away there.

        What is stored is then read. Trouble with one file stops no other.

        :param at_once: even if the mailbox was looked into a moment ago
        :raises ChorusError: the mailbox does not answer; what came before is stored
        """
        self.ensure_one()
        now = fields.Datetime.now()
        trouble = None
        if at_once or self._is_due(now):
            with self._alone_in_mailbox(waits=at_once) as alone:
                self._commit_read()  # to see what another worker has just seen
                if alone and (at_once or self._is_due(now)):
                    trouble = self._visit_mailbox(now)
        self.env["l10n_fr_chorus.operator_reply"]._read_new(self)
        if trouble:
            raise trouble

    def _is_due(self, now):
        """Tell whether nobody has looked into the mailbox a moment ago.

        Two looks too near each other would see a file alike that somebody writes.
        """
        return not self.collected_at or self.collected_at <= now - COLLECT_EVERY

    def _looks_again(self):
        """Tell whether files were seen that a second look will show to be whole."""
        return bool(self.seen_answers)

    def _all_heard(self):
        """Tell whether the mailbox was looked into lately and all that came is read.

        A worker that looks into it now is waited for: were its visit called silence, or
        no answer, a doubt would meet the same visit each time it is asked about.
        """
        self._commit_read()
        try:
            with self._alone_in_mailbox(waits=True):
                self._commit_read()  # to see what that worker has read
                return self._has_read_all()
        except LockNotAvailable:
            self.env.cr.rollback()
            return False

    def _has_read_all(self):
        looked = self.collected_at
        if not looked or looked < fields.Datetime.now() - LATELY or self.seen_answers:
            return False
        unread = [("connection_id", "=", self.id), ("state", "=", "new")]
        replies = self.env["l10n_fr_chorus.operator_reply"].sudo()
        return not replies.search_count(unread, limit=1)

    @contextmanager
    def _alone_in_mailbox(self, waits):
        """Hold the mailbox against the other workers, across commits.

        :param waits: wait for another worker to end; else tell that there is one
        """
        cr = self.env.cr
        lock = "pg_advisory_lock" if waits else "pg_try_advisory_lock"
        cr.execute(SQL("SELECT %s(%s, %s)", SQL(lock), MAILBOX_LOCK, self.id))
        [(answer,)] = cr.fetchall()
        alone = waits or answer
        try:
            yield alone
        except psycopg2.Error:
            cr.rollback()
            raise
        finally:
            if alone:
                cr.execute("SELECT pg_advisory_unlock(%s, %s)", (MAILBOX_LOCK, self.id))

    def _visit_mailbox(self, now):
        """Store what is new and whole, a few files at a time, then archive it there.

        Nothing is written in the transaction of a network call: meanwhile another
        worker may write this connection, and the visit would be undone each time.

        :return: the ChorusError that ended the visit, if any
        """
        connection = self.sudo()
        replies = self.env["l10n_fr_chorus.operator_reply"].sudo()
        try:
            with self._mailbox() as mailbox:
                there = mailbox.answers()
                self._commit_read()
                new, refused = replies._unread(self, there)
                whole, seen = self._whole(mailbox, new, now)
                connection.write({"collected_at": now, "seen_answers": seen})
                self._commit_read()
                # Last, lest what is refused again hides the others.
                whole += [one for one in refused if not mailbox.refusal(one)]
                for few in split_every(ANSWERS_AT_ONCE, whole[:MOST_ANSWERS]):
                    self._store_answers(mailbox, few, now)
                self._put_away(mailbox, replies._left(self, there))
        except ChorusError as error:
            self._commit_read()
            connection.collected_at = now
            self._commit_read()
            return error
        if connection.seen_answers:
            self.env["l10n_fr_chorus.transmission"]._wake(at=now + LOOK_AGAIN)
        return None

    def _whole(self, mailbox, entries, now):
        """Part the files that nobody writes any more from those just seen.

        A file is whole once two visits have seen it alike; what must not be read is
        told at once.

        :return: the former, then what to remember of all that is not stored yet: by
            name, what it looked like and since when it is seen
        """
        before, whole, seen = self.seen_answers or {}, [], {}
        for entry in entries:
            if mailbox.refusal(entry):
                whole.append(entry)
                continue
            mark, since = before.get(entry.name, ("", fields.Datetime.to_string(now)))
            if mark == entry.mark:
                whole.append(entry)
            seen[entry.name] = (entry.mark, since)
        return whole, seen

    def _store_answers(self, mailbox, entries, now):
        """Fetch a few answers, then store them in one transaction.

        :raises ChorusError: the mailbox does not answer; what came before is stored
        """
        fetched, trouble = [], None
        try:
            for entry in entries:
                fetched.append((entry, _fetched(mailbox, entry)))
        except ChorusError as error:
            trouble = error
        self._commit_read()
        for entry, content in fetched:
            self._store_answer(entry, content, now)
        self._commit_read()
        if trouble:
            raise trouble

    def _store_answer(self, entry, content, now):
        """Store one answer, unless its end is still to come.

        :param content: bytes, None when they could not be had whole, or the ChorusError
            that refused them
        """
        replies = self.env["l10n_fr_chorus.operator_reply"].sudo()
        seen = dict(self.seen_answers or {})
        _mark, since = seen.pop(entry.name, ("", now))
        if isinstance(content, ChorusError):
            # It stays there: a person looks at it, once told.
            replies._keep_refused(self, entry, content)
        else:
            first_seen = fields.Datetime.to_datetime(since) or now
            if content and is_unfinished(content) and now - first_seen < UNFINISHED:
                return
            if content is not None:
                replies._store_file(self, entry, content)
        self.sudo().seen_answers = seen

    def _put_away(self, mailbox, replies):
        """Archive what is stored; where that is refused, each was read all the same.

        :param replies: stored answers that still lie in the mailbox, oldest first
        """
        trouble = None
        for reply in replies[:MOST_ANSWERS]:
            try:
                taken = mailbox.put_away(reply.name, reply.mark or "")
                self._commit_read()
                reply.is_left = not taken
                self._commit_read()
            except Denied as error:
                # The folder refuses: it would refuse the next one too.
                trouble = error
                break
            except Refused as error:
                trouble = error
        self._commit_read()
        self.env["l10n_fr_chorus.unmatched"].sudo()._note_archive(self, trouble)
        self._commit_read()

    # ---- PUBLIC: XML-RPC and JSON-2 -----------------------------------------------

    def l10n_fr_chorus_confirm_key(self):
        """Trust the keys that these mailboxes' servers have shown, once compared.

        Only a Chorus Pro manager may: others read so in `message`.

        :return: list of {"id", "fingerprint": of the key now trusted, "done",
            "message"}
        """
        return answer_each(
            self,
            lambda connection: connection.action_confirm_key(),
            lambda connection: {"fingerprint": connection.host_fingerprint or ""},
        )


def _fetched(mailbox, entry):
    """Return the bytes of an answer, None when they cannot be had whole now, or what
    refused them."""
    try:
        return mailbox.fetch(entry)
    except (Denied, Refused) as error:
        return error


@contextmanager
def _open_sftp(address, folders):
    with open_store(address) as store:
        yield Mailbox(store, folders)


@contextmanager
def _open_folder(root, allowed, folders):
    yield Mailbox(FolderStore(root, allowed), folders)
