"""Lines of bank statements, in each bank's own frame: tuned on since measured."""
# ruff: noqa: E501 - labels as long as a bank prints them

from .bank import Case, due

TOWN, OTHER, THIRD = "21990010700018", "21990011500011", "24990002800013"
SCHOOL, COLLEGE, UNIV = "19990202400017", "19990303000015", "19990101800010"
STATE, HOSPITAL = "11990001700011", "26990003100015"

A = due(1, "F2026-00042", "100.10", TOWN)
B = due(2, "F2026-00051", "50.05", TOWN)
C = due(3, "F2026-00060", "75.00", OTHER)
D = due(4, "F2026-00061", "75.00", THIRD)
M1 = due(1, "F2026-00042", "100.10", TOWN, payment="1532", ordered="2026-11-20")
M2 = due(2, "F2026-00051", "50.05", TOWN, payment="1533", ordered="2026-11-20")
M3 = due(3, "F2026-00060", "75.00", OTHER, payment="88", ordered="2026-11-18")

CASES = [
    # ---- each bank's frame
    Case(
        "sg",
        "VIR RECU 9600123456 DE: SGC AUBREMONT MOTIF: MDT 1532 F2026-00042 REF: NOTPROVIDED",
        "100.10",
        [A, B, C],
        [(1,)],
    ),
    Case(
        "bnp-vide",
        "VIR SEPA RECU /DE SGC AUBREMONT /MOTIF /REF F202600051",
        "50.05",
        [A, B, C],
        [(2,)],
    ),
    Case(
        "lcl",
        "VIREMENT SGC AUBREMONT FACT F2026 00042 ET F2026 00051",
        "150.15",
        [A, B, C],
        [(1, 2)],
    ),
    Case(
        "credit-mutuel",
        "VIR SGC AUBREMONT MANDAT 1533 EX 2026",
        "50.05",
        [M1, M2, M3],
        [(2,)],
    ),
    Case(
        "caisse-epargne",
        "VIR SEPA TRESORERIE AUBREMONT F2026-00042/F2026-00051",
        "150.15",
        [A, B, C],
        [(1, 2)],
    ),
    Case(
        "credit-agricole",
        "VIREMENT EN VOTRE FAVEUR SGC AUBREMONT F-2026-00060",
        "75.00",
        [A, B, C, D],
        [(3,)],
    ),
    Case(
        "banque-postale",
        "VIREMENT DE SGC AUBREMONT REFERENCE : 2026 MDT 00001532",
        "100.10",
        [M1, M2, M3],
        [(1,)],
    ),
    Case(
        "banque-populaire",
        "EVI SGC AUBREMONT F2026-00051 MT 50,05 EUR",
        "50.05",
        [A, B, C],
        [(2,)],
    ),
    Case(
        "coupe-31",
        "VIR TRESORERIE AUBREMONT F2026-0",
        "100.10",
        [A, B, C],
        [(1,)],
        known=[TOWN],
    ),
    Case(
        "coupe-sans-payeur",
        "VIR SEPA RECU /DE /MOTIF F2026-000",
        "100.10",
        [A, B, C],
        [],
    ),
    Case(
        "deux-lignes",
        "VIR SGC AUBREMONT MDT 1532\nF2026-00\n042",
        "100.10",
        [A, B, C],
        [(1,)],
    ),
    Case("reference-a-part", ("VIR SEPA", "F2026-00042"), "100.10", [A, B, C], [(1,)]),
    # ---- mandates
    Case(
        "plusieurs-mandats",
        "SGC AUBREMONT MDT 1532 1533 EX 2026",
        "150.15",
        [M1, M2, M3],
        [(1, 2)],
    ),
    Case(
        "plusieurs-mandats-mots",
        "SGC AUBREMONT MANDATS 1532, 1533 ET 1540",
        "150.15",
        [M1, M2, M3],
        [(1, 2)],
    ),
    Case("mandat-barre", "DDFIP MANDAT N°1532/2026", "100.10", [M1, M2, M3], [(1,)]),
    Case(
        "mandat-annee-devant",
        "SGC AUBREMONT MDT 2026-1532",
        "100.10",
        [M1, M2, M3],
        [(1,)],
    ),
    Case("mandat-colle", "SGC AUBREMONT MDT1532 BJ72", "100.10", [M1, M2, M3], [(1,)]),
    Case(
        "mandat-de-deux-ans",
        "SGC MANDAT 1532",
        "60.00",
        [
            due(
                1,
                "F2025-00009",
                "60.00",
                TOWN,
                payment="1532",
                ordered="2025-11-20",
                on="2025-10-01",
            ),
            due(2, "F2026-00042", "60.00", TOWN, payment="1532", ordered="2026-11-20"),
        ],
        [(1,), (2,)],
    ),
    Case(
        "mandat-de-deux-budgets",
        "SGC MANDAT 1532 EX 2026",
        "60.00",
        [
            due(1, "F2026-00041", "80.00", TOWN, payment="1532", ordered="2026-11-20"),
            due(2, "F2026-00042", "60.00", TOWN, payment="1532", ordered="2026-11-20"),
        ],
        [(2,)],
    ),
    Case(
        "mandat-de-deux-budgets-egaux",
        "SGC MANDAT 1532 EX 2026",
        "60.00",
        [
            due(1, "F2026-00041", "60.00", TOWN, payment="1532", ordered="2026-11-20"),
            due(2, "F2026-00042", "60.00", TOWN, payment="1532", ordered="2026-11-20"),
        ],
        [(1,), (2,)],
    ),
    Case(
        "mandat-de-janvier",
        "SGC MANDAT 9532 EX 2026",
        "60.00",
        [
            due(1, "F2026-00990", "60.00", TOWN, payment="9532", ordered="2027-01-14"),
        ],
        [(1,)],
        on="2027-01-25",
    ),
    Case(
        "mandat-de-l-an-passe",
        "SGC MANDAT 1532 EX 2026",
        "60.00",
        [
            due(
                1,
                "F2025-00042",
                "60.00",
                TOWN,
                payment="1532",
                ordered="2025-06-20",
                on="2025-05-01",
            ),
        ],
        [],
    ),
    Case(
        "mandat-autre-montant",
        "SGC MANDAT 1532 EX 2026",
        "90.10",
        [M1, M2, M3],
        [(1,)],
        certain=False,
    ),
    # ---- the State
    Case(
        "dp-collee",
        "VIR DRFIP OCCITANIE DP8100012345",
        "70.00",
        [
            due(1, "FAC/1", "70.00", STATE, payment="8100012345"),
            due(2, "FAC/2", "70.00", STATE, payment="8100012346"),
        ],
        [(1,)],
    ),
    Case(
        "dp-en-mots",
        "DRFIP IDF DEMANDE DE PAIEMENT 8100012346",
        "70.00",
        [
            due(1, "FAC/1", "70.00", STATE, payment="8100012345"),
            due(2, "FAC/2", "70.00", STATE, payment="8100012346"),
        ],
        [(2,)],
    ),
    Case(
        "dp-nue",
        "DRFIP IDF 8100012346 CHORUS",
        "70.00",
        [
            due(1, "FAC/1", "70.00", STATE, payment="8100012345"),
            due(2, "FAC/2", "70.00", STATE, payment="8100012346"),
        ],
        [(2,)],
    ),
    Case(
        "ej",
        "VIR CBCM FINANCES EJ 1400123459",
        "30.00",
        [
            due(1, "FAC/2026/00011", "30.00", STATE, refs=["1400123459"]),
            due(2, "FAC/2026/00012", "30.00", STATE, refs=["1400123450"]),
        ],
        [(1,)],
    ),
    Case(
        "ej-de-trois",
        "DRFIP EJ1400123459",
        "50.00",
        [
            due(1, "FAC/2026/00011", "30.00", STATE, refs=["1400123459"]),
            due(2, "FAC/2026/00012", "20.00", STATE, refs=["1400123459"]),
            due(3, "FAC/2026/00013", "45.00", STATE, refs=["1400123459"]),
        ],
        [(1, 2)],
    ),
    # ---- numbers
    Case(
        "prefixe",
        "SGC F2026-12",
        "20.00",
        [
            due(1, "F2026-1", "20.00", TOWN),
            due(2, "F2026-12", "20.00", TOWN),
        ],
        [(2,)],
    ),
    Case(
        "colle-au-mot", "SGC AUBREMONT F202600042MDT1532", "100.10", [A, B, C], [(1,)]
    ),
    Case(
        "suite-de-numeros",
        "SGC FACTURES 42 43 ET 51",
        "30.00",
        [
            due(1, "42", "10.00", TOWN),
            due(2, "43", "10.00", TOWN),
            due(3, "51", "10.00", TOWN),
            due(4, "4", "10.00", TOWN),
        ],
        [(1, 2, 3)],
    ),
    Case(
        "date-pour-commande",
        "SGC AUBREMONT VIREMENT DU 2026-11-27",
        "12.00",
        [
            due(1, "F2026-00042", "12.50", TOWN, refs=["2026-11"]),
        ],
        [],
    ),
    Case(
        "zeros-omis",
        "SGC AUBREMONT FACTURE F2026-42",
        "100.10",
        [A, B, C],
        [(1,)],
        known=[TOWN],
        certain=False,
    ),
    Case(
        "numero-dans-iban",
        "VIR SEPA FR76 1007 1990 0000 0010 0000 144 LIVRES",
        "12.00",
        [
            due(1, "F2026-00042", "12.00", TOWN, refs=["10071990"]),
        ],
        [],
    ),
    Case(
        "commande-d-universite",
        "AGENT COMPTABLE UNIV BASSE LANDE 4500123458 4500123459",
        "130.00",
        [
            due(1, "F2026-00011", "80.00", UNIV, refs=["4500123458"]),
            due(2, "F2026-00012", "50.00", UNIV, refs=["4500123459"]),
        ],
        [(1, 2)],
    ),
    Case(
        "ecole-par-commande",
        "AC LYC TILLEULS BC 2026-000128 CLG DU PONT",
        "60.00",
        [
            due(1, "F2026-00011", "60.00", SCHOOL, refs=["2026-000128"]),
            due(2, "F2026-00012", "60.00", COLLEGE, refs=["2026-000129"]),
        ],
        [(1,)],
    ),
    Case("siret", f"VIR SGC {TOWN[:9]} {TOWN[9:]}", "50.05", [A, B, C], [(2,)]),
    # ---- amounts
    Case(
        "avoir",
        "SGC AUBREMONT",
        "1240.05",
        [
            due(1, "F2026-00042", "1280.05", TOWN),
            due(2, "A2026-00003", "-40.00", TOWN),
        ],
        [(1, 2)],
        known=[TOWN],
        certain=False,
    ),
    Case(
        "avoir-non-nomme",
        "SGC AUBREMONT F2026-00042",
        "1240.05",
        [
            due(1, "F2026-00042", "1280.05", TOWN),
            due(2, "A2026-00003", "-40.00", TOWN),
        ],
        [(1, 2)],
        certain=False,
    ),
    Case(
        "liste-coupee",
        "SGC AUBREMONT F2026-00042 F2026-00051 F2026-0",
        "162.15",
        [
            A,
            B,
            due(5, "F2026-00063", "12.00", TOWN),
            due(6, "F2026-00064", "14.00", TOWN),
        ],
        [(1, 2, 5)],
        certain=False,
    ),
    Case(
        "penalites",
        "SGC AUBREMONT F2026-00042 PENALITES 5,00",
        "95.10",
        [A, B, C],
        [(1,)],
        certain=False,
    ),
    Case(
        "interets",
        "SGC AUBREMONT F2026-00042 IM",
        "103.37",
        [A, B, C],
        [(1,)],
        certain=False,
    ),
    Case(
        "interets-seuls",
        "SGC AUBREMONT INTERETS MORATOIRES MDT 1600",
        "40.00",
        [due(1, "F2026-00042", "40.00", TOWN)],
        [],
        known=[TOWN],
    ),
    Case(
        "opposition",
        "SGC AUBREMONT F2026-00042 OPPOSITION TRESOR",
        "60.10",
        [A, B, C],
        [(1,)],
        certain=False,
    ),
    Case(
        "indemnite",
        "SGC AUBREMONT F2026-00042 F2026-00051",
        "230.15",
        [A, B, C],
        [(1, 2)],
        certain=False,
    ),
    Case(
        "deux-corps-meme-montant",
        "SGC AUBREMONT",
        "75.00",
        [A, B, C, D],
        [(3,), (4,)],
        known=[TOWN, OTHER, THIRD],
    ),
    Case(
        "un-seul-connu",
        "SGC AUBREMONT",
        "75.00",
        [A, B, C, D],
        [(3,)],
        known=[TOWN, OTHER],
    ),
    Case("payeur-inconnu", "VIR SEPA RECU DE MARTIN PAUL", "75.00", [A, B, C, D], []),
    Case("debit", "PRLV DGFIP F2026-00042", "-100.10", [A, B, C], []),
    # ---- no customer's money
    Case(
        "tva",
        "VIR DGFIP REMBT CREDIT TVA 10 2026",
        "75.00",
        [A, B, C],
        [],
        known=[OTHER],
    ),
    Case(
        "degrevement", "DRFIP DEGREVT CFE 2026", "75.00", [A, B, C], [], known=[OTHER]
    ),
    Case(
        "impots",
        "DGFIP FINANCES PUBLIQUES 1P06700 RESTITUTION IS",
        "75.00",
        [A, B, C],
        [],
        known=[OTHER],
    ),
    Case(
        "sie",
        "VIR SIE ROUEN EST TAXE SUR LES SALAIRES",
        "75.00",
        [A, B, C],
        [],
        known=[OTHER],
    ),
    Case(
        "paie",
        "VIR DRFIP NORMANDIE PAYE NOVEMBRE 2026",
        "75.00",
        [A, B, C],
        [],
        known=[OTHER],
    ),
    Case("pension", "VIR DRFIP PENSION ETAT", "75.00", [A, B, C], [], known=[OTHER]),
    Case(
        "apprenti",
        "VIR ASP AGENCE COMPTABLE AIDE APPRENTI",
        "75.00",
        [A, B, C],
        [],
        known=[OTHER],
    ),
    Case("asp-muette", "VIR ASP AGENCE COMPTABLE", "75.00", [A, B, C], []),
    Case(
        "subvention",
        "SGC AUBREMONT SUBVENTIONS ASSO",
        "75.00",
        [A, B, C],
        [],
        known=[OTHER],
    ),
    Case(
        "cnl",
        "VIR AGENT COMPTABLE CNL AIDE A LA LIBRAIRIE",
        "75.00",
        [A, B, C],
        [],
        known=[OTHER],
    ),
    Case(
        "aide-sociale",
        "SGC AUBREMONT CCAS AIDE SOCIALE F2026-00060",
        "75.00",
        [A, B, C],
        [(3,)],
    ),
]
