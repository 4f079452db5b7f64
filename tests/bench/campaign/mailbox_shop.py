"""The same shop sending by an EDI operator's mailbox, and what breaks there."""

from collections import Counter
from dataclasses import dataclass

from .shop import MODULE, Shop


@dataclass(frozen=True)
class MailboxFault:
    """One kind of fault of the mailbox, or of the operator behind it.

    :ivar once: the operator's, not the server's (tests/simulator/README.md)
    """

    name: str
    once: bool = False
    paths: tuple[str, ...] = ("",)

    def rule(self, _path: str, after: int) -> dict:
        """What the simulator takes."""
        return {"kind": self.name, "once": self.once, "after": after}


_SERVER = (
    *("refuse", "wrong_password", "slow_login", "cut_write", "disk_full"),
    *("cut_before_rename", "cut_after_rename", "rename_refused"),
    *("cut_listing", "cut_read", "cut_archiving"),
    *("read_refused", "archiving_refused", "read_only"),
)
_OPERATOR = (
    *("contrl_ko", "contrl_7", "reject", "garbage", "unknown_document", "swallow"),
    *("repeat", "half_written", "latin_1", "poison"),
)
FAULTS = (
    *(MailboxFault(name) for name in _SERVER),
    *(MailboxFault(name, once=True) for name in _OPERATOR),
)


class MailboxShop(Shop):
    """One bookshop at work with the simulated operator.

    Its answers name an invoice by its number alone: those of one number are a person's
    to sort, so that here each has its own.
    """

    channel = "dilifac"
    manners = ()

    def _connect(self) -> None:
        """The mailbox for the invoices, the API for the directory."""
        super()._connect()
        there = self.platform.open_mailbox(alone=True)
        names = ("host", "port", "login", "password")
        connection = self.env["l10n_fr_chorus.connection"].create(
            {
                "company_id": self.company.id,
                "channel": "dilifac",
                "environment": "qualification",
                "profile_id": self.env.ref(f"{MODULE}.profile_eancom").id,
                **{name: there[name] for name in names},
            }
        )
        connection.host_key = there["host_key"]

    def break_with(self, rules: list[dict]) -> None:
        """Have these things go wrong next."""
        server = [
            {"kind": rule["kind"], "after": rule["after"]}
            for rule in rules
            if not rule["once"]
        ]
        self.platform.mailbox_faults(*server)
        once = [rule["kind"] for rule in rules if rule["once"]]
        self.platform.mailbox_manners(once=once)

    def struck(self, rules: list[tuple[str, dict]]) -> Counter:
        """How often each thing went wrong."""
        waiting = Counter(self.platform.mailbox_manners()["once"])
        drawn = Counter(rule["kind"] for _name, rule in rules if rule["once"])
        return Counter(self.platform.mailbox()["struck"]) + (drawn - waiting)

    def pass_time(self, minutes: int) -> None:
        """Let minutes pass; then the operator has done all that was due."""
        super().pass_time(minutes)
        for _round in range(2):  # what it wrote by halves is whole after the next
            self.platform.mailbox_round()

    def _is_heard(self, connection) -> bool:
        """Nothing lies there that was not read, as far as it can be."""
        replies = self.env["l10n_fr_chorus.operator_reply"]
        unread = [("connection_id", "=", connection.id), ("state", "=", "new")]
        return (
            super()._is_heard(connection)
            and not connection.seen_answers
            and not replies.search_count(unread, limit=1)
        )

    def slow_down(self, slow: bool) -> None:
        """Have the operator take files and say nothing of them for six hours."""
        delay = 6 * 3600 if slow else 0
        self.platform.mailbox_manners(delay=delay, status_delay=delay)
        if slow:
            self.platform.mailbox_faults({"kind": "cut_after_rename", "times": 2})
