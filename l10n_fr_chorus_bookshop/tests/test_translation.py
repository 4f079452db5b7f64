"""R31: what a bookseller reads is in French, whoever wrote it and whenever."""

import re
from datetime import date
from decimal import Decimal

import polib

from odoo.tests import TransactionCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import TranslationModuleReader, xml_translate

from ..chorus.errors import Doubtful
from ..chorus.lifecycle.states import STATES
from ..chorus.rules.problem import problem
from ..chorus.rules.texts import TEXTS
from ..models.common import describe, problem_remedy, problem_text
from .common import ChorusCase

MODULE = "l10n_fr_chorus_bookshop"
# Terms of the module itself; others are those of the demonstration data.
OURS = re.compile(r"ir\.|mail\.|digest\.|res\.groups|l10n_fr_chorus\.")
LETTERS = re.compile(r"[A-Za-z]{3}")
# What these records say is read on screens, in mails and in menus.
SHOWN = {
    "ir.actions.act_window": ("name", "help"),
    "ir.actions.server": ("name",),
    "ir.actions.report": ("name",),
    "ir.actions.client": ("name",),
    "ir.actions.act_url": ("name",),
    "ir.cron": ("name",),
    "ir.ui.menu": ("name",),
    "mail.activity.type": ("name", "summary"),
    "mail.template": ("name", "description", "subject", "body_html"),
    "res.groups": ("name", "comment"),
    "res.groups.privilege": ("name", "description"),
}
NAME = re.compile(r"%\((\w+)\)s")


