"""The same shop sending by Dilifac, whose mailbox is a real SFTP server."""

from ..common import MODULE, ChorusCase


class DilifacCase(ChorusCase):
    """`operate` is one round of the operator's robot."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env.ref(f"{MODULE}.profile_eancom")
        cls.company.l10n_fr_chorus_channel = "dilifac"
        cls.mailbox = cls.env["l10n_fr_chorus.connection"].create(
            {
                "company_id": cls.company.id,
                "channel": "dilifac",
                "environment": "qualification",
                "profile_id": cls.profile.id,
                "host": "127.0.0.1",
            }
        )

    def setUp(self):
        super().setUp()
        self.open_mailbox()

    def open_mailbox(self, **manners):
        """Another server, whose key a manager has confirmed."""
        there = self.platform.open_mailbox(**manners)
        self.mailbox.write(
            {name: there[name] for name in ("port", "login", "password")}
        )
        self.mailbox.host_key = there["host_key"]

    def operate(self):
        """The operator takes and answers; the shop works on what it finds."""
        self.platform.mailbox_round()
        self.later(minutes=10)
        self.platform.mailbox_round()
        self.look_twice()

    def follow(self):
        """A while later, what came is read."""
        self.later(hours=2)
        self.look_twice()

    def look_twice(self):
        """A file is whole once two visits have seen it alike."""
        for _look in range(2):
            self.later(minutes=2)
            self.work()

    def send(self, **values):
        """An invoice left in the mailbox."""
        move = self.make_invoice(**values)
        self.deposit(move)
        return move

    def leave_only(self):
        """An invoice left in the mailbox by a worker that then does nothing more."""
        move = self.make_invoice()
        move.l10n_fr_chorus_send()
        for step in ("_prepare_due", "_seal_due", "_pack_due", "_deposit_due"):
            self.work(step)
        return move

    def files(self, folder):
        """What a folder of the mailbox holds."""
        return self.platform.mailbox()["files"][folder]

    def transmission(self, move):
        return move.sudo().l10n_fr_chorus_submission_id.transmission_id

    def reason(self, move):
        return move.sudo().l10n_fr_chorus_submission_id.reason or ""

    def unmatched(self):
        return self.env["l10n_fr_chorus.unmatched"].search([])
