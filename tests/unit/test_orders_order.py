"""A form says the same whatever the order of its blocks and what stands between."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chorus import orders
from chorus.orders.page import page
from orders_corpus.form import isbn, siret, spaced

TOWN = siret(21990010)
BLOCKS = {
    "order": ("Bon de commande n°", "2026-00417"),
    "engagement": ("N° d'engagement", "26D001532"),
    "siret": ("SIRET de facturation", spaced(TOWN)),
    "service": ("Code service", "CULT-01"),
    "market": ("Marché n°", "25LIV-07"),
    "date": ("Date de commande", "12/03/2026"),
}
EXPECTED = {
    "order": "2026-00417",
    "engagement": "26D001532",
    "siret": TOWN,
    "service": "CULT-01",
    "market": "25LIV-07",
    "date": "2026-03-12",
}
WAYS = ("{0} : {1}", "{0} {1}", "{0}          {1}", "{0}\n{1}")
NOISE = (
    "Tél. 05 99 00 12 34 poste 0003",
    "Fax : 05 99 00 12 35 - mairie@exemple.fr",
    "Place du Marché - 99100 AUBREMONT",
    "L'acte d'engagement est joint, sans engagement de notre part.",
    "Un lot de 30 livres, valable jusqu'au 31/12/2026",
    "Votre devis D-77 du 04/01/2026",
    "Livraison avant le 30/04/2026",
    "IBAN FR76 1007 1990 0000 0010 0000 144 - BIC TRPUFRP1",
    "TVA intracommunautaire FR35219900107 - APE 8411Z",
    "CPV 22113000-5 - UAI 0990202Z - FINESS 990000012",
    "Fournisseur n° 104512 - code client 41100567",
    f"{isbn(7)}     Le vent des dunes     3     14,90",
    "Total TTC : 1 234,56 €",
    "Page 1/2",
    "Toute facture doit être déposée sur Chorus Pro.",
    "Affaire suivie par Mme Martin",
    "",
)
blocks = st.permutations(list(BLOCKS)).flatmap(
    lambda names: st.tuples(
        st.just(names),
        st.lists(st.sampled_from(WAYS), min_size=len(names), max_size=len(names)),
        st.lists(
            st.lists(st.sampled_from(NOISE), max_size=2),
            min_size=len(names),
            max_size=len(names),
        ),
    )
)


def written(drawn):
    names, ways, noises = drawn
    for name, way, noise in zip(names, ways, noises, strict=True):
        yield from way.format(*BLOCKS[name]).split("\n")
        yield from noise


@given(blocks)
@settings(max_examples=100, deadline=None)
def test_neither_order_nor_noise_changes_what_is_read(drawn):
    rows = list(written(drawn))
    reading = orders.read([page(rows, 1)])
    assert reading.values() == EXPECTED
    assert reading == orders.read([page(rows, 1)])


@given(st.lists(st.sampled_from(NOISE), max_size=12))
@settings(max_examples=60, deadline=None)
def test_noise_alone_says_nothing(rows):
    assert orders.read([page(rows, 1)]).values() == {}


@given(blocks, st.integers(0, 12))
@settings(max_examples=60, deadline=None)
def test_two_columns_are_two_columns(drawn, shift):
    names, ways, _noises = drawn
    cells = [
        way.format(*BLOCKS[name])
        for name, way in zip(names, ways, strict=True)
        if "\n" not in way
    ]
    half = (len(cells) + 1) // 2
    right = [*cells[half:], ""]
    rows = [
        f"{one:<{64 + shift}}{other}"
        for one, other in zip(cells[:half], right, strict=False)
    ]
    values = orders.read([page(rows, 1)]).values()
    kept = {name for name, way in zip(names, ways, strict=True) if "\n" not in way}
    assert values == {name: EXPECTED[name] for name in EXPECTED if name in kept}
