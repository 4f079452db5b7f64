"""A manager and a clerk at the guide of their shop."""

from odoo import Command
from odoo.tests import new_test_user

from ..common import MODULE, ChorusCase


class GuideCase(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "marc",
            groups=f"{MODULE}.{MODULE}_group_manager,account.group_account_invoice",
            lang="en_US",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.guides = cls.seen_by(cls.manager)
        cls.guide = cls.guides._for_company(cls.company)

    @classmethod
    def seen_by(cls, user):
        """The guides as a person sees them."""
        context = {"lang": "en_US", "allowed_company_ids": cls.company.ids}
        return cls.env(user=user, context=context)["l10n_fr_chorus.guide"]

    def step(self, code, user=None):
        """One step of the guide, read anew."""
        self.env.invalidate_all()
        guide = self.guide.with_user(user or self.manager)
        return guide._steps([code])

    def assertDone(self, *codes):  # noqa: N802 - as unittest names them
        for code in codes:
            step = self.step(code)
            self.assertTrue(step.is_done, f"{code}: {step.missing}")

    def assertToDo(self, code, words):  # noqa: N802
        step = self.step(code)
        self.assertFalse(step.is_done, code)
        self.assertRegex(step.missing, words)
