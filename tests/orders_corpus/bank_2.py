"""Lines of statements once kept apart, tuned on since they were measured."""
# ruff: noqa: E501 - labels as long as a bank prints them

from .bank import Case, due

TOWN, OTHER, UNIV = "21670501500010", "21670502300013", "13067050400016"
STATE, LYCEE, CH = "11000670600015", "19670506500012", "26670505200017"

A = due(1, "2026/FA/0310", "245.10", TOWN, refs=["VF26-0451", "26VF0451"])
B = due(2, "2026/FA/0311", "54.90", TOWN, refs=["VF26-0452", "26VF0452"])
C = due(3, "2026/FA/0312", "54.90", OTHER, refs=["M26-7"])
D = due(4, "2026/FA/0031", "80.00", OTHER)
S1 = due(5, "2026/FA/0400", "61.20", STATE, payment="8000456123", refs=["1410777888"])
S2 = due(6, "2026/FA/0401", "61.20", STATE, payment="8000456124", refs=["1410777889"])
ALL = [A, B, C, D, S1, S2]

CASES = [
    Case(
        "sg-motif",
        "VIR RECU 0426801234S DE: SGC VALFROID MOTIF: FACTURE 2026/FA/0310 REF: 2026-MDT-00412",
        "245.10",
        ALL,
        [(1,)],
    ),
    Case("lcl-inst", "VIR SEPA SGC VALFROID 2026FA0311", "54.90", ALL, [(2,)]),
    Case(
        "cic",
        "VIR VALFROID SGC 2026 FA 310",
        "245.10",
        ALL,
        [(1,)],
        known=[TOWN],
        certain=False,
    ),
    Case(
        "bnp-plein",
        "VIR SEPA RECU /DE SERVICE DE GESTION COMPTABLE VALFROID /MOTIF 2026/FA/0310 2026/FA/0311 /REF 000004512",
        "300.00",
        ALL,
        [(1, 2)],
    ),
    Case("commandes", "SGC VALFROID BC VF26-0451 VF26-0452", "300.00", ALL, [(1, 2)]),
    Case("engagement", "DDFIP BAS-RHIN ENGAGEMENT 26VF0452", "54.90", ALL, [(2,)]),
    Case(
        "commande-courte",
        "SGC VALFROID BC M26-7",
        "54.90",
        ALL,
        [(3,)],
        known=[TOWN, OTHER],
    ),
    Case(
        "numero-inverse",
        "SGC VALFROID 0310/FA/2026",
        "245.10",
        ALL,
        [(1,)],
        known=[TOWN],
        certain=False,
    ),
    Case(
        "facture-d-un-autre",
        "SGC VALFROID FACTURE 2026/FA/0999",
        "245.10",
        ALL,
        [(1,)],
        known=[TOWN],
        certain=False,
    ),
    Case(
        "virement-en-nombre",
        "VIR DRFIP GRAND EST DP 8000456123 8000456124",
        "122.40",
        ALL,
        [(5, 6)],
    ),
    Case("dp-autre", "VIR DRFIP GRAND EST DP 8000456199", "61.20", ALL, [(5,), (6,)]),
    Case("ej-point", "CBCM MIN FROID EJ:1410777889", "61.20", ALL, [(6,)]),
    Case(
        "payeur-a-part",
        "VIREMENT RECU",
        "245.10",
        ALL,
        [(1,)],
        known=[TOWN],
        payer="SGC VALFROID",
        certain=False,
    ),
    Case(
        "iban-du-tresor",
        "VIREMENT RECU 2026/FA/0311",
        "54.90",
        ALL,
        [(2,)],
        account="FR76 1007 1670 0000 0010 0000 144",
    ),
    Case("prefixe-zero", "SGC VALFROID FACTURE 2026/FA/0031", "80.00", ALL, [(4,)]),
    Case(
        "deux-mandats-deux-villes",
        "SGC MANDATS 412 ET 88 EX 2026",
        "125.00",
        [
            due(1, "2026/FA/0310", "50.00", TOWN, payment="412", ordered="2026-11-20"),
            due(2, "2026/FA/0312", "75.00", OTHER, payment="88", ordered="2026-11-20"),
        ],
        [(1, 2)],
    ),
    Case(
        "mandat-deux-points",
        "SGC VALFROID MANDAT:0000412 BORD:33 EXER:2026",
        "50.00",
        [
            due(1, "2026/FA/0310", "50.00", TOWN, payment="412", ordered="2026-11-20"),
            due(2, "2026/FA/0312", "50.00", OTHER, payment="413", ordered="2026-11-20"),
        ],
        [(1,)],
    ),
    Case(
        "mandat-slash-bordereau",
        "TRESORERIE MDT 412/33",
        "50.00",
        [
            due(1, "2026/FA/0310", "50.00", TOWN, payment="412", ordered="2026-11-20"),
            due(2, "2026/FA/0312", "50.00", OTHER, payment="413", ordered="2026-11-20"),
        ],
        [(1,)],
    ),
    Case(
        "trop-percu",
        "DDFIP REMBOURSEMENT TROP PERCU TAXE FONCIERE",
        "54.90",
        ALL,
        [],
        known=[TOWN, OTHER],
    ),
    Case("caf", "VIR CAF DU BAS RHIN PRESTATIONS", "54.90", ALL, []),
    Case(
        "urssaf", "VIR URSSAF ALSACE REMBT COTISATIONS", "54.90", ALL, [], known=[TOWN]
    ),
    Case("cpam", "VIR CPAM 67 IJ", "54.90", ALL, [], known=[TOWN]),
    Case(
        "solde-paye",
        "DRFIP GRAND EST TRAITEMENTS NOV 2026",
        "54.90",
        ALL,
        [],
        known=[TOWN],
    ),
    Case("pret", "VIR REGION FROIDE PRET REBOND", "54.90", ALL, []),
    Case("client-particulier", "VIR M DUPONT LIVRES VALFROID", "54.90", ALL, []),
    Case("carte", "REMISE CB 2711 54,90", "54.90", ALL, []),
    Case(
        "avoir-nomme",
        "SGC VALFROID 2026/FA/0310 AVOIR 2026/AV/0004",
        "205.10",
        [A, due(9, "2026/AV/0004", "-40.00", TOWN)],
        [(1, 9)],
    ),
    Case(
        "acompte",
        "SGC VALFROID 2026/FA/0310 ACOMPTE 50 PCT",
        "122.55",
        ALL,
        [(1,)],
        certain=False,
    ),
    Case("frais", "SGC VALFROID 2026/FA/0310", "285.10", ALL, [(1,)], certain=False),
    Case(
        "regie",
        "REGIE MEDIATHEQUE VALFROID",
        "54.90",
        ALL,
        [(2,), (3,)],
        known=[TOWN, OTHER],
    ),
    Case(
        "hors-delai",
        "SGC VALFROID",
        "54.90",
        [due(1, "2026/FA/0311", "54.90", TOWN, ordered="2026-03-01", on="2026-02-01")],
        [],
        known=[TOWN],
    ),
    Case(
        "lycee-ac",
        "AGENT COMPTABLE LYCEE DU FROID 26-000417",
        "90.00",
        [
            due(1, "2026/FA/0500", "90.00", LYCEE, refs=["26-000417"]),
            due(2, "2026/FA/0501", "90.00", LYCEE, refs=["26-000418"]),
        ],
        [(1,)],
    ),
]
