"""The way from nothing to the first invoice in production, one step after the other.

Sources: R29 and R38; the booksellers' guide (account, contract, codes); AIFE's *Getting
started* (PISTE application, connection declared in Chorus Pro, technical account).
"""

from dataclasses import dataclass
from datetime import date, timedelta

from .channels import APPROVED, DILIFAC, PISTE, PORTAL
from .text import _

# Stands for Chorus Pro's own site, whose address follows the environment.
PORTAL_SITE = "portal"

# A confirmation link lasts a few days: a person is reminded before it is dead.
LINK_DAYS = 2

# How long the platform lets the password of a technical account live.
PASSWORD_DAYS = 424
# Days before the end at which a person is told, once each.
WARNINGS = (30, 15, 3)
MONTHS, MINUTES = 12, 60


@dataclass(frozen=True, slots=True)
class Step:
    """One step, in words a bookseller can follow.

    :ivar why: what it is and what it is for
    :ivar where: where to find or do it
    :ivar button: what the button that opens it says, "" without any
    :ivar channels: channels that ask for it, empty when all do
    :ivar by_hand: only a person knows that it is done: ticked, not observed
    :ivar link: it ends by a link received by mail, which lasts a few days
    :ivar url: the site where it is done, "" when it is done here
    """

    code: str
    title: str
    why: str
    where: str
    button: str = ""
    channels: tuple[str, ...] = ()
    by_hand: bool = False
    link: bool = False
    url: str = ""


SETUP = (
    Step(
        "shop",
        _("Your shop"),
        _("What the law wants to read on every invoice, and who sends it."),
        _("The SIRET and the capital stand on the K-bis certificate of the shop."),
        _("Fill in"),
    ),
    Step(
        "bank",
        _("Your bank account"),
        _("Public bodies pay by transfer, to the IBAN written on the invoice."),
        _("It stands on the bank's RIB. It must be the one Chorus Pro knows."),
        _("Add the IBAN"),
    ),
    Step(
        "channel",
        _("The way your invoices leave"),
        _("Several ways lead to Chorus Pro; the comparison counts what each costs."),
        _("One can begin by hand, and take another way later."),
        _("Compare and choose"),
        by_hand=True,
    ),
    Step(
        "reform",
        _("What changes on 1 September 2027"),
        _("From then on small firms send their invoices through an approved platform."),
        _(
            "Since September 2026 every firm receives its invoices through such a "
            "platform. From 1 September 2027 on, small firms send theirs by one too, "
            "to firms as to public bodies. For a public body, the platform hands the "
            "invoice to Chorus Pro, which stays where bodies receive and answer. The "
            "present ways (API, Dilifac, portal) remain for a time that nobody has "
            "dated. Any approved platform does: all speak the same standard, and you "
            "can change it. Your shop must stay registered and active on Chorus Pro. "
            "Numbers may hold no space any more. After a refusal, the credit note "
            "stays in the shop and a new invoice leaves under a new number. Choose a "
            "platform a few months before, try it with test invoices, then give the "
            "date of the change in the settings: what is under way finishes on its "
            "own way."
        ),
        by_hand=True,
    ),
    Step(
        "account",
        _("Your personal account on Chorus Pro"),
        _("The account of the person in charge (gestionnaire). It comes first."),
        _(
            "On the portal: « Créer un compte ». A link comes by mail and lasts a few "
            "days only: follow it at once, look among unwanted mails too."
        ),
        by_hand=True,
        link=True,
        url=PORTAL_SITE,
    ),
    Step(
        "structure",
        _("Your shop on Chorus Pro"),
        _("The shop (structure) is attached to your account by its SIRET."),
        _(
            "Once signed in on the portal: « Raccordement », « Créer une structure ». "
            "Here too a link by mail lasts a few days."
        ),
        by_hand=True,
        link=True,
        url=PORTAL_SITE,
    ),
    Step(
        "platform",
        _("Your approved platform"),
        _("Its addresses, and the client ID and secret of your account there."),
        _(
            "In your account on the platform, often under « API » or « Developers »; "
            "ask for access to tests too. For a platform that is not in the list, take "
            "« XP Z12-013 » and write its addresses."
        ),
        _("Choose it"),
        channels=(APPROVED,),
    ),
    Step(
        "contract",
        _("The Dilifac contracts"),
        _("Dilicom deposits in your name: the contracts allow it to."),
        _(
            "Ask Dilicom's customer service for them, and for the codes that come with "
            "them: server, login, password, GLN."
        ),
        channels=(DILIFAC,),
        by_hand=True,
    ),
    Step(
        "gln",
        _("Your GLN"),
        _("The 13-digit number by which the book trade knows your shop."),
        _("Dilicom gives it with the contracts; it often begins with 302559."),
        _("Fill in"),
        channels=(DILIFAC,),
    ),
    Step(
        "mailbox",
        _("Dilicom's codes"),
        _("Server, login and password of the mailbox where invoices are left."),
        _("They are in Dilicom's letter. The profile says how files are written."),
        _("Type them"),
        channels=(DILIFAC,),
    ),
    Step(
        "application",
        _("The PISTE application"),
        _("PISTE is the State's gate to Chorus Pro: an application has its keys."),
        _(
            "On PISTE: create an account, accept the terms of use of the APIs "
            "Factures, Structures, Transverses and Utilisateurs, then open your "
            "application (sandbox for tests): the OAuth client ID and secret are there."
        ),
        _("Type the keys"),
        channels=(PISTE,),
        url="https://piste.gouv.fr",
    ),
    Step(
        "technical",
        _("The technical account"),
        _("By this account Odoo, and no person, speaks to Chorus Pro."),
        _(
            "On the portal: « Raccordement », declare an API connection; the account "
            "TECH_… is made there, with a password shown once that lasts 424 days. It "
            "works half an hour later."
        ),
        _("Type them"),
        channels=(PISTE,),
        url=PORTAL_SITE,
    ),
    Step(
        "connection",
        _("The connection test"),
        _("Everything typed so far is tried for real; what is wrong is said exactly."),
        _("It may be tried as often as you like: nothing is sent."),
        channels=(PISTE, APPROVED, DILIFAC),
    ),
    Step(
        "numbers",
        _("Your invoice numbers"),
        _("Chorus Pro takes numbers of 20 characters at most, each only once."),
        _("Odoo counts on from the newest invoice of each sales journal."),
        _("See the journals"),
    ),
    Step(
        "first",
        _("A first test invoice"),
        _("In qualification, nobody pays: it is the rehearsal of the whole way."),
        _(
            "Make an invoice for a public customer, confirm it, then press « Send to "
            "Chorus Pro ». The step is ticked once the platform has taken it."
        ),
        _("Make an invoice"),
    ),
    Step(
        "production",
        _("Open production"),
        _("From then on invoices really reach public bodies."),
        _(
            "Production has keys and passwords of its own: the connection asks for "
            "them again, then is tested."
        ),
    ),
)

