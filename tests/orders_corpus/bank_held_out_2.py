"""The last lines kept apart: measured, nothing was changed for their sake."""

from .bank import Case, due

T, O = "21380011800013", "21380012600016"
a = due(
    1,
    "FV/26/00451",
    "64.20",
    T,
    payment="2231",
    ordered="2026-11-18",
    refs=["HB-26-0091"],
)
b = due(
    2,
    "FV/26/00452",
    "35.80",
    T,
    payment="2232",
    ordered="2026-11-18",
    refs=["HB260012"],
)
c = due(3, "FV/26/00453", "35.80", O, refs=["26AS00412"])
d = due(4, "AV/26/00009", "-5.00", T)
A = [a, b, c, d]
CASES = [
    Case("1", "VIR SEPA SGC HAUTBOURG FV/26/00451", "64.20", A, [(1,)]),
    Case(
        "2",
        "VIR RECU DE: TRESORERIE HAUTBOURG MOTIF: FV2600452 REF: X",
        "35.80",
        A,
        [(2,)],
    ),
    Case("3", "SGC HAUTBOURG MANDATS 2231 2232 EXERCICE 2026", "100.00", A, [(1, 2)]),
    Case("4", "SGC HAUTBOURG MDT 2026/2231", "64.20", A, [(1,)]),
    Case(
        "5",
        "SGC HAUTBOURG FV/26/00451 FV/26/00452 AV/26/00009",
        "95.00",
        A,
        [(1, 2, 4)],
    ),
    Case("6", "SGC HAUTBOURG FV/26/00451 ET 452", "100.00", A, [(1, 2)], certain=False),
    Case("7", "DDFIP ISERE COMMANDE 26AS00412", "35.80", A, [(3,)]),
    Case("8", "SGC HAUTBOURG", "35.80", A, [(2,), (3,)], known=[T, O]),
    Case("9", "SGC HAUTBOURG", "59.20", A, [(1, 4)], known=[T], certain=False),
    Case(
        "10", "DRFIP RHONE ALPES REMBOURSEMENT EXCEDENT TVA", "35.80", A, [], known=[T]
    ),
    Case("11", "VIR PAIE NOV SGC HAUTBOURG", "35.80", A, [], known=[T]),
    Case("12", "VIR MME DURAND", "35.80", A, []),
    Case(
        "13", "SGC HAUTBOURG FV/26/0045", "64.20", A, [(1,)], known=[T], certain=False
    ),
    Case("14", "SGC HAUTBOURG BC HB-26-0091", "64.20", A, [(1,)]),
    Case(
        "15",
        "SGC HAUTBOURG FV/26/00451 +40 EUR INDEMNITE",
        "104.20",
        A,
        [(1,)],
        certain=False,
    ),
    Case("16", "AGENCE COMPTABLE UNIV DES ALPES FV 26 00453", "35.80", A, [(3,)]),
    Case(
        "17",
        "SGC HAUTBOURG MANDAT 2231 EX 2025",
        "64.20",
        A,
        [(1,)],
        known=[T],
        certain=False,
    ),
    Case("18", "CAF ISERE ALLOCATION", "35.80", A, [], known=[T]),
    Case(
        "19",
        "VIR SGC HAUTBOURG 380011800013",
        "64.20",
        A,
        [(1,)],
        known=[T],
        certain=False,
    ),
    Case("20", "REMISE CHEQUES 3", "100.00", A, []),
]
