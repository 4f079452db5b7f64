"""More forms: the set once kept apart, tuned on since it was measured."""

from .form import Form, hyphened, isbn, siret, spaced

TOWN = siret(21550201)
SYNDICATE = siret(25550202)
HOSPITAL = siret(26550203)
SCHOOL = siret(19550204)
STATE = siret(11550205)
REGION = siret(23550206)
US = "990 123 457 00014"

B = [isbn(number, "978299993") for number in range(300, 360)]

FORMS = [
    Form(
        "ville-grille",
        f"""
        Ville de Meuvaux                        |  BON DE COMMANDE
        Place Ducale - 55000 MEUVAUX            |  Numéro : MV26-3307
        SIRET {spaced(TOWN)}                    |  Date : 23/03/2026
                                                |  Engagement : 2026/3307/LIV
        Fournisseur                             |  Code service : 
        LIBRAIRIE DES DEUX RIVES                |
        Siret : {US}

        Adresse de livraison : Maison des associations, 55000 MEUVAUX
        Désignation                       Code ISBN            Quantité      Total
        Fables                            {B[0]}        3             27,00
        Légendes                          {B[1]}        1             14,00
        """,
        {
            "order": "MV26-3307",
            "date": "2026-03-23",
            "engagement": "2026/3307/LIV",
            "siret": TOWN,
            "place": "Maison des associations, 55000 MEUVAUX",
        },
        {B[0]: 3, B[1]: 1},
    ),
    Form(
        "syndicat",
        f"""
        SYNDICAT MIXTE DES COTEAUX
        Commande : SMC-26-014 - le 02/06/2026
        Siret du syndicat : {spaced(SYNDICATE)}
        Numéro d'engagement à porter sur la facture : SMC26014
        Merci de nous faire parvenir :
        - {B[2]} Vignes et vins, 2 ex.
        - {hyphened(B[3])} Le pressoir, 5 ex.
        """,
        {
            "order": "SMC-26-014",
            "date": "2026-06-02",
            "siret": SYNDICATE,
            "engagement": "SMC26014",
        },
        {B[2]: 2, B[3]: 5},
    ),
    Form(
        "hopital-tableau-de-tete",
        f"""
        HÔPITAL DES COTEAUX

        N° COMMANDE       DATE CDE        N° MARCHÉ        FOURNISSEUR
        HC260778          11.03.2026      24HC0031         401122

        SIRET : {HOSPITAL}
        Livrer à : Bibliothèque des patients

        QTE   REF              DESIGNATION
        1     {B[4]}    Mandalas
        6     {B[5]}    Mots croisés
        """,
        {
            "order": "HC260778",
            "date": "2026-03-11",
            "market": "24HC0031",
            "siret": HOSPITAL,
            "place": "Bibliothèque des patients",
        },
        {B[4]: 1, B[5]: 6},
        draw="columns",
    ),
    Form(
        "ecole-manuscrit",
        f"""
        École élémentaire des Coteaux
        Commande pour la rentrée
        Payeur : mairie de Meuvaux, SIRET {TOWN}, service ECO2
        n° d'engagement 2026/ECO/118
        {B[6]} (28)
        {B[7]} (28)
        """,
        {"siret": TOWN, "service": "ECO2", "engagement": "2026/ECO/118"},
        {B[6]: 28, B[7]: 28},
    ),
    Form(
        "etat-defense",
        f"""
        ÉTABLISSEMENT DES COTEAUX
        Engagement juridique n° 1400 321 987
        SE : D5500017
        SIRET (acheteur) : {STATE}
        Fait à Meuvaux le 15/01/2026
        {B[8]}    Géographie militaire    Qté : 1
        """,
        {
            "engagement": "1400321987",
            "service": "D5500017",
            "siret": STATE,
            "date": "2026-01-15",
        },
        {B[8]: 1},
    ),
    Form(
        "region-mail",
        f"""
Bonjour,
Ci-dessous les éléments pour Chorus :
SIRET = {REGION}
code service = LYC-OUEST
EJ = R26LYC0099
BC = R26-BC-0099
Marché = 2024R118

{B[9]};2
{B[10]};3
        """,
        {
            "siret": REGION,
            "service": "LYC-OUEST",
            "engagement": "R26LYC0099",
            "order": "R26-BC-0099",
            "market": "2024R118",
        },
        {B[9]: 2, B[10]: 3},
        kind="eml",
        subject="Eléments de facturation",
    ),
    Form(
        "college-docx",
        f"""
Collège des Coteaux - UAI 0550204C
BON DE COMMANDE | N° 26-45
Date | 12 mai 2026
Siret | {spaced(SCHOOL)}
Engagement | 26-45-CDI
Titre | Auteur | ISBN | Nombre
Rivières | Lune | {B[11]} | 30
        """,
        {
            "order": "26-45",
            "date": "2026-05-12",
            "siret": SCHOOL,
            "engagement": "26-45-CDI",
        },
        {B[11]: 30},
        kind="docx",
    ),
    Form(
        "panier-xlsx",
        f"""
N° panier|EAN|Titre|Auteur|Éditeur|Qté commandée|Prix
P9|{B[12]}|Un|A|E|1|10,5
P9|{B[13]}|Deux|B|E|2|11
P9|{B[14]}|Trois|C|E|1|9,9
        """,
        {},
        {B[12]: 1, B[13]: 2, B[14]: 1},
        kind="xlsx",
    ),
]
