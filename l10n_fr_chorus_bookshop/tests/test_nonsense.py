"""G19: no address of ours answers 500, whatever is written in it."""

# pylint: disable=print-used

import inspect
import json
import threading
from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common import MODULE, ChorusCase

ADDON = f"odoo.addons.{MODULE}."
NONSENSE = (
    *("²", "%00", "\ud7ff", "-1", "0", "1e3", "9" * 9, "9" * 10, "9" * 19, "9" * 40),
    *("NaN", "None", "false", "[]", "{}", "1,2,²", ",", "1;2", "'", "%", "_", "\\"),
    *("2026-02-30", "0001-01-01", "9999-12-31", "2026-13-01T99", "٣", "x" * 5000),
)
# What a customer may not ask of its own invoice.
CLOSED_METHODS = (
    *("audit_trail", "audit_pdf", "timeline_steps", "check", "status", "sync", "send"),
    *("portal_values", "dashboard", "forgotten", "late_invoices", "print_copies"),
    *("unbanked_invoices", "bank_candidates"),
)
CLOSED_FIELDS = ("procedure", "person_id", "trail_html")
# What a path takes for a number or a word.
IN_PATHS = ("0", "9" * 9, "9" * 10, "9" * 40, "²", "-1", "x")
# Where a number is wanted these go to core's own pages, which have faults of their own.
IN_WORDS = ("%00", "..%2f", "%ED%A0%80")


