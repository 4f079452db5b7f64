"""A directory file on its way into the mirror, as a manager and the job see it."""

import base64

from odoo.tests import new_test_user

from simulator import directory_files as files

from ..common import ChorusCase

AUBE = "22100005200011"
SEINE = "22760540900019"
LILLE = "21590350100017"
# What the demonstration's mirror says of the bodies it has.
BODIES = (
    files.structure(
        AUBE,
        "DEPARTEMENT DE L'AUBE",
        GestionService="true",
        GestionEngagement="true",
        Ville="TROYES",
    ),
    files.structure(
        SEINE, "DEPARTEMENT DE LA SEINE-MARITIME", GestionEngagement="true"
    ),
    files.structure(LILLE, "COMMUNE DE LILLE", GestionServiceEngagement="true"),
)
SERVICES = (
    files.service(AUBE, "DIR-CULTURE", "Direction de la culture", GestionEGMT="true"),
    files.service(AUBE, "MEDIATHEQUE", "Mediatheque departementale"),
    files.service(LILLE, "BIBLIO", "Bibliotheques municipales"),
)


def changed(rows, key, **columns):
    """The same rows, one of them changed; found by its SIRET or its code."""
    return [
        {**row, **columns} if key in (row.get("Code"), row["Identifiant"]) else row
        for row in rows
    ]


def without(rows, key):
    """The same rows without one, found by its SIRET or its code."""
    return [row for row in rows if key not in (row.get("Code"), row["Identifiant"])]


class DirectoryCase(ChorusCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        boss = new_test_user(
            cls.env,
            "boss",
            groups="account.group_account_manager,base.group_system",
            company_id=cls.company.id,
            company_ids=[cls.company.id],
        )
        # What the job tells is in the language of whoever it tells.
        (boss + cls.claire).lang = "en_US"
        cls.imports = cls.shop["l10n_fr_chorus.import"].with_user(boss)
        # The demonstration's answers are older than any file of these tests.
        cls.structures.checked_at = "2020-01-01"

    def load(self, bodies=BODIES, services=SERVICES, content=None, **values):
        """Upload a file and let the job do its work; loaded at once by default."""
        content = content or files.csv_zip(bodies, services)
        one = self.imports.create(
            {"file": base64.b64encode(content), "to_confirm": False, **values}
        )
        one.action_read()
        self.run_job()
        return one

    def run_job(self, model="l10n_fr_chorus.import", method="_work"):
        """One round of the directory's scheduled job."""
        with self.worker() as env:
            getattr(env[model], method)()
        self.env.invalidate_all()

    def body(self, siret):
        return self.env["l10n_fr_chorus.structure"].search(
            [("siret", "=", siret), ("company_id", "=", False)]
        )

    def codes(self, siret):
        """The active codes of a body."""
        return set(self.body(siret).service_ids.filtered("active").mapped("code"))
