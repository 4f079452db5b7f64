"""What the module writes for itself nobody else writes, by any road."""

# pylint: disable=print-used

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...models.access.base import MODELS, is_closed, is_ours
from .access_case import AccessCase
from .writable import WRITABLE

# What Odoo's own mixins add: followers, messages, activities.
MIXINS = ("message_", "activity_", "website_message", "rating_")


@tagged("post_install", "-at_install")
class TestColumns(AccessCase):
    def fields_of(self, name):
        """Our fields of a model, without what Odoo's mixins add to it."""
        return [
            field
            for field in self.env[name]._fields.values()
            if is_ours(field) and not field.name.startswith(MIXINS)
        ]

    def may_write(self, user, field):
        """Whether a person may write a field by the rights alone."""
        model = self.as_user(user)[field.model_name]
        mine = not field.model_name.startswith(MODELS)
        open_ = model._has_field_access(field, "write") and not is_closed(field)
        return open_ and (
            mine or model.has_access("write") or model.has_access("create")
        )

    def test_what_a_person_may_write_is_on_the_list(self):
        """A new field of ours is closed, or is put on the list on purpose."""
        found = {}
        for name in self.touched():
            open_fields = {
                field.name
                for field in self.fields_of(name)
                if not field.inherited
                and any(self.may_write(user, field) for user in self.people.values())
            }
            if open_fields:
                found[name] = open_fields
        self.assertEqual(found, WRITABLE)

    @mute_logger("odoo.models", "odoo.addons.base.models.ir_model")
    def test_every_closed_field_as_every_person_by_every_road(self):
        """Must show: field × role × road, generated from the registry."""
        tried, taken = 0, []
        for name in self.touched():
            record = self.env[name].with_context(active_test=False).search([], limit=1)
            closed = [
                field
                for field in self.fields_of(name)
                if field.name not in WRITABLE.get(name, ()) and field.name != "id"
            ]
            for user in self.people.values():
                model = self.as_user(user)[name]
                for field in closed:
                    value = self.sample(field)
                    for road, attempt in self.roads(model, record, field.name, value):
                        tried += 1
                        if not attempt():
                            taken.append((name, field.name, user.login, road))
        print(f"\n{tried} attempts on closed fields, {len(taken)} taken")  # noqa: T201
        self.assertEqual(taken, [])
        self.assertGreater(tried, 5000)

    def roads(self, model, record, name, value):
        """Each way in: its name, and what tries it and tells whether it was refused."""
        yield "create", lambda: self.is_refused(lambda: model.create({name: value}))
        yield (
            "default",
            lambda: self.is_refused(
                lambda: model.with_context(**{f"default_{name}": value}).create({})
            ),
        )
        if record:
            own = model.browse(record.id)
            yield "write", lambda: self.is_refused(lambda: own.write({name: value}))
        yield "form", lambda: self.is_left_out(model, name, value)

    def is_refused(self, attempt):
        try:
            attempt()
        except AccessError:
            return True
        return False

    def is_left_out(self, model, name, value):
        """A form that says it is not heard; a default of the context neither."""
        if not is_closed(model._fields[name]):
            return not model.has_access("create")
        given = model.sudo().with_context(**{f"default_{name}": value})
        same = str(given.default_get([name])) == str(model.sudo().default_get([name]))
        return same and name not in model._l10n_fr_chorus_open_values({name: value})

    # ---- THE ROADS ONE BY ONE -----------------------------------------------------

    def test_a_paid_invoice_keeps_its_sending(self):
        move = self.make_invoice()
        self.integrate(move)
        clerk = self.as_user(self.people["clerk"])["account.move"].browse(move.id)
        for value in (False, move.l10n_fr_chorus_submission_id.id):
            with self.assertRaises(AccessError):
                clerk.write({"l10n_fr_chorus_submission_id": value})

    def test_a_draft_takes_no_sending_of_another(self):
        move = self.make_invoice()
        self.integrate(move)
        theirs = move.l10n_fr_chorus_submission_id
        moves = self.as_user(self.strangers["clerk"])["account.move"]
        name = "l10n_fr_chorus_submission_id"
        for attempt in (
            lambda: moves.create({"move_type": "out_invoice", name: theirs.id}),
            lambda: moves.with_context(**{f"default_{name}": theirs.id}).create(
                {"move_type": "out_invoice"}
            ),
        ):
            with self.assertRaises(AccessError):
                attempt()
        told = moves.onchange(
            {name: theirs.id}, [name], {"l10n_fr_chorus_platform_ref": {}, name: {}}
        )
        self.assertFalse(any(told.get("value", {}).values()), told)

    def test_an_import_writes_nothing_of_ours(self):
        manager = self.people["manager"]
        moves = self.as_user(manager)["account.move"]
        move = self.make_invoice(post=False)
        xmlid = move.sudo().export_data(["id"])["datas"][0][0]
        for column, value in (
            ("l10n_fr_chorus_partial_reason", "forged"),
            ("l10n_fr_chorus_paper_reason", "forged"),
        ):
            with mute_logger("odoo.models"):
                answer = moves.load(["id", column], [[xmlid, value]])
            self.assertFalse(answer["ids"], answer)
            self.assertFalse(move.sudo()[column])

    def test_a_users_own_default_fills_nothing_of_ours(self):
        clerk = self.people["clerk"]
        self.env["ir.default"].set(
            "account.move",
            "l10n_fr_chorus_paper_reason",
            "forged",
            user_id=clerk.id,
        )
        moves = self.as_user(clerk)["account.move"]
        draft = moves.create({"move_type": "out_invoice"})
        self.assertFalse(draft.l10n_fr_chorus_paper_reason)

    def test_a_default_does_not_pass_through_the_software(self):
        """Sales create invoices as the superuser, in the context of the caller."""
        moves = self.as_user(self.people["clerk"])["account.move"].sudo()
        draft = moves.with_context(default_l10n_fr_chorus_paper_reason="forged").create(
            {"move_type": "out_invoice"}
        )
        self.assertFalse(draft.l10n_fr_chorus_paper_reason)

    def test_a_sending_belongs_to_its_invoice(self):
        move = self.make_invoice()
        self.integrate(move)
        other = self.make_invoice()
        with self.assertRaises(ValidationError):
            other.sudo().l10n_fr_chorus_submission_id = (
                move.l10n_fr_chorus_submission_id
            )

    def test_a_copy_leaves_out_what_is_closed(self):
        source = self.env["l10n_fr_chorus.directory.source"].search([], limit=1)
        source.etag = "abc"
        values = self.as_user(self.people["manager"])[source._name].browse(source.id)
        [copied] = values.copy_data()
        self.assertNotIn("etag", copied)
