"""Laws of the mirror: the last news wins, look-ups use an index, few statements."""

from datetime import timedelta
from unittest.mock import patch

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from odoo import fields
from odoo.tests import tagged
from odoo.tools import SQL

from simulator import directory_files as files

from ...chorus.channels.answers import Structure
from ...chorus.invoice import Service
from .directory_case import DirectoryCase

START = fields.Datetime.to_datetime("2026-01-01")
SIRETS = [f"{number:014}" for number in (18, 26, 34)]
# Always listed, so that a file is never much smaller than the last one.
# From 1: thirteen zeros are what a spreadsheet makes of a rounded SIRET.
OTHERS = [files.structure(f"9{number:013}") for number in range(1, 21)]
BODY = st.fixed_dictionaries(
    {
        "active": st.booleans(),
        "service_required": st.booleans(),
        "codes": st.sets(st.sampled_from("AB")),
    }
)
BODIES = st.dictionaries(st.sampled_from(SIRETS), BODY)
FILE = st.tuples(st.just("file"), BODIES, st.booleans(), st.integers(0, 3))
REFRESH = st.tuples(st.just("refresh"), st.sampled_from(SIRETS), BODY)

NONE = {"active": False, "service_required": False}


class Mirror:
    """What the mirror must say: the last news of each body."""

    def __init__(self):
        self.bodies = {}
        self.told = {}
        self.last_file = START - timedelta(days=99)

    def refresh(self, siret, body, at):
        self.bodies[siret] = body
        self.told[siret] = at

    def file(self, bodies, partial, as_of):
        if as_of < self.last_file:
            return
        self.last_file = as_of
        for siret in {*bodies, *self.bodies}:
            if self.told.get(siret, as_of) > as_of:
                continue
            known = self.bodies.get(siret, {"codes": set()})
            if siret in bodies:
                kept = known["codes"] if partial else set()
                codes = bodies[siret]["codes"] | kept
                self.refresh(siret, {**bodies[siret], "codes": codes}, as_of)
            elif not partial:
                self.refresh(siret, {**known, "active": False}, as_of)


def word(flag):
    return "true" if flag else "false"


