"""The admin addresses: what a test, a demo or a campaign does behind the scenes.

JSON in and out, outside ``/cpro``, without authentication, never hit by a fault.
"""

import base64
from datetime import date
from decimal import Decimal
from urllib.parse import unquote

from .clock import iso, parse
from .documents import Document
from .gateway import Reply, read_json, reply_json

#: "METHOD path" -> function(simulator, body) -> answer
ADMIN = {}
FILE = "/admin/flux/"
UPLOADED = "IN_DP_E2_CII_FACTURX"


def address(name):
    def register(function):
        method, path = name.split(" ")
        ADMIN[f"{method} /admin/{path}"] = function
        return function

    return register


def respond(simulator, request):
    """A mistake of the caller is a 400 that says what it is."""
    function = ADMIN.get(f"{request.method} {request.path}")
    body = read_json(request.body) if request.body else {}
    platform = simulator.platform
    try:
        if request.path == "/admin/outage":
            # cuts other connections: must not hold the lock they may wait for
            return _outage(simulator, body)
        with platform.lock:
            platform.settle()
            if request.path.startswith(FILE):
                return _file(platform, unquote(request.path[len(FILE) :]))
            if function is None:
                return reply_json(404, {"error": f"no address {request.path}"})
            return reply_json(200, function(simulator, body))
    except (KeyError, TypeError, ValueError) as error:
        return reply_json(400, {"error": f"{type(error).__name__}: {error}"})


def _outage(simulator, body):
    simulator.outage(body.get("seconds", 1))
    reply = reply_json(200, {"outage": body.get("seconds", 1)})
    reply.headers["Connection"] = "close"
    return reply


def _file(platform, number):
    flux = platform.fluxes.by_number[number]
    return Reply(200, flux.content, {"Content-Type": "application/octet-stream"})


@address("GET health")
def health(simulator, body):
    return {"status": "ok", **simulator.platform.clock.describe()}


@address("POST reset")
def reset(simulator, body):
    simulator.platform.reset(simulator.frozen)
    if body.get("settings"):
        simulator.platform.settings.update(body["settings"])
    return {"reset": True}


@address("GET settings")
def show_settings(simulator, body):
    return simulator.platform.settings.describe()


@address("POST settings")
def settings(simulator, body):
    simulator.platform.settings.update(body)
    return simulator.platform.settings.describe()


@address("GET clock")
def show_clock(simulator, body):
    return simulator.platform.clock.describe()


@address("POST clock")
def clock(simulator, body):
    """``freeze``, ``set`` and ``advance``, in this order."""
    clock = simulator.platform.clock
    if "freeze" in body:
        clock.freeze(body["freeze"])
    if "set" in body:
        clock.set(body["set"])
    clock.advance(body.get("advance", 0))
    simulator.platform.settle()
    return clock.describe()


@address("GET structures")
def show_structures(simulator, body):
    return {"structures": simulator.platform.directory.describe()}


@address("POST structure")
def structure(simulator, body):
    known = simulator.platform.directory.upsert(body)
    return {"siret": known.siret, "id": str(known.id)}


@address("POST structure/remove")
def remove_structure(simulator, body):
    del simulator.platform.directory.structures[body["siret"]]
    return {"removed": body["siret"]}


@address("POST service")
def service(simulator, body):
    known = simulator.platform.directory.upsert_service(body)
    return {"code": known.code, "id": str(known.id)}


@address("POST service/remove")
def remove_service(simulator, body):
    del simulator.platform.directory.structures[body["siret"]].services[body["code"]]
    return {"removed": body["code"]}


@address("POST client")
def client(simulator, body):
    """A PISTE application; an empty secret removes it."""
    clients = simulator.platform.accounts.clients
    clients[body["client_id"]] = body["client_secret"]
    if not body["client_secret"]:
        del clients[body["client_id"]]
    return {"clients": sorted(clients)}


@address("GET accounts")
def show_accounts(simulator, body):
    accounts = simulator.platform.accounts.accounts.values()
    return {"accounts": [vars(account) for account in accounts]}


@address("POST account")
def account(simulator, body):
    return vars(simulator.platform.accounts.upsert(body))


@address("POST tokens/expire")
def expire_tokens(simulator, body):
    simulator.platform.accounts.expire_tokens()
    return {"expired": True}


@address("POST upload")
def upload(simulator, body):
    """A person deposits a file on the site: a Factur-X passes there as a flux."""
    platform = simulator.platform
    account = platform.accounts.of_structure(body["siret"])
    content = base64.b64decode(body["content"])
    flux = platform.fluxes.deposit(content, body["name"], UPLOADED, account, None)
    return {"flux": flux.number}


@address("POST status")
def status(simulator, body):
    """One change or a list of them: any code, any date, any order."""
    platform = simulator.platform
    changes = body if isinstance(body, list) else [body]
    for change in changes:
        invoice = platform.invoices.find(
            change["number"],
            change.get("supplier"),
            change.get("kind"),
            change.get("year"),
        )
        at = parse(change["date"]) if change.get("date") else platform.clock.now()
        platform.set_status(
            invoice, change["status"], at, change.get("reason"), change.get("author")
        )
    return {"changed": len(changes)}


