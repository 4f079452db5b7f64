"""More forms: the second set kept apart, tuned on since it was measured."""

from .form import Form, html_table, hyphened, isbn, siret, spaced

VILLE, VILLE_2 = siret(21880017), siret(21880029)
AGGLO = siret(24880033)
DEPT = siret(22880001)
EHPAD = siret(26880019)
UNIV = siret(13880007)
LYCEE = siret(19880041)
STATE = siret(17880003)
PARC = siret(25880021)
US = "99012345700014"

B = [isbn(number, "978299991") for number in range(100, 160)]

FORMS = [
    Form(
        "ville-bandeau",
        f"""
        BON DE COMMANDE  N° 26-04471                               Exercice 2026
        ----------------------------------------------------------------------------
        MAIRIE DE SAULNE                     Destinataire
        Service culture                      LIBRAIRIE DES DEUX RIVES
        88100 SAULNE                         8 quai des Libraires
        SIRET {spaced(VILLE)}                76000 ROUEN

        N° engagement     Code service     Imputation         Date
        2026-ENG-4471     CULTURE          321-6065-CULT      17/03/2026

        Livrer à : Bibliothèque, 2 rue Basse, 88100 SAULNE
        Code article       Désignation               Qté     Prix unitaire
        {B[0]}      Les eaux vives              2            14,22
        {B[1]}      Le moulin                   1            18,96
        Total TTC                                             50,00
        """,
        {
            "order": "26-04471",
            "siret": VILLE,
            "engagement": "2026-ENG-4471",
            "service": "CULTURE",
            "date": "2026-03-17",
            "place": "Bibliothèque, 2 rue Basse, 88100 SAULNE",
        },
        {B[0]: 2, B[1]: 1},
    ),
    Form(
        "ville-pied-de-page",
        f"""
        VILLE DE MONTSAULNE
        Commande de livres n° 2026/LIV/18 du 8 mai 2026

        {B[2]}     5     Album jeunesse
        {B[3]}     2     Documentaire
        {B[4]}     2     Roman

        Facture à déposer sur https://chorus-pro.gouv.fr avec :
        - identifiant destinataire : {VILLE_2}
        - code service : (aucun)
        - engagement juridique : MS2026L18
        """,
        {
            "order": "2026/LIV/18",
            "date": "2026-05-08",
            "siret": VILLE_2,
            "engagement": "MS2026L18",
        },
        {B[2]: 5, B[3]: 2, B[4]: 2},
        draw="words",
    ),
    Form(
        "agglo-accord-cadre",
        f"""
        AGGLOMÉRATION DES TROIS SOURCES
        Marché subséquent n° 2025-AC-14/MS3           Lot n° 4
        Bon de commande : 14-MS3-0092
        Réf. engagement : TS260092
        Date du bon de commande : 19.06.2026
        N° SIRET : {spaced(AGGLO, ".")}
        Code service facturation : LP-01
        Point de livraison : Réseau de lecture, quai B
        EAN                Titre               Nb
        {hyphened(B[5])}   Sources             3
        {hyphened(B[6])}   Fontaines           3
        """,
        {
            "market": "2025-AC-14/MS3",
            "lot": "4",
            "order": "14-MS3-0092",
            "engagement": "TS260092",
            "date": "2026-06-19",
            "siret": AGGLO,
            "service": "LP-01",
            "place": "Réseau de lecture, quai B",
        },
        {B[5]: 3, B[6]: 3},
        draw="columns",
    ),
    Form(
        "departement-archives",
        f"""
        DÉPARTEMENT DES SOURCES - ARCHIVES DÉPARTEMENTALES
        Bon de commande interne n° AD26-117               Édité le 03/11/2026
        Engagement comptable n° : 88-2026-01177
        Siret du Département : {DEPT}
        Tiers : 44120 LIBRAIRIE DES DEUX RIVES (SIRET {US})
        Adresse de livraison
        Archives départementales
        4 impasse du Marché-Neuf
        88000 SOURCES
        Nos réf. : AD/BIB/117        Vos réf. : devis DV-2026-5
        1 exemplaire de {B[7]} Sceaux et chartes
        """,
        {
            "order": "AD26-117",
            "date": "2026-11-03",
            "engagement": "88-2026-01177",
            "siret": DEPT,
            "place": (
                "Archives départementales, 4 impasse du Marché-Neuf, 88000 SOURCES"
            ),
        },
        {B[7]: 1},
    ),
    Form(
        "ehpad",
        f"""
        RÉSIDENCE LES SOURCES - EHPAD PUBLIC          FINESS 880000199
        SIRET : {EHPAD}
        Cde n° 000451            le 14/01/2026
        Livres en gros caractères
        Qté  1   ISBN {B[8]}    La colline
        Qté  1   ISBN {B[9]}    Le verger
        Livraison : accueil, avant 17 h
        """,
        {
            "siret": EHPAD,
            "order": "000451",
            "date": "2026-01-14",
            "place": "accueil",
        },
        {B[8]: 1, B[9]: 1},
    ),
    Form(
        "universite-anglais",
        f"""
        UNIVERSITÉ DES SOURCES                PURCHASE ORDER / BON DE COMMANDE
        SIRET {spaced(UNIV)}                  PO number: 4500664422
        Site : www.exemple.fr                 Date: 2026-10-05
        Le n° de commande tient lieu de n° d'engagement sur Chorus Pro.
        Code service : BU_SCIENCES
        Item   Material       Description        Qty    Price
        10     {B[10]}  Algebra            4      35,00
        20     {B[11]}  Topology           4      42,00
        """,
        {
            "siret": UNIV,
            "order": "4500664422",
            "engagement": "4500664422",
            "date": "2026-10-05",
            "service": "BU_SCIENCES",
        },
        {B[10]: 4, B[11]: 4},
    ),
    Form(
        "lycee-manuels",
        f"""
        CITÉ SCOLAIRE DES SOURCES (0880041B)
        BON DE COMMANDE N° 2026-00312 - Engagement juridique 2026-312
        du 30/06/2026 - Siret 
        {LYCEE}
        MANUELS SCOLAIRES - RENTRÉE 2026
        Nb      EAN 13             Titre                     Éditeur
        120     {B[12]}      Maths 2de                 Bocage
        118     {B[13]}      Physique 2de              Bocage
        4       {B[14]}      Maths 2de, professeur     Bocage
        """,
        {
            "order": "2026-00312",
            "date": "2026-06-30",
            "engagement": "2026-312",
            "siret": LYCEE,
        },
        {B[12]: 120, B[13]: 118, B[14]: 4},
    ),
    Form(
        "etat-region-academique",
        f"""
        RECTORAT DES SOURCES
        Commande n° 1400222333 (EJ)                    Date de création : 21/09/2026
        Service exécutant D8800012                     Centre de coûts RECSRC088
        Siret {spaced(STATE)}
        Adresse de livraison : Canopé, 1 rue Neuve, 88000 SOURCES
        Adresse de facturation : CSP des Sources, dématérialisée
        {B[15]}  Vocabulaire   Quantité : 2
        """,
        {
            "order": "1400222333",
            "engagement": "1400222333",
            "date": "2026-09-21",
            "service": "D8800012",
            "siret": STATE,
            "place": "Canopé, 1 rue Neuve, 88000 SOURCES",
        },
        {B[15]: 2},
    ),
    Form(
        "mail-court",
        f"""
Bonjour, ok pour la commande. EJ n°SRC26-77, SIRET {VILLE}, service JEUNESSE.
{B[16]} x10
Merci, bonne journée
        """,
        {"engagement": "SRC26-77", "siret": VILLE, "service": "JEUNESSE"},
        {B[16]: 10},
        kind="eml",
        subject="Livres pour le 15/12/2026",
    ),
    Form(
        "mail-html-paragraphes",
        f"<p>Madame,</p><p>Bon de commande n&deg; <b>PNR-26-041</b> du "
        f"11/02/2026<br>Num&eacute;ro d'engagement : <b>PNR26041</b><br>SIRET : "
        f"{PARC}</p>"
        + html_table(
            [["Livre", "EAN", "Qté"], ["Flore", B[17], "12"], ["Faune", B[18], "12"]]
        ),
        {
            "order": "PNR-26-041",
            "date": "2026-02-11",
            "engagement": "PNR26041",
            "siret": PARC,
        },
        {B[17]: 12, B[18]: 12},
        kind="html",
        subject="Commande",
    ),
    Form(
        "odt-tableau",
        f"""
Bibliothèque de Saulne
Numéro de bon de commande | BIB-2026-5
Numéro d'engagement juridique | 26BIB005
SIRET de la commune | {spaced(VILLE)}
Service (code) | LECT1
Lieu de livraison | 2 rue Basse, 88100 SAULNE
Titre | ISBN | Ex.
Le ruisseau | {B[19]} | 1
La source | {hyphened(B[20])} | 2
        """,
        {
            "order": "BIB-2026-5",
            "engagement": "26BIB005",
            "siret": VILLE,
            "service": "LECT1",
            "place": "2 rue Basse, 88100 SAULNE",
        },
        {B[19]: 1, B[20]: 2},
        kind="odt",
    ),
    Form(
        "classeur-deux-onglets",
        f"""
Panier|P-2026-8||
Éditeur|Titre|Gencod|Quantité|PPTTC
Bocage|Un|{B[21]}|2|10
Bocage|Deux|{B[22]}|1|12,5
\f
Titre|Gencod|Quantité
Trois|{B[23]}|7
        """,
        {},
        {B[21]: 2, B[22]: 1, B[23]: 7},
        kind="xlsx",
    ),
]
