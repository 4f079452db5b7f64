"""Lines kept apart: measured, nothing was changed for their sake."""
# ruff: noqa: E501 - labels as long as a bank prints them

from .bank import Case, due

TOWN, OTHER, STATE, UNIV, CH = (
    "21090601600013", "21090602400017", "11000906100014", "19090604900019", "26090605500012"
)  # fmt: skip

A = due(1, "INV/2026/00871", "310.40", TOWN, refs=["PLH-2026-014", "26PLH014"])
B = due(2, "INV/2026/00872", "18.00", TOWN, refs=["PLH-77", "26PLH077"])
C = due(3, "INV/2026/00873", "18.00", OTHER)
D = due(4, "RINV/2026/00012", "-18.00", TOWN)
S = due(5, "INV/2026/00880", "84.00", STATE, payment="0008123456", refs=["1412345000"])
U = due(6, "INV/2026/00881", "120.00", UNIV, refs=["4500888777"])
ALL = [A, B, C, S, U]

CASES = [
    Case("inv-espaces", "VIR SEPA SGC HAUTMONT INV 2026 00871", "310.40", ALL, [(1,)]),
    Case(
        "inv-colle",
        "VIREMENT RECU DE SGC HAUTMONT INV202600871INV202600872",
        "328.40",
        ALL,
        [(1, 2)],
    ),
    Case(
        "avoir-colle",
        "SGC HAUTMONT RINV202600012 INV202600871",
        "292.40",
        [A, B, C, D],
        [(1, 4)],
    ),
    Case(
        "avoir-tu",
        "SGC HAUTMONT INV/2026/00871",
        "292.40",
        [A, C, D],
        [(1, 4)],
        certain=False,
    ),
    Case("dp-zeros", "DRFIP OCCITANIE DP N° 8123456", "84.00", ALL, [(5,)]),
    Case(
        "ej-label",
        "VIR DDFIP ARIEGE CHORUS EJ 1412345000 TRIBUNAL",
        "84.00",
        ALL,
        [(5,)],
    ),
    Case("sap", "UNIV DU HAUT AGENT COMPTABLE CDE 4500 888 777", "120.00", ALL, [(6,)]),
    Case(
        "facture-tronquee",
        "VIR SGC HAUTMONT FACT INV/2026/0",
        "18.00",
        ALL,
        [(2,)],
        known=[TOWN],
    ),
    Case(
        "deux-bourgs",
        "VIR SGC HAUTMONT FACT INV/2026/0",
        "18.00",
        ALL,
        [(2,), (3,)],
        known=[TOWN, OTHER],
    ),
    Case(
        "mandats-tirets",
        "SGC HAUTMONT MDT 2026-101 2026-102",
        "30.00",
        [
            due(
                1, "INV/2026/00900", "10.00", TOWN, payment="101", ordered="2026-11-19"
            ),
            due(
                2, "INV/2026/00901", "20.00", TOWN, payment="102", ordered="2026-11-19"
            ),
            due(
                3, "INV/2026/00902", "30.00", TOWN, payment="103", ordered="2026-11-19"
            ),
        ],
        [(1, 2)],
    ),
    Case(
        "mandat-n-o",
        "PAIERIE DEPARTEMENTALE MANDAT NO 55 DU 20/11/2026",
        "42.00",
        [
            due(1, "INV/2026/00900", "42.00", TOWN, payment="55", ordered="2026-11-20"),
            due(2, "INV/2026/00901", "42.00", TOWN, payment="20", ordered="2026-11-20"),
        ],
        [(1,)],
    ),
    Case(
        "mandat-et-montant",
        "SGC HAUTMONT MDT 55 42,00 EUR",
        "42.00",
        [
            due(1, "INV/2026/00900", "42.00", TOWN, payment="55", ordered="2026-11-20"),
            due(2, "INV/2026/00901", "42.00", TOWN, payment="42", ordered="2026-11-20"),
        ],
        [(1,)],
    ),
    Case(
        "bordereau-seul",
        "SGC HAUTMONT BORD 55 EX 2026",
        "42.00",
        [
            due(1, "INV/2026/00900", "42.00", TOWN, payment="55", ordered="2026-11-20"),
        ],
        [(1,)],
        certain=False,
    ),
    Case(
        "interets",
        "SGC HAUTMONT INV/2026/00871 INTERETS MORATOIRES",
        "314.02",
        ALL,
        [(1,)],
        certain=False,
    ),
    Case(
        "satd", "SGC HAUTMONT SATD INV/2026/00871", "210.40", ALL, [(1,)], certain=False
    ),
    Case(
        "remboursement-livres",
        "MAIRIE DE PRADES REMBOURSEMENT INV/2026/00872",
        "18.00",
        ALL,
        [],
    ),
    Case(
        "ehpad",
        "SGC HAUTMONT MAISON DE RETRAITE",
        "18.00",
        [B, A],
        [(2,)],
        known=[TOWN],
        certain=False,
    ),
    Case("tva-credit", "DRFIP CREDIT DE TVA 3T 2026", "18.00", ALL, [], known=[TOWN]),
    Case(
        "aide-cnl",
        "CENTRE NATIONAL DU LIVRE AGENT COMPTABLE SUBVENTION VAL",
        "18.00",
        ALL,
        [],
        known=[TOWN],
    ),
    Case(
        "region-aide",
        "REGION OCCITANIE PAIERIE REGIONALE AIDE PASS RELANCE",
        "18.00",
        ALL,
        [],
    ),
    Case(
        "salaire",
        "SGC HAUTMONT SALAIRE 11/2026 MME BEL",
        "18.00",
        ALL,
        [],
        known=[TOWN],
    ),
    Case("particulier-montant", "VIR INST MME BEL ANNE", "18.00", ALL, []),
    Case("siret-espace", "SGC HAUTMONT 210 906 016 00013", "310.40", ALL, [(1,)]),
    Case("trop", "SGC HAUTMONT INV/2026/00871", "350.40", ALL, [(1,)], certain=False),
]