@tagged("post_install", "-at_install")
class TestNonsense(HttpCase, ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.boss = new_test_user(
            cls.env,
            "nonsense",
            password="nonsense12",
            groups=f"{MODULE}.{MODULE}_group_manager,account.group_account_manager",
            company_id=cls.company.id,
            company_ids=[cls.company.id],
        )
        cls.inspection = cls.env["l10n_fr_chorus.inspection"].create(
            {
                "company_id": cls.company.id,
                "user_id": cls.boss.id,
                "person": "Boss",
                "date_until": cls.today() + timedelta(days=1),
                "why": "Avis",
            }
        )

    def routes(self):
        """Ours, from the registry: a new one is tried by itself."""
        found = {}
        here = threading.current_thread()
        with patch.object(here, "dbname", self.cr.dbname, create=True):
            rules = [*self.env["ir.http"].routing_map().iter_rules()]
        for rule in rules:
            method = rule.endpoint.func
            if method.__module__.startswith(ADDON):
                found[rule.rule] = rule
        self.assertGreaterEqual(len(found), 12, sorted(found))
        return found

    def good(self, rule):
        """An address of a route whose parts could be true."""
        values = {"inspection_id": self.inspection.id, "model": "account.move"}
        path = rule.rule
        for name in rule.arguments:
            value = str(values.get(name, 1))
            for shape in (f"<int:{name}>", f"<string:{name}>", f"<{name}>"):
                path = path.replace(shape, value)
        self.assertNotIn("<", path)
        return path

    def addresses(self, rule):
        """Every argument of a route, and every word it may be asked with, nonsense."""
        path = self.good(rule)
        yield path
        method = inspect.unwrap(rule.endpoint.func)
        names = [
            name
            for name, one in inspect.signature(method).parameters.items()
            if name != "self" and one.kind != one.VAR_KEYWORD
        ]
        for name in rule.arguments:
            for shape, values in (
                (f"<int:{name}>", IN_PATHS),
                (f"<string:{name}>", (*IN_PATHS, *IN_WORDS)),
            ):
                for value in values if shape in rule.rule else ():
                    yield self.good_but(rule, shape, value)
        for name in sorted(set(names) - rule.arguments):
            for value in NONSENSE:
                yield f"{path}?{name}={value}"
            yield f"{path}?{name}=1&{name}=²"
            yield f"{path}?{name}[]=1&{name}[a]=b"
        yield f"{path}?unknown=²"

    def good_but(self, rule, shape, value):
        path = rule.rule.replace(shape, "\0")
        for name in rule.arguments:
            known = self.inspection.id if name == "inspection_id" else 1
            path = path.replace(f"<int:{name}>", str(known))
            path = path.replace(f"<string:{name}>", "account.move")
        return path.replace("\0", value)

    def body_of(self, rule):
        """What is posted to a route that takes nothing else."""
        return None if "GET" in (rule.methods or ["GET"]) else b"\xff{"

    @mute_logger("odoo.http", "odoo.addons.website.models.ir_http", "werkzeug")
    def test_no_route_breaks_on_nonsense(self):
        tried, broken = 0, []
        for login in ("nonsense", None):
            self.authenticate(login, "nonsense12" if login else None)
            for rule in self.routes().values():
                for address in self.addresses(rule) if login else [self.good(rule)]:
                    tried += 1
                    answer = self.url_open(
                        address.replace("\ud7ff", "%ED%A0%80"),
                        data=self.body_of(rule),
                        allow_redirects=False,
                    )
                    if answer.status_code >= 500:
                        broken.append((address[:120], answer.status_code))
                if not self.body_of(rule):
                    tried += 1
                    posted = self.url_open(
                        self.good(rule), data={"page": "²"}, allow_redirects=False
                    )
                    if posted.status_code not in (400, 401, 403, 404, 405, 415, 303):
                        broken.append((f"POST {rule.rule}", posted.status_code))
        print(f"\n{tried} addresses tried, {len(broken)} broken")  # noqa: T201
        self.assertEqual(broken, [])
        self.assertGreater(tried, 400)

    @mute_logger("odoo.http", "werkzeug")
    def test_no_json_route_breaks_on_nonsense(self):
        self.authenticate("nonsense", "nonsense12")
        bodies = [
            b"",
            b"[",
            b"[]",
            b"null",
            b"1",
            b'{"params": []}',
            b'{"params": null}',
            json.dumps(
                {"params": {"service": {"a": [1]}, "engagement": [[]]}}
            ).encode(),
            json.dumps({"params": {"service": "\0", "x": 1}}).encode(),
        ]
        for rule in self.routes().values():
            if rule.endpoint.routing["type"] != "jsonrpc":
                continue
            for body in bodies:
                answer = self.url_open(
                    rule.rule, data=body, headers={"Content-Type": "application/json"}
                )
                self.assertLess(answer.status_code, 500, (rule.rule, body))
                self.assertNotIn("Traceback", json.dumps(self._json(answer)), body)

    @staticmethod
    def _json(answer):
        try:
            found = answer.json()
        except ValueError:
            return None
        error = found.get("error") if isinstance(found, dict) else None
        # Core tells its own of what is no JSON-RPC at all.
        return error and error.get("data", {}).get("name")

    def test_a_customer_reads_neither_audit_trail_nor_vault(self):
        """What it may read of Odoo is its invoice."""
        move = self.make_invoice()
        self.integrate(move)
        self.platform.clear_calls()
        customer = new_test_user(
            self.env,
            "customer",
            password="customer12",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[self.company.id],
        )
        customer.partner_id.parent_id = move.partner_id
        theirs = move.with_env(self.env(user=customer, su=False, context={}))
        theirs.read(["name"])
        for method in CLOSED_METHODS:
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(theirs, f"l10n_fr_chorus_{method}")()
        for field in CLOSED_FIELDS:
            with self.subTest(field), self.assertRaises(AccessError):
                theirs.read([f"l10n_fr_chorus_{field}"])
        self.assertEqual(self.calls(), [], "nothing was asked")
        self.authenticate("customer", "customer12")
        original = self.env["l10n_fr_chorus.original"].search([], limit=1)
        with mute_logger("odoo.http"):
            for address in (
                f"/l10n_fr_chorus/audit/{move.id}.pdf",
                f"/l10n_fr_chorus/vault/original/{original.id}",
                f"/l10n_fr_chorus/vault/export?company_id={self.company.id}",
                f"/l10n_fr_chorus/copies?move_ids={move.id}",
            ):
                answer = self.url_open(address)
                self.assertIn(answer.status_code, (401, 403, 404), address)