@address("POST past")
def past(simulator, body):
    """Invoices deposited before the module came, of a year and of some numbers."""
    platform = simulator.platform
    for position, number in enumerate(body["numbers"], 1):
        total = Decimal(body.get("total", "105.50"))
        document = Document(
            file=f"{number}.pdf",
            issue_date=date(body["year"], body.get("month", 11), 15),
            number=number,
            type_code=body.get("type_code", "380"),
            supplier=body["supplier"],
            recipient=body["recipient"],
            total_ht=total,
            total_tax=Decimal(0),
            total_ttc=total,
            total_due=total,
        )
        flux = f"CPP0011117{body['year']:08d}{position:07d}"
        platform.remember(document, flux, body.get("status", "MISE_A_DISPOSITION"))
    return {"remembered": len(body["numbers"])}


@address("GET plans")
def show_plans(simulator, body):
    return {"plans": simulator.platform.plans.plans}


@address("POST plan")
def plan(simulator, body):
    simulator.platform.plans.add(body)
    return {"plans": len(simulator.platform.plans.plans)}


@address("POST plans/clear")
def clear_plans(simulator, body):
    simulator.platform.plans.plans.clear()
    return {"plans": 0}


@address("GET faults")
def show_faults(simulator, body):
    return simulator.platform.faults.describe()


@address("POST faults")
def faults(simulator, body):
    for rule in body if isinstance(body, list) else [body]:
        simulator.platform.faults.add(rule)
    return {"waiting": len(simulator.platform.faults.describe()["waiting"])}


@address("POST faults/clear")
def clear_faults(simulator, body):
    simulator.platform.faults.clear()
    return {"waiting": 0}


@address("GET ledger")
def ledger(simulator, body):
    """The truth: every flux, every integrated invoice, every rejected document."""
    platform = simulator.platform
    now = platform.clock.now()
    fluxes = [flux.describe(now) for flux in platform.fluxes.by_number.values()]
    return {
        "now": iso(now),
        "fluxes": fluxes,
        "invoices": [invoice.describe() for invoice in platform.invoices],
        "rejected": [
            {"flux": flux["number"], **row}
            for flux in fluxes
            for row in flux["rejected"]
        ],
        "attachments": list(platform.attachments.values()),
        "counts": platform.journal.counts(),
    }


@address("GET calls")
def calls(simulator, body):
    journal = simulator.platform.journal
    return {"counts": journal.counts(), "calls": journal.calls}


@address("POST calls/clear")
def clear_calls(simulator, body):
    simulator.platform.journal.calls.clear()
    return {"calls": 0}


@address("GET exchanges")
def exchanges(simulator, body):
    return {"exchanges": simulator.platform.journal.exchanges}


@address("POST exchanges/clear")
def clear_exchanges(simulator, body):
    simulator.platform.journal.exchanges.clear()
    return {"exchanges": 0}


@address("POST mailbox")
def open_mailbox(simulator, body):
    """Opens an operator's mailbox; ``alone``: its robot works by itself."""
    alone = body.pop("alone", False)
    mailbox = simulator.platform.open_mailbox(**body)
    if alone:
        mailbox.work_alone()
    return mailbox.describe()


@address("GET mailbox")
def show_mailbox(simulator, body):
    return {
        **simulator.platform.mailbox.describe(),
        "files": simulator.platform.mailbox.files(),
        "struck": simulator.platform.mailbox.faults.struck,
    }


@address("POST mailbox/round")
def mailbox_round(simulator, body):
    simulator.platform.mailbox.robot.round()
    return simulator.platform.mailbox.files()


@address("POST mailbox/manners")
def mailbox_manners(simulator, body):
    """How the robot answers; ``once``: what goes wrong next."""
    robot = simulator.platform.mailbox.robot
    robot.settle(body.pop("once", []))
    unknown = set(body) - set(robot.manners)
    if unknown:
        raise ValueError(f"unknown manners {sorted(unknown)}")
    robot.manners.update(body)
    return {**robot.manners, "once": robot.once}


@address("POST mailbox/faults")
def mailbox_faults(simulator, body):
    for rule in body if isinstance(body, list) else [body]:
        simulator.platform.mailbox.faults.add(rule)
    return {"struck": simulator.platform.mailbox.faults.struck}


@address("POST mailbox/faults/clear")
def clear_mailbox_faults(simulator, body):
    simulator.platform.mailbox.faults.clear()
    return {}


@address("POST mailbox/file")
def mailbox_file(simulator, body):
    """Leaves a file in ``O``, as the operator would."""
    path = simulator.platform.mailbox.root / "O" / body["name"]
    path.write_bytes(body["content"].encode("iso-8859-1"))
    return {"name": path.name}
