"""R5: a customer that is probably public is never taken for private without a word."""

import pytest

from chorus.rules.public import is_probable


@pytest.mark.parametrize(
    ("siret", "name"),
    [
        ("217 600 002 00019", ""),
        ("11000201100044", "Quelqu'un"),
        ("", "Commune de Saint-Étienne-du-Rouvray"),
        ("", "MAIRIE D'ELBEUF"),
        ("", "Ville de Rouen"),
        ("", "Lycée Pierre-Corneille"),
        ("", "C.H.U. - CHU de Rouen"),
        ("", "Communauté d'agglomération Seine-Eure"),
        ("", "Bibliothèque départementale de l'Aube"),
        ("", "Conseil départemental du Calvados"),
    ],
)
def test_probably_public(siret, name):
    assert is_probable(siret, name)


@pytest.mark.parametrize(
    ("siret", "name"),
    [
        ("552 100 554 00013", "Peugeot"),
        ("", "Marie Dupont"),
        ("", "Librairie de la Mairie"),
        ("", "Villeneuve Transports"),
        ("12", ""),
        ("", ""),
        ("", "Café du Théâtre, Ville-d'Avray"),
    ],
)
def test_nothing_says_so(siret, name):
    assert not is_probable(siret, name)
