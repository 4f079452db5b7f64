"""R5: a customer that is probably public is never taken for private without a word."""

import pytest

from chorus.rules.recipient import is_probable


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
        ("", "Région Normandie"),
        ("", "Département de la Seine-Maritime"),
        ("", "Préfecture de police"),
        ("", "Sous-préfecture de Dieppe"),
        ("", "Mairie Elbeuf"),
        ("", "Hôtel de Ville de Rouen"),
        ("", "Médiathèque de Vernon"),
        ("", "Bibliothèque nationale de France"),
        ("", "Archives départementales de l'Eure"),
        ("", "Groupe scolaire Jules-Ferry"),
        ("", "École Jules-Ferry"),
        ("", "École nationale supérieure d'art"),
        ("", "IUT d'Évreux"),
        ("", "Eurométropole de Strasbourg"),
        ("", "Agglo Seine-Eure"),
        ("", "Hôtel du Département"),
        ("", "Centre communal d'action sociale"),
        ("", "Caisse des écoles du 10e"),
        ("", "Direction départementale des territoires"),
        ("", "DRAC Normandie"),
        ("", "DSDEN 76"),
        ("", "Tribunal judiciaire d'Évreux"),
        ("", "Maison d'arrêt de Rouen"),
        ("", "Chambre d'agriculture de l'Eure"),
        ("", "Collectivité européenne d'Alsace"),
        ("", "SIVOM du Vexin"),
        ("", "CNRS Délégation Normandie"),
        ("", "Établissement public foncier"),
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
        ("", "Librairie du Lycée"),
        ("", "Pharmacie de l'Hôpital"),
        ("", "Association des amis de la bibliothèque municipale"),
        ("", "Amicale du collège Pasteur"),
        ("", "Auto-école Jules Ferry"),
        ("", "École de conduite du Centre"),
        ("", "Hôtel de la Préfecture"),
        ("", "Régional Express"),
        ("", "Crèche Les Poussins"),
    ],
)
def test_nothing_says_so(siret, name):
    assert not is_probable(siret, name)
