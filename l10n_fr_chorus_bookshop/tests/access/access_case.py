"""The people who try every door, and what they try it with."""

from odoo import Command, fields
from odoo.tests import new_test_user

from ...models.access.base import FIELDS, MODELS
from ..common import MODULE, ChorusCase

GROUPS = {
    "portal": "base.group_portal",
    "plain": "base.group_user",
    "auditor": "base.group_user,account.group_account_readonly",
    "clerk": "account.group_account_invoice",
    "manager": f"account.group_account_manager,{MODULE}.{MODULE}_group_manager",
}


class AccessCase(ChorusCase):
    """Company A has everything; company B is where the strangers work."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.stranger_company = cls.other_company()
        cls.people = {name: cls.person(name, cls.company) for name in GROUPS}
        cls.strangers = {
            name: cls.person(f"other_{name}", cls.stranger_company, groups)
            for name, groups in GROUPS.items()
        }

    @classmethod
    def person(cls, name, company, groups=None):
        """A user of one company, with the rights of a role."""
        user = new_test_user(
            cls.env,
            f"{name}@access.example",
            groups=groups or GROUPS[name],
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        return user

    @classmethod
    def as_user(cls, user):
        """The environment of a call over RPC."""
        return cls.env(
            user=user,
            su=False,
            context={"lang": "en_US", "allowed_company_ids": user.company_id.ids},
        )

    @classmethod
    def touched(cls):
        """Every model of ours, and every model of Odoo's that has fields of ours."""
        return [
            name
            for name in sorted(cls.env.registry)
            if not cls.env[name]._abstract
            and (
                name.startswith(MODELS)
                or any(field.startswith(FIELDS) for field in cls.env[name]._fields)
            )
        ]

    @classmethod
    def sample(cls, field, records=None):
        """A value that a field takes, as RPC would give it.

        :param records: dict of a model's name to the record that links lead to
        """
        if field.type == "many2one":
            record = (records or {}).get(field.comodel_name)
            if record is None:
                record = cls.env[field.comodel_name].search([], limit=1)
            return record.id or 1
        if field.type in ("one2many", "many2many"):
            return [Command.set([])]
        if field.type == "selection":
            values = field.get_values(cls.env)
            return values[-1] if values else False
        return {
            "boolean": True,
            "integer": 7,
            "float": 7.5,
            "monetary": 7.5,
            "date": "2031-05-06",
            "datetime": "2031-05-06 07:08:09",
            "binary": "Zm9yZ2Vk",
            "json": {"forged": 1},
            "properties": {},
            "reference": False,
        }.get(field.type, "forged")

    @classmethod
    def today_text(cls):
        return fields.Date.to_string(fields.Date.today())