@tagged("post_install", "-at_install")
class TestDirectoryLaws(DirectoryCase):
    # ---- THE LAST NEWS WINS -------------------------------------------------------

    def answered(self, siret, body, at):
        """An answer on line, some time in the past."""
        answer = Structure(
            siret,
            name=siret,
            active=body["active"],
            service_required=body["service_required"],
            services=tuple(Service(code, code, True, False) for code in body["codes"]),
        )
        self.env["l10n_fr_chorus.structure"]._store_answer(siret, answer, "api")
        self.body(siret).sudo().checked_at = at

    def imported(self, bodies, partial, as_of):
        """A file, whatever it says of these bodies."""
        rows = [
            files.structure(
                siret,
                siret,
                StructureActive=word(body["active"]),
                GestionService=word(body["service_required"]),
            )
            for siret, body in bodies.items()
        ]
        services = [
            files.service(siret, code, code)
            for siret, body in bodies.items()
            for code in sorted(body["codes"])
        ]
        always = [files.service(OTHERS[0]["Identifiant"], "A")]
        one = self.env["l10n_fr_chorus.import"].create(
            {
                "file": files.base64_of(rows + OTHERS, services + always),
                "to_confirm": False,
                "partial": partial,
                "as_of": as_of,
                "state": "reading",
            }
        )
        one._work()

    def shown(self):
        """What the mirror says of the bodies played with."""
        return {
            body.siret: {
                "active": body.is_active,
                "service_required": body.service_required,
                "codes": self.codes(body.siret),
            }
            for body in self.env["l10n_fr_chorus.structure"].search(
                [("siret", "in", SIRETS)]
            )
        }

    def test_any_sequence_ends_in_the_last_news_of_each_body(self):
        @settings(
            max_examples=8, deadline=None, suppress_health_check=list(HealthCheck)
        )
        @example(
            [
                ("file", {"00000000000018": {**NONE, "codes": {"A"}}}, False, 0),
                ("file", {"00000000000018": {**NONE, "codes": set()}}, False, 0),
            ]
        )
        @given(st.lists(FILE | REFRESH, min_size=2, max_size=6))
        def law(steps):
            with self.undone():
                mirror = Mirror()
                for hour, (kind, *what) in enumerate(steps):
                    now = START + timedelta(hours=hour * 2)
                    if kind == "refresh":
                        self.answered(*what, now)
                        mirror.refresh(*what, now)
                    else:
                        bodies, partial, age = what
                        # Never at the very moment of an answer.
                        as_of = now + timedelta(hours=1) - timedelta(hours=age * 2)
                        self.imported(bodies, partial, as_of)
                        mirror.file(bodies, partial, as_of)
                wanted = {
                    siret: {"service_required": False, **body}
                    for siret, body in mirror.bodies.items()
                }
                self.assertEqual(self.shown(), wanted)

        job = type(self.env["ir.cron"])
        with patch.object(job, "_commit_progress", lambda *_words, **_values: 0):
            law()

    def undone(self):
        """A block whose writes are taken back."""
        savepoint = self.env.cr.savepoint()

        class Undone:
            def __enter__(_self):  # noqa: N805 - the test is `self`
                savepoint.__enter__()

            def __exit__(_self, *error):  # noqa: N805
                savepoint.rollback()
                savepoint.__exit__(None, None, None)
                self.env.invalidate_all(flush=False)

        return Undone()

    # ---- INDEXES ------------------------------------------------------------------

    def test_look_ups_use_an_index(self):
        """R34: by SIRET, beginning of a SIRET, name or town, on many rows."""
        self.env.cr.execute(
            """
            INSERT INTO l10n_fr_chorus_structure (siret, name, city, source, checked_at)
            SELECT '4' || lpad(n::text, 13, '0'), md5(n::text), md5((-n)::text), 'file',
                   now()
              FROM generate_series(1, 20000) AS n;
            ANALYZE l10n_fr_chorus_structure;
            SELECT gin_clean_pending_list(indexrelid)
              FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
             WHERE indrelid = 'l10n_fr_chorus_structure'::regclass
               AND relam = (SELECT oid FROM pg_am WHERE amname = 'gin')
            """
        )
        structures = self.shop["l10n_fr_chorus.structure"]
        searches = {
            "siret": [("siret", "in", ["22100005200011"])],
            "whoever typed it": [
                ("siret", "in", ["22100005200011"]),
                ("company_id", "in", [False, self.company.id]),
            ],
            "prefix": structures._search_display_name("ilike", "221 000"),
            "words": structures._search_display_name("ilike", "bibliothèque"),
        }
        for name, domain in searches.items():
            with self.subTest(name):
                query = structures._search(domain, limit=20, order="id")
                plan = self.plan(query.select())
                self.assertNotIn("Seq Scan", plan)
                self.assertIn("l10n_fr_chorus_structure", plan)

    def plan(self, select):
        rows = self.env.execute_query(SQL("EXPLAIN %s", select))
        return "\n".join(line for (line,) in rows)

    # ---- COST ---------------------------------------------------------------------

    def test_statements_do_not_grow_with_the_file(self):
        """A file ten times as long takes as many statements, its blocks apart."""

        def statements(count):
            rows = [files.structure(f"8{number:013}") for number in range(count)]
            services = [files.service(row["Identifiant"], "A") for row in rows]
            content = files.csv_zip(rows, services)
            before = self.cr.sql_log_count
            self.assertEqual(self.load(content=content, partial=True).state, "done")
            return self.cr.sql_log_count - before

        statements(10)
        few = statements(40)
        self.assertGreater(few, 10, "they are counted")
        self.assertLessEqual(statements(400), few + 5)
