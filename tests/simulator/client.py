"""The admin addresses as Python methods, for tests and demo."""

import base64
import json
import time
import urllib.error
import urllib.request


def connection(url, siret):
    """The values of a shop's connection to a platform, but for its company.

    :param siret: the shop's
    """
    return {
        "channel": "piste",
        "environment": "qualification",
        "oauth_url": f"{url}/api/oauth/token",
        "api_url": url,
        "client_id": "bookshop",
        "client_secret": "secret",
        "login": f"TECH_1_{siret}@cpro.fr",
        "password": "password",
    }


class AdminError(Exception):
    """The simulator did not like an admin call."""


class Admin:
    def __init__(self, url, patience=10):
        self.url = url.rstrip("/")
        #: seconds during which a call is made again: an outage
        self.patience = patience
        # no proxy of the environment between us and the loopback
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def health(self):
        return self._call("GET", "health")

    def reset(self, **settings):
        return self._call("POST", "reset", {"settings": settings})

    def settings(self, **values):
        """Changes the settings named, and returns them all."""
        return self._call("POST", "settings", values)

    def clock(self):
        return self._call("GET", "clock")

    def advance(self, seconds=0, **units):
        """``advance(days=1, hours=2)``."""
        sizes = {"minutes": 60, "hours": 3600, "days": 86400}
        seconds += sum(sizes[unit] * value for unit, value in units.items())
        return self._call("POST", "clock", {"advance": seconds})

    def set_clock(self, moment):
        return self._call("POST", "clock", {"set": moment})

    def freeze(self, frozen=True):
        return self._call("POST", "clock", {"freeze": frozen})

    def structures(self):
        return self._call("GET", "structures")["structures"]

    def structure(self, siret, **values):
        return self._call("POST", "structure", {"siret": siret, **values})

    def remove_structure(self, siret):
        return self._call("POST", "structure/remove", {"siret": siret})

    def service(self, siret, code, **values):
        return self._call("POST", "service", {"siret": siret, "code": code, **values})

    def remove_service(self, siret, code):
        return self._call("POST", "service/remove", {"siret": siret, "code": code})

    def client(self, client_id, client_secret):
        body = {"client_id": client_id, "client_secret": client_secret}
        return self._call("POST", "client", body)

    def account(self, login, password, sirets, **values):
        body = {"login": login, "password": password, "sirets": sirets, **values}
        return self._call("POST", "account", body)

    def accounts(self):
        return self._call("GET", "accounts")["accounts"]

    def approved(self):
        """The approved platform: manners, flows, invoices integrated by key."""
        return self._call("GET", "approved")

    def approved_manners(self, **values):
        """How the approved platform behaves; ``profile`` starts again from it."""
        return self._call("POST", "approved/manners", values)

    def approved_message(self, number, code, siren, issued, **values):
        """A status message of any invoice; ``values``: kind, date, reasons, comment."""
        body = {"number": number, "code": code, "siren": siren, "issued": issued}
        return self._call("POST", "approved/message", {**body, **values})

    def expire_approved_tokens(self):
        return self._call("POST", "approved/tokens/expire", {})

    def expire_tokens(self):
        return self._call("POST", "tokens/expire", {})

    def status(self, number, status, **values):
        """``values``: supplier, kind, year, date, reason, author."""
        body = {"number": number, "status": status, **values}
        return self._call("POST", "status", body)

    def past(self, year, numbers, supplier, recipient="12345678200051", **values):
        """Invoices of another year; ``values``: month, type_code, total, status."""
        body = {
            "year": year,
            "numbers": list(numbers),
            "supplier": supplier,
            "recipient": recipient,
        }
        return self._call("POST", "past", {**body, **values})

    def upload(self, siret, name, content):
        """A person of this structure deposits a file on the site."""
        body = {"siret": siret, "name": name}
        encoded = base64.b64encode(content).decode()
        return self._call("POST", "upload", {**body, "content": encoded})

    def statuses(self, changes):
        return self._call("POST", "status", changes)

    def plan(self, steps, **match):
        """``plan([{"status": "SUSPENDUE", "after": 60}], number="FAC/*")``."""
        return self._call("POST", "plan", {"match": match, "steps": steps})

    def clear_plans(self):
        return self._call("POST", "plans/clear", {})

    def fault(self, kind, match="", times=1, after=0, **args):
        rule = {"kind": kind, "match": match, "times": times, "after": after}
        return self._call("POST", "faults", {**rule, "args": args})

    def add_faults(self, rules):
        """A whole schedule at once: a list of rules as README.md shows them."""
        return self._call("POST", "faults", rules)

    def faults(self):
        return self._call("GET", "faults")

    def clear_faults(self):
        return self._call("POST", "faults/clear", {})

    def outage(self, seconds):
        return self._call("POST", "outage", {"seconds": seconds})

    def ledger(self):
        return self._call("GET", "ledger")

    def invoice(self, number, **criteria):
        """The one invoice of the ledger with this number."""
        (found,) = [
            invoice
            for invoice in self.ledger()["invoices"]
            if invoice["number"] == number
            and all(invoice[name] == value for name, value in criteria.items())
        ]
        return found

    def flux_file(self, number):
        return self._send("GET", f"flux/{number}")

    def calls(self):
        return self._call("GET", "calls")

    def clear_calls(self):
        return self._call("POST", "calls/clear", {})

    def exchanges(self):
        return self._call("GET", "exchanges")["exchanges"]

    def clear_exchanges(self):
        return self._call("POST", "exchanges/clear", {})

    def open_mailbox(self, **manners):
        """``alone``, ``legacy``, ``client_key``: how to reach it is answered."""
        return self._call("POST", "mailbox", manners)

    def mailbox(self):
        return self._call("GET", "mailbox")

    def mailbox_round(self):
        """The operator takes and answers; returns the files of each folder."""
        return self._call("POST", "mailbox/round", {})

    def mailbox_manners(self, **manners):
        return self._call("POST", "mailbox/manners", manners)

    def mailbox_faults(self, *kinds):
        """Kinds, or whole rules: ``{"kind", "times", "after"}``."""
        rules = [{"kind": one} if isinstance(one, str) else one for one in kinds]
        return self._call("POST", "mailbox/faults", rules)

    def clear_mailbox_faults(self):
        return self._call("POST", "mailbox/faults/clear", {})

    def mailbox_file(self, name, content):
        body = {"name": name, "content": content.decode("iso-8859-1")}
        return self._call("POST", "mailbox/file", body)

    def _call(self, method, name, body=None):
        return json.loads(self._send(method, name, body))

    def _send(self, method, name, body=None):
        request = urllib.request.Request(
            f"{self.url}/admin/{name}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        deadline = time.monotonic() + self.patience
        while True:
            try:
                with self._opener.open(request, timeout=60) as answer:
                    return answer.read()
            except urllib.error.HTTPError as error:
                raise AdminError(error.read().decode()) from error
            except (urllib.error.URLError, ConnectionError) as error:
                # a connection refused or cut was never served: see server.outage
                cause = getattr(error, "reason", error)
                over = time.monotonic() > deadline
                if over or not isinstance(cause, ConnectionError):
                    raise
                time.sleep(0.05)