@tagged("post_install", "-at_install")
class TestTranslation(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("fr_FR")
        cls.french = cls.env(context={"lang": "fr_FR"})
        entries = polib.pofile(file_path(f"{MODULE}/i18n/fr.po"))
        cls.catalogue = {entry.msgid: entry.msgstr for entry in entries}
        cls.said = set(cls.catalogue.values())
        cls.english = {one for one, said in cls.catalogue.items() if said != one}

    def button_labels(self, view, model):
        """The labels of the buttons of a view, in French."""
        arch = self.french[model].get_view(self.env.ref(view).id, "form")["arch"]
        return re.findall(r'<button[^>]*string="([^"]+)"', arch)

    # ---- NOTHING IS LEFT OUT ------------------------------------------------------

    def test_every_term_of_the_module_is_in_french(self):
        """What Odoo would export now, views and fields included, is translated."""
        catalogue = self.catalogue
        reader = TranslationModuleReader(self.env.cr, [MODULE], "fr_FR")
        terms = {
            source: said
            for _module, kind, name, _id, source, said, _comments in reader
            if kind == "code" or OURS.match(name)
        }
        self.assertGreater(len(terms), 400)
        unknown = sorted(set(terms) - set(catalogue))
        self.assertEqual(unknown, [], "terms that fr.po does not have")
        unloaded = [
            term for term, said in terms.items() if not said and catalogue[term] != term
        ]
        self.assertEqual(unloaded, [], "terms whose French is not loaded")

    def ours(self, model):
        """The module's records of a model, in French."""
        data = self.env["ir.model.data"].search(
            [("module", "=", MODULE), ("model", "=", model)]
        )
        records = self.french[model].with_context(active_test=False)
        return records.browse(data.mapped("res_id")).exists()

    def terms(self, text):
        """The sentences of a text with markup, as Odoo takes it apart."""
        found = []
        if "<" not in text:
            return [text]
        xml_translate(found.append, text)
        return [one for one in found if LETTERS.search(one)]

    def unsaid(self, text):
        """The sentences of a text that the catalogue does not say in French."""
        return [
            term
            for term in self.terms(text)
            # Some say the same in both languages.
            if self.catalogue.get(term) != term
            and (term in self.english or term not in self.said)
        ]

    def test_every_view_speaks_french(self):
        """Each text and attribute a person reads, pages and reports included."""
        views = self.ours("ir.ui.view")
        self.assertGreater(len(views), 60)
        for view in views:
            with self.subTest(view.xml_id):
                self.assertEqual(self.unsaid(view.arch), [])

    def test_what_is_not_french_is_seen(self):
        arch = "<form><p>Never told</p><button string='Send to Chorus Pro'/></form>"
        self.assertEqual(self.unsaid(arch), ["Never told", "Send to Chorus Pro"])
        arch = "<form><p>12 €</p><button string='Envoyer à Chorus Pro'/></form>"
        self.assertEqual(self.unsaid(arch), [])

    def test_every_field_speaks_french(self):
        """Labels, helps and choices, those worked out by code included."""
        models = [
            name
            for name, model in self.env.registry.items()
            if "l10n_fr_chorus" in name
            or any("l10n_fr_chorus" in field for field in model._fields)
        ]
        self.assertGreater(len(models), 45)
        for name in models:
            told = {
                f"{field}: {text}"
                for field, facts in self.french[name].fields_get().items()
                if name.startswith("l10n_fr_chorus.") or "l10n_fr_chorus" in field
                for text in (
                    facts["string"],
                    facts.get("help"),
                    *dict(facts.get("selection", ())).values(),
                )
                if text in self.english
            }
            with self.subTest(name):
                self.assertEqual(told, set())

    def test_every_record_that_is_read_speaks_french(self):
        """Menus, actions, jobs, mails, activities and groups."""
        for model, names in SHOWN.items():
            for record in self.ours(model):
                terms = [
                    term
                    for name in names
                    for term in self.terms(str(record[name] or ""))
                    if term in self.english
                ]
                with self.subTest(f"{model} {record.display_name}"):
                    self.assertEqual(terms, [])

    # ---- STATES -------------------------------------------------------------------

    def test_states_are_the_platforms_own_words(self):
        for model, field in (
            ("l10n_fr_chorus.submission", "state"),
            ("account.move", "l10n_fr_chorus_state"),
        ):
            labels = dict(
                self.french[model].fields_get([field], ["selection"])[field][
                    "selection"
                ]
            )
            expected = {code: state.french for code, state in STATES.items()}
            self.assertEqual(labels, expected)

    def test_states_remain_in_english_for_others(self):
        english = self.env(context={"lang": "en_US"})["l10n_fr_chorus.submission"]
        field = english.fields_get(["state"], ["selection"])["state"]
        self.assertEqual(dict(field["selection"])["REJETEE"], "Refused")

    def test_meanings_are_in_french(self):
        for state in STATES.values():
            with self.subTest(state.code):
                meaning = self.french._(state.meaning)
                self.assertNotEqual(meaning, state.meaning)

    # ---- SENTENCES ----------------------------------------------------------------

    def test_every_problem_is_said_in_french(self):
        for code, text in TEXTS.items():
            names = NAME.findall(text.message + text.remedy)
            one = problem(code, "number", **dict.fromkeys(names, "X1Z"))
            with self.subTest(code):
                said = problem_text(self.french, one)
                self.assertNotEqual(said, one.message)
                self.assertNotIn("%(", said)
                self.assertNotIn("%%", said)
                self.assertEqual(said.count("X1Z"), len(NAME.findall(text.message)))
                remedy = problem_remedy(self.french, one)
                self.assertTrue(remedy)
                self.assertNotEqual(remedy, one.remedy)

    def test_a_problem_quotes_what_is_wrong(self):
        one = problem("service_missing", "service", name="COMMUNE DE LILLE")
        self.assertEqual(
            problem_text(self.french, one),
            "«\u00a0COMMUNE DE LILLE\u00a0» exige un code service, "
            "et aucun n'est indiqué.",
        )

    def test_amounts_and_dates_are_written_the_french_way(self):
        negative = problem("total_negative", "total", total=Decimal("-1234.50"))
        self.assertRegex(problem_text(self.french, negative), r"-1\s?234,50")
        future = problem("date_future", "issue_date", date=date(2026, 12, 24))
        self.assertIn("24/12/2026", problem_text(self.french, future))

    def test_network_errors_are_said_in_french(self):
        error = Doubtful(
            "Chorus Pro does not answer (%(cause)s).", values={"cause": "X"}
        )
        self.assertEqual(
            describe(self.french, error),
            "La réponse de Chorus Pro s'est perdue.\nChorus Pro ne répond pas (X).",
        )

    def test_the_platforms_own_words_are_kept(self):
        error = Doubtful("What nobody translates", reasons=("Flux déjà déposé",))
        self.assertEqual(
            describe(self.french, error).splitlines()[1:],
            ["What nobody translates", "Flux déjà déposé"],
        )

    # ---- SCREENS ------------------------------------------------------------------

    def test_menus_are_in_french(self):
        names = {
            "menu_invoices": "Factures sur Chorus Pro",
            "menu_deposits": "Dépôts",
            "menu_bodies": "Structures publiques",
            "menu_vault": "Coffre-fort",
        }
        for name, expected in names.items():
            self.assertEqual(self.french.ref(f"{MODULE}.{name}").name, expected)

    def test_buttons_and_actions_are_in_french(self):
        labels = self.button_labels("account.view_move_form", "account.move")
        for label in ("Envoyer à Chorus Pro", "Vérifier le SIRET"):
            self.assertIn(label, labels)
        action = self.french.ref(f"{MODULE}.action_send")
        self.assertEqual(action.name, "Envoyer à Chorus Pro")

    def test_sending_method_is_in_french(self):
        field = self.french["res.partner"].fields_get(["invoice_sending_method"])
        methods = dict(field["invoice_sending_method"]["selection"])
        self.assertEqual(methods["chorus"], "par Chorus Pro")


@tagged("post_install", "-at_install")
class TestWorkerLanguage(ChorusCase):
    def test_the_worker_writes_in_the_companys_language(self):
        """The scheduled job has no language of its own."""
        self.company.partner_id.lang = "fr_FR"
        self.later(hours=25)
        self.platform.fault("status", "structures/v1", times=None, code=503)
        move = self.make_invoice()
        self.deposit(move)
        self.assertState(move, "waiting")
        self.assertIn("annuaire n'a pas pu être", move.l10n_fr_chorus_reason)
        self.assertIn("Chorus Pro ne répond pas", move.l10n_fr_chorus_reason)
        self.assertIn("Chorus Pro&nbsp;: En attente", self.chatter(move))
