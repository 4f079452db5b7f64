"""What each sale of the story will become."""

import os

MODULE = "l10n_fr_chorus_bookshop"
CHANNEL = os.environ.get("BOOKSHOP_CHANNEL", "piste")
# What each sale will become on the platform: customer, service, engagement, end state,
# reason. The engagement is how the simulator recognises the invoice.
SALES = [
    ("partner_seine_maritime", "", "EJ-76-2026-0114", "MISE_EN_PAIEMENT", ""),
    ("partner_seine_maritime", "", "EJ-76-2026-0115", "REJETEE", "EJ_ERR"),
    ("partner_aube", "MEDIATHEQUE", "10-CULT-4471", "MISE_EN_PAIEMENT", ""),
    ("partner_aube", "DIR-CULTURE", "10-CULT-4472", "SUSPENDUE", "LIVR_INCOMP"),
    ("partner_aube", "DIR-CULTURE", "10-CULT-4473", "SUSPENDUE", "LIVR_INCOMP"),
    ("partner_lille", "BIBLIO", "", "MANDATEE", ""),
    ("partner_lille", "", "LIL-26-0093", "SERVICE_FAIT", ""),
    ("partner_lyon", "", "", "COMPTABILISEE", ""),
    ("partner_chu_bordeaux", "", "", "MISE_A_DISPOSITION", ""),
    ("partner_etat", "SFACETAT", "", "EN_COURS_ACHEMINEMENT", ""),
    ("partner_qualification_none", "", "", "MISE_A_DISPOSITION_COMPTABLE", ""),
    ("partner_qualification_engagement", "", "EJ-Q-1", "A_RECYCLER", "SE_ERR"),
    ("partner_qualification_service", "SERVICE_DEST_SERV_OBL", "", "COMPLETEE", ""),
    (
        "partner_qualification_both",
        "SERVICE_DEST_SERV_EJ_OBL",
        "EJ-Q-2",
        "EN_ATTENTE_DE_VISA",
        "",
    ),
]
# What some ends become on other roads: an approved platform recycles nothing, knows no
# visa, and its own forwarding comes before the arrival.
ENDS = {
    "approved": {
        "A_RECYCLER": "REJETEE",
        "EN_COURS_ACHEMINEMENT": "MISE_A_DISPOSITION",
        "EN_ATTENTE_DE_VISA": "PRISE_EN_COMPTE_DESTINATAIRE",
    }
}.get(CHANNEL, {})
# The sale whose references are read on the body's order form.
READ_ORDER = "10-CULT-4471"
# The engagement that the département gives once it has refused the wrong one, and the
# suspended sale whose missing delivery note is added.
WRONG_ENGAGEMENT, RIGHT_ENGAGEMENT = "EJ-76-2026-0115", "EJ-76-2026-0151"
TO_COMPLETE = "10-CULT-4473"
