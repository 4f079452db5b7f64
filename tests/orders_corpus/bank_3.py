"""Lines of statements whose numbers look like one another."""
# ruff: noqa: E501 - labels as long as a bank prints them

from .bank import Case, due

T, O = "21990010700018", "21990011500011"
a = due(1, "2026-0012", "120.00", T)
b = due(2, "2026-0013", "80.00", T)
c = due(3, "2026-0120", "80.00", O)
ALL = [a, b, c]
N = [due(1, "20260012", "120.00", T), due(2, "20260013", "80.00", T)]
V = [due(1, "VE/2026/0031", "45.00", T), due(2, "VE/2026/0310", "45.00", O)]
K = [due(1, "F12", "45.00", T), due(2, "F120", "45.00", O), due(3, "F1", "45.00", O)]
CASES = [
    Case(
        "du",
        "VIR SEPA RECU /DE TRESORERIE X /MOTIF FACTURE N 2026-0012 DU 01/10/2026 /REF 0012345",
        "120.00",
        ALL,
        [(1,)],
    ),
    Case(
        "lower", "vir sgc de l'estuaire réf facture n°2026-0013", "80.00", ALL, [(2,)]
    ),
    Case("et", "SGC FACT 2026-0012 ET 2026-0013", "200.00", ALL, [(1, 2)]),
    Case("slash", "SGC 2026-0012/2026-0013", "200.00", ALL, [(1, 2)]),
    Case("glued num", "SGC FACTURES 20260012 20260013", "200.00", ALL, [(1, 2)]),
    Case(
        "glued num2",
        "SGC 2026001220260013",
        "200.00",
        ALL,
        [(1, 2)],
        known=[T],
        certain=False,
    ),
    Case("num8", "DDFIP 20260012", "120.00", N, [(1,)]),
    Case(
        "num8 date",
        "DDFIP VIREMENT 20261127",
        "120.00",
        N,
        [(1,)],
        known=[T],
        certain=False,
    ),
    Case(
        "num in amount",
        "SGC 20260013,00",
        "120.00",
        N,
        [(1,)],
        known=[T],
        certain=False,
    ),
    Case("ve", "SGC VE 2026 31", "45.00", V, [(1,), (2,)], known=[T, O]),
    Case("ve2", "SGC VE20260310", "45.00", V, [(2,)]),
    Case("f12 fact", "SGC FACT F120", "45.00", K, [(2,)]),
    Case("f1", "SGC FACTURE F1", "45.00", K, [(3,)]),
    Case(
        "f12 in word", "SGC REF12 LIVRES", "45.00", K, [(1,), (2,), (3,)], known=[T, O]
    ),
    Case(
        "tri",
        "MANDAT 1532 FACTURE 2026-0012 120,00 EUR",
        "120.00",
        [due(1, "2026-0012", "120.00", T, payment="1532", ordered="2026-11-20"), b, c],
        [(1,)],
    ),
    Case(
        "mandat contradictoire",
        "MANDAT 1532 EX 2026 FACTURE 2026-0013",
        "80.00",
        [
            due(1, "2026-0012", "80.00", T, payment="1532", ordered="2026-11-20"),
            due(2, "2026-0013", "80.00", T, payment="1533", ordered="2026-11-20"),
        ],
        [(2,)],
    ),
    Case("sum two", "SGC", "200.00", ALL, [(1, 2)], known=[T], certain=False),
    Case("sum across bodies", "SGC", "280.00", ALL, [], known=[T, O]),
    Case(
        "neg subset",
        "SGC",
        "40.00",
        [due(1, "2026-0012", "120.00", T), due(2, "A2026-001", "-80.00", T)],
        [(1, 2)],
        known=[T],
        certain=False,
    ),
    Case(
        "only credit",
        "SGC 2026-0012",
        "120.00",
        [due(2, "A2026-001", "-80.00", T)],
        [],
        known=[T],
    ),
    Case(
        "mandate word only",
        "SGC MANDAT",
        "80.00",
        [b],
        [(2,)],
        known=[T],
        certain=False,
    ),
    Case(
        "future invoice",
        "SGC 2026-0012",
        "120.00",
        [due(1, "2026-0012", "120.00", T, on="2026-12-05")],
        [],
        known=[T],
    ),
    Case(
        "siret partial", "SGC 219900107", "80.00", [b], [(2,)], known=[T], certain=False
    ),
    Case(
        "siret two invoices",
        "SGC 21990010700018",
        "200.00",
        ALL,
        [(1, 2)],
        certain=False,
    ),
    Case("siret no sum", "SGC 21990010700018", "75.00", ALL, [(1, 2)], certain=False),
    Case(
        "penalty",
        "SGC 2026-0012 2026-0013 PENALITES DE RETARD",
        "190.00",
        ALL,
        [(1, 2)],
        certain=False,
    ),
    Case(
        "iban nobody",
        "VIREMENT",
        "45.00",
        [due(1, "F9", "45.00", T)],
        [],
        account="FR7630004000031234567890143",
    ),
    Case("recette", "RECETTE DES FINANCES 2026-0120", "80.00", ALL, [(3,)]),
    Case("crous", "VIR CROUS NORMANDIE FACT 2026-0012", "120.00", ALL, [(1,)]),
    Case("double pay", "SGC 2026-0012", "240.00", ALL, [(1,)], certain=False),
    Case("rounding", "SGC 2026-0012", "120.01", ALL, [(1,)], certain=False),
    Case(
        "amount twice",
        "SGC",
        "80.00",
        [b, due(5, "2026-0014", "80.00", T)],
        [(2,), (5,)],
        known=[T],
    ),
]
