"""Every public method checks the right, and the company, of every id it is given."""

# pylint: disable=print-used

import inspect

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .access_case import AccessCase

OURS = "odoo.addons.l10n_fr_chorus_bookshop"
# What a call over RPC would give, by the argument's name; any other gets a text.
ARGUMENTS = {
    "anchors": [],
    "channel": "portal",
    "code": "numbering",
    "date_until": "2031-05-06",
    "delivered": True,
    "files": [],
    "moment": "2026-11-20T10:00:00",
    "occurred_at": "2026-11-20T10:00:00",
    "wanted": True,
}
QUIET = (
    "odoo.models",
    "odoo.http",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
)


class MethodsCase(AccessCase):
    """Every public method of ours, and a record of company A to try each on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.methods = [
            (name, method)
            for name in cls.touched()
            for method in cls.public_methods(name)
        ]

    @classmethod
    def public_methods(cls, name):
        """The methods of ours that RPC may call on a model; Odoo's own left out."""
        kind = type(cls.env[name])
        for method in sorted(set(dir(kind))):
            if method.startswith("_"):
                continue
            found = [
                klass.__dict__[method]
                for klass in kind.__mro__
                if method in klass.__dict__
            ]
            ours = [one for one in found if _module(one).startswith(OURS)]
            if not ours or len(ours) != len(found) or not callable(ours[0]):
                continue
            if not any(getattr(one, "_api_private", False) for one in ours):
                yield method

    def is_of_model(self, name, method):
        return getattr(getattr(type(self.env[name]), method), "_api_model", False)

    def call(self, records, method):
        """Call as RPC would, with something for each argument that must be given."""
        bound = getattr(records, method)
        given = {
            name: self.argument(name)
            for name, parameter in inspect.signature(bound).parameters.items()
            if parameter.default is parameter.empty
        }
        return bound(**given)

    def argument(self, name):
        if name in ("move_id", "move_ids"):
            ids = self.move.ids
            return ids if name.endswith("s") else ids[0]
        return ARGUMENTS.get(name, "x")

    def of_company_a(self):
        """One record of company A of every model, by model."""
        self.move = self.make_invoice()
        self.integrate(self.move)
        records = {"account.move": self.move, "res.company": self.company}
        records["res.partner"] = self.move.partner_id.copy(
            {"company_id": self.company.id}
        )
        records["account.journal"] = self.move.journal_id
        records["sale.order"] = self.env["sale.order"].create(
            {
                "partner_id": self.move.partner_id.id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": self.book.id})],
            }
        )
        records["account.move.reversal"] = self.shop["account.move.reversal"].create(
            {
                "move_ids": [Command.set(self.move.ids)],
                "journal_id": self.move.journal_id.id,
            }
        )
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        lines = self.env["account.bank.statement.line"].with_company(self.company)
        records[lines._name] = lines.create({"journal_id": bank.id, "amount": 1})
        clerk = self.people["clerk"]
        for name in sorted({name for name, _method in self.methods}):
            if name in records:
                continue
            model = self.env[name].with_context(active_test=False)
            found = model.browse()
            if not model._transient:
                mine = [("company_id", "in", [self.company.id, False])]
                found = model.search(mine if "company_id" in model._fields else [])[:1]
            records[name] = found or self.made(model.with_user(clerk).sudo(), records)
        self.env.flush_all()
        return records

    def made(self, model, records):
        """A record of company A, as its clerk would leave it in a dialog."""
        records = {**records, "res.company": self.company}
        values = {
            field.name: self.sample(field, records)
            for field in model._fields.values()
            if field.required
            and field.store
            and not field.compute
            and field.name != "id"
        }
        for name in ("move_id", "move_ids"):
            if name in model._fields and model._fields[name].store:
                ids = (
                    self.move.id if name == "move_id" else [Command.set(self.move.ids)]
                )
                values[name] = ids
        return model.create(values)


@tagged("post_install", "-at_install")
class TestMethods(MethodsCase):
    def not_refused(self, records, method):
        """What a call answered, or why else it failed; "" once the right is refused."""
        try:
            with self.env.cr.savepoint():
                return f"answered {self.call(records, method)!r}"[:200]
        except AccessError:
            return ""
        except Exception as error:  # noqa: BLE001 - told in the failure
            return f"{type(error).__name__}: {error}"[:200]

    def written(self):
        """How many rows this transaction has touched."""
        self.env.flush_all()
        [(count,)] = self.env.execute_query(
            SQL(
                "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)"
                " FROM pg_stat_xact_user_tables"
            )
        )
        return count

    @mute_logger(*QUIET)
    def test_a_stranger_reaches_no_record(self):
        """Must show: role × method × foreign id, generated from the registry."""
        records, tried, taken = self.of_company_a(), 0, []
        users = [*self.strangers.values(), self.people["portal"], self.people["plain"]]
        shared = 0
        for name, method in self.methods:
            if self.is_of_model(name, method):
                continue
            for user in users:
                theirs = self.as_user(user)[name].browse(records[name].id)
                readable = theirs.has_access("read")
                # A call over RPC begins with nothing in the cache.
                self.env.invalidate_all()
                if readable:
                    shared += 1
                    before = self.written()
                    answer = self.not_refused(theirs, method)
                    if self.written() != before and not theirs.has_access("write"):
                        taken.append((name, method, user.login, answer))
                    continue
                tried += 1
                if answer := self.not_refused(theirs, method):
                    taken.append((name, method, user.login, answer))
        print(  # noqa: T201
            f"\n{tried} calls on another's records and {shared} on shared ones, "
            f"{len(taken)} taken"
        )
        self.assertFalse(taken, "\n".join(map(str, taken)))
        self.assertGreater(tried, 500)

    @mute_logger(*QUIET)
    def test_who_only_reads_writes_nothing(self):
        """An auditor, an employee, a customer: whatever they call, no row changes."""
        records, tried, wrote = self.of_company_a(), 0, []
        for name, method in self.methods:
            for role in ("auditor", "plain", "portal"):
                own = self.as_user(self.people[role])[name].browse(records[name].id)
                if self.is_of_model(name, method):
                    own = own.browse()
                before = self.written()
                tried += 1
                answer = self.not_refused(own, method)
                if self.written() != before:
                    wrote.append((name, method, role, answer))
        print(f"\n{tried} calls of people who only read, {len(wrote)} wrote")  # noqa: T201
        self.assertFalse(wrote, "\n".join(map(str, wrote)))
        self.assertGreater(tried, 300)


def _module(function):
    return getattr(function, "__module__", "") or ""
