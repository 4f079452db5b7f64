"""R48: one list of all that came from outside and found no place."""

import base64

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from simulator import directory_files as files

from ..edi.dilifac_case import DilifacCase


@tagged("post_install", "-at_install")
class TestToSort(DilifacCase):
    def lines(self):
        return self.shop["l10n_fr_chorus.to_sort"].search([])

    def line(self, kind):
        return self.lines().filtered(lambda one: one.kind == kind)

    def fill(self):
        """An answer on nobody, a file of nothing, a mail, a damaged directory."""
        self.send()
        text = b"numero_facture;statut;motif\nF9;MANDATEE;Bon\nF8;REJETEE;a;b\n"
        self.platform.mailbox_file("S.csv", text)
        self.platform.mailbox_file("Z.txt", b"\x00\xff rien")
        self.follow()
        self.env["l10n_fr_chorus.mail"].create(
            {"name": "Activité", "text": "Bonjour", "company_id": self.company.id}
        )
        bodies = [files.structure("21590350100017", "LILLE")]
        rows = files.csv_text(bodies) + "1;123;ECOLE\n" + files.csv_text(bodies)
        one = self.env["l10n_fr_chorus.import"].create(
            {"file": base64.b64encode(rows.encode()), "to_confirm": False}
        )
        one.action_read()
        with self.worker() as env:
            env["l10n_fr_chorus.import"]._work()
        self.env.invalidate_all()

    def test_everything_stands_there_with_its_reason_and_what_to_do(self):
        self.fill()
        kinds = sorted(self.lines().mapped("kind"))
        self.assertEqual(kinds, ["answer"] * 3 + ["directory", "mail"])
        for line in self.lines():
            self.assertTrue(line.why)
            self.assertTrue(line.remedy)
            self.assertTrue(line.since)
            self.assertTrue(line.action_open()["res_model"])
            self.assertIn("/web/content/", line.action_download()["url"])
        told = "\n".join(self.line("answer").mapped("said"))
        self.assertIn("F8;REJETEE;a;b", told)
        self.assertIn("123", self.line("directory").said)
        answer = self.shop["l10n_fr_chorus.to_sort"].l10n_fr_chorus_to_sort()
        self.assertEqual(len(answer), 5)
        self.assertNotIn(None, [value for one in answer for value in one.values()])
        dashboard = self.shop["account.move"].l10n_fr_chorus_dashboard()
        self.assertEqual(dashboard["to_sort"][0]["count"], 5)
        health = self.shop["l10n_fr_chorus.connection"].l10n_fr_chorus_health()
        self.assertEqual(health["to_sort"], 5)

    def test_what_is_dealt_with_leaves(self):
        self.fill()
        self.line("answer").l10n_fr_chorus_sorted()
        self.line("mail").action_sorted()
        self.assertEqual(self.lines().mapped("kind"), ["directory"])
        with self.assertRaises(AccessError):
            self.line("directory").action_sorted()
        self.lines().with_env(self.env).action_sorted()
        self.assertFalse(self.lines())

    def test_another_company_sees_none_of_it(self):
        self.fill()
        company = self.env["res.company"].create({"name": "Autre"})
        other = new_test_user(
            self.env,
            "other_sorter",
            groups="account.group_account_invoice",
            company_id=company.id,
            company_ids=[company.id],
        )
        seen = self.env["l10n_fr_chorus.to_sort"].with_user(other).search([])
        self.assertEqual(set(seen.mapped("kind")), {"directory"})
