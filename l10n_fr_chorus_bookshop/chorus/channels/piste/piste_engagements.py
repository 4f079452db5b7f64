"""Engagements of the State, over Chorus Pro's API (no public Swagger; OCA's use of it).

The platform has none of other bodies.
"""

from .http import Transport


def knows(transport: Transport, siret: str, number: str) -> bool:
    """Tell whether the platform has this engagement; see `Piste.knows_engagement`."""
    body = {
        "structureReceptriceEngagementJuridique": siret,
        "numeroEngagementJuridique": number,
        "etatCourantEngagementJuridique": "COMMANDE",
    }
    answer = transport.post("engagementsJuridiques/v1/rechercher", body)
    return any(
        row.text("numeroEngagementJuridique") == number
        for row in answer.many("listeEngagementJuridique")
    )
