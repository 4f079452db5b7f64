"""Another's record is reached by no road of Odoo's own either: not even its name."""

# pylint: disable=print-used

import re

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.access.base import MODELS
from .test_methods import QUIET, MethodsCase


@tagged("post_install", "-at_install")
class TestStrangers(MethodsCase):
    """Must show: role × model × road, generated from the registry."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        export = cls.env.ref("base.group_allow_export")
        cls.strangers["manager"].group_ids = [Command.link(export.id)]

    def roads(self, model, record):
        """What a call over RPC may try on another's record: name, and what it gave."""
        mine, told = [("id", "=", record.id)], {"id": {}, "display_name": {}}
        theirs = model.browse(record.id)
        yield "search", lambda: model.search_count(mine)
        yield "list", lambda: model.web_search_read(mine, told)["records"]
        yield "name", lambda: model.name_search("", mine)
        yield "group", lambda: model.formatted_read_group(mine, ["id"], ["__count"])
        yield "read", lambda: theirs.read(["display_name"])
        yield "form", lambda: theirs.web_read(told)
        yield "export", lambda: theirs.export_data(["id", "display_name"])["datas"]
        yield "copy", lambda: theirs.copy()
        yield "duplicate", lambda: theirs.copy_data()
        yield "save", lambda: theirs.web_save({}, told)
        yield "onchange", lambda: theirs.onchange({}, [], told).get("value")
        yield "load", lambda: model.load([".id"], [[str(record.id)]])["ids"]
        yield "delete", lambda: theirs.unlink()

    @mute_logger(*QUIET)
    def test_no_road_leads_to_anothers_record(self):
        records, tried, taken = self.of_company_a(), 0, []
        users = [self.strangers[role] for role in ("clerk", "manager")]
        users.append(self.people["portal"])
        for name, record in records.items():
            if not record or name == "res.company":
                continue
            for user in users:
                model = self.as_user(user)[name]
                shared = model.browse(record.id).has_access("read")
                if shared or not model.has_access("read"):
                    continue  # nothing to hide, or no right to the model at all
                for road, attempt in self.roads(model, record):
                    tried += 1
                    self.env.invalidate_all()
                    given = self.given(attempt)
                    if given and not self.is_empty(road, given):
                        taken.append((name, user.login, road, str(given)[:120]))
        print(f"\n{tried} roads to another's record, {len(taken)} open")  # noqa: T201
        self.assertFalse(taken, "\n".join(map(str, taken)))
        self.assertGreater(tried, 500)

    def given(self, attempt):
        """What an attempt gave; nothing once it is refused."""
        try:
            with self.env.cr.savepoint():
                return attempt()
        except UserError:  # an AccessError, or what Odoo allows to nobody
            return None
        except Exception as error:  # noqa: BLE001 - told in the failure
            return f"{type(error).__name__}: {error}"

    def is_empty(self, road, given):
        return road == "group" and not any(one["__count"] for one in given)

    @mute_logger(*QUIET)
    def test_no_dialog_shows_a_record_that_its_user_may_not_read(self):
        """A default of the context fills a form with whatever it names."""
        records, tried, taken = self.of_company_a(), 0, []
        for name in self.touched():
            if not name.startswith(MODELS):
                continue
            for field in self.env[name]._fields.values():
                record = records.get(field.comodel_name) if field.relational else None
                if not record or field.name in ("id", "create_uid", "write_uid"):
                    continue
                for role in ("clerk", "manager"):
                    model = self.as_user(self.strangers[role])[name]
                    if model.env[record._name].browse(record.id).has_access("read"):
                        continue
                    if not model.has_access("create"):
                        continue
                    tried += 1
                    shown = self.shown(model, field, record)
                    if shown:
                        taken.append((name, field.name, role, shown))
        print(f"\n{tried} links of forms to another's record, {len(taken)} shown")  # noqa: T201
        self.assertFalse(taken, "\n".join(map(str, taken)))
        self.assertGreater(tried, 10)

    def shown(self, model, field, record):
        """What a new form tells of a record given by the context, by any field."""
        value = record.id if field.type == "many2one" else [(6, 0, record.ids)]
        spec = {
            one.name: {"fields": {"display_name": {}}} if one.relational else {}
            for one in model._fields.values()
            if model._has_field_access(one, "read")
        }
        plain = self.given(lambda: model.onchange({}, [], spec))
        key = f"default_{field.name}"
        for given in (
            self.given(
                lambda: model.with_context(**{key: value}).onchange({}, [], spec)
            ),
            self.given(lambda: model.onchange({field.name: value}, [field.name], spec)),
            self.given(lambda: model.onchange({field.name: value}, [], spec)),
        ):
            if given and told(given) != told(plain):
                return told(given)[:300]
        return ""


def told(given):
    """An answer as text; a new record's name holds the address of its memory."""
    return re.sub(r"NewId_0x\w+", "", str(given))