TRAINING = (
    Step(
        "train_send",
        _("Send an invoice"),
        _("Make one for a public body, confirm it, and send it."),
        _("Fill the references the body asks for: the banner says which are missing."),
        _("Make an invoice"),
    ),
    Step(
        "train_read",
        _("Read a state"),
        _("The Chorus Pro page of the invoice tells where it is and who must act."),
        _("Open the invoice, read its state and what it means, then tick this."),
        _("See the invoices"),
        by_hand=True,
    ),
    Step(
        "train_refused",
        _("Answer a refusal"),
        _("A refused invoice is credited in full, then made again."),
        _(
            "On the qualification portal, sign in as the fictitious body and refuse an "
            "invoice; here, it then offers « Credit in full and invoice again »."
        ),
        _("See the invoices"),
    ),
    Step(
        "train_inactive",
        _("An inactive body"),
        _("A body that is not active on Chorus Pro cannot receive anything there."),
        _(
            "Confirm an invoice for such a body, send it: it waits. Then write to the "
            "body, or take the invoice out of Chorus Pro with a reason."
        ),
        _("Make an invoice"),
    ),
)

STEPS = {step.code: step for step in SETUP + TRAINING}
EXERCISES = frozenset(step.code for step in TRAINING)


def steps_of(channel: str) -> tuple[str, ...]:
    """Return the codes of the set-up steps that a channel asks for, in order.

    :param channel: code of a channel; one that no step names is asked for what all are
    """
    return tuple(
        step.code for step in SETUP if not step.channels or channel in step.channels
    )


# ---- WHAT ENDS (R29) ------------------------------------------------------------


def password_end(made_on: date) -> date:
    """Return the last day of a technical account's password made on a day."""
    return made_on + timedelta(days=PASSWORD_DAYS)


def warning(ends_on: date | None, today: date) -> int:
    """Return the nearest warning that is due, 0 for none.

    :param ends_on: the last day, None when nobody knows it
    :return: one of `WARNINGS`; the nearest one too once the day is past
    """
    if ends_on is None:
        return 0
    left = (ends_on - today).days
    return min((days for days in WARNINGS if left <= days), default=0)


# ---- WHAT A CHANNEL COSTS (R29) ------------------------------------------------------
# What each way to Chorus Pro costs a shop in a year (R29).
#
# The State charges nothing for the portal and the API. Dilicom's prices are in its
# contract (« a few tens of euros a month, by invoice volume », says the booksellers'
# guide): the figure here is only one to begin with, which the shop replaces.


@dataclass(frozen=True, slots=True)
class Cost:
    """Prices of one channel, to begin with.

    :ivar monthly: euros a month, whatever the volume
    :ivar each: euros for each invoice or credit note
    :ivar minutes: time that a person spends on each
    :ivar gives: what the shop gets for it, and what it asks for
    """

    monthly: float = 0
    each: float = 0
    minutes: float = 0
    gives: str = ""


COSTS = {
    PORTAL: Cost(
        minutes=8,
        gives=_(
            "Nothing to subscribe to, nothing to connect. Someone uploads each invoice "
            "and reads its states on the site; the file uploaded is the original."
        ),
    ),
    PISTE: Cost(
        minutes=1,
        gives=_(
            "Free of charge. Invoices leave and states come back by themselves; the "
            "legal original is in your vault. It asks for a PISTE application and a "
            "technical account."
        ),
    ),
    APPROVED: Cost(
        monthly=10,
        minutes=1,
        gives=_(
            "The road of the reform, for all your invoices from September 2027 on. "
            "Invoices leave and states come back by themselves; the legal original is "
            "in your vault. It asks for a contract with an approved platform: replace "
            "these prices by its own."
        ),
    ),
    DILIFAC: Cost(
        monthly=30,
        minutes=1,
        gives=_(
            "Dilicom checks each invoice before Chorus Pro, forwards it, archives the "
            "legal original and returns the states. It asks for a contract, and bills "
            "by volume."
        ),
    ),
}


def yearly(
    volume: int, monthly: float, each: float, minutes: float, hourly: float
) -> float:
    """Return what a channel costs in a year, in euros, to the cent.

    :param volume: invoices and credit notes a year
    :param monthly: subscription, euros a month
    :param each: euros for each document
    :param minutes: time that a person spends on each document
    :param hourly: what an hour of that person costs, euros
    """
    work = minutes * hourly / MINUTES
    return round(monthly * MONTHS + volume * (each + work), 2)
