"""More forms: the third set kept apart, tuned on since it was measured."""
# ruff: noqa: E501 - rows as wide as a page

from .form import Form, html_table, hyphened, isbn, siret, spaced

VILLE, VILLE_2 = siret(21770101), siret(21770102)
CC = siret(24770103)
DEPT = siret(22770104)
CH = siret(26770105)
UNIV = siret(19770106)
LYCEE = siret(19770107)
STATE = siret(11770108)
EPL = siret(48770109)
US = "990 123 457 00014"

B = [isbn(number, "978299992") for number in range(200, 260)]

FORMS = [
    Form(
        "ville-trois-colonnes",
        f"""
        MAIRIE DE CLAIREVAL          SERVICE FINANCES             FOURNISSEUR
        1 place Haute                finances@exemple.fr          LIBRAIRIE DES DEUX RIVES
        77000 CLAIREVAL              05 99 77 00 01               SIRET {US}

        Bon de commande n° CLV/2026/0912      Émis le : 9 juin 2026
        Engagement n° : CLV2026ENG0912        Code service : ADULTES
        SIRET : {spaced(VILLE)}               Marché n° : 25CLV07

        Lieu de livraison            Contact
        Médiathèque Colette          Mme Roy
        15 rue du Canal              05 99 77 00 09
        77000 CLAIREVAL

        ISBN              Auteur         Titre                    Qté    PU TTC
        {B[0]}     A. Vert        Le canal                 1      18,00
        {B[1]}     B. Bleu        Les écluses              2      16,50
        {B[2]}     C. Gris        Péniches                 1      22,00
        """,
        {
            "order": "CLV/2026/0912",
            "date": "2026-06-09",
            "engagement": "CLV2026ENG0912",
            "service": "ADULTES",
            "siret": VILLE,
            "market": "25CLV07",
            "place": "Médiathèque Colette, 15 rue du Canal, 77000 CLAIREVAL",
        },
        {B[0]: 1, B[1]: 2, B[2]: 1},
    ),
    Form(
        "ville-engagement-seul",
        f"""
        COMMUNE DE FONTCLAIRE
        Bon d'engagement n° 770/26 du 04/02/2026
        A l'ordre de : LIBRAIRIE DES DEUX RIVES
        N° SIRET commune : {VILLE_2}
        Montant engagé : 125,40 EUR
        4 ex {B[3]}
        1 ex {B[4]}
        Cachet et signature
        """,
        {"engagement": "770/26", "date": "2026-02-04", "siret": VILLE_2},
        {B[3]: 4, B[4]: 1},
    ),
    Form(
        "communaute",
        f"""
        COMMUNAUTÉ DE COMMUNES DES CANAUX
        Réseau de lecture publique

        Commande N°        Du              Engagement N°       Service
        CCC-2026-77        12/09/2026      26-001177           RLP1

        Destinataire de la facture                  Destinataire de la livraison
        CC des Canaux                               Bibliothèque de Bief
        SIRET {CC}                        2 quai Nord, 77100 BIEF

        Titre                 EAN               Quantité
        Halage                {B[5]}     2
        Chemins               {B[6]}     2
        TOTAL                                   4
        """,
        {
            "order": "CCC-2026-77",
            "date": "2026-09-12",
            "engagement": "26-001177",
            "service": "RLP1",
            "siret": CC,
            "place": "Bibliothèque de Bief, 2 quai Nord, 77100 BIEF",
        },
        {B[5]: 2, B[6]: 2},
        draw="columns",
    ),
    Form(
        "departement-phrase",
        f"""
        Conseil départemental des Canaux

        Monsieur,
        J'ai l'honneur de vous passer commande des livres suivants, au titre du
        marché n° 2025DC0081, lot n° 2, sous l'engagement n° 26DC004410.
        {B[7]} : 3 exemplaires
        {B[8]} : 1 exemplaire
        Vous adresserez votre facture par Chorus Pro au SIRET {DEPT}
        en rappelant le numéro d'engagement et le code service BDP.

        Clairval, le 1er octobre 2026
        """,
        {
            "market": "2025DC0081",
            "lot": "2",
            "engagement": "26DC004410",
            "siret": DEPT,
            "service": "BDP",
            "date": "2026-10-01",
        },
        {B[7]: 3, B[8]: 1},
        draw="words",
        font="Times-Roman",
        size=11,
    ),
    Form(
        "hopital-pharmacie",
        f"""
        C.H. DES CANAUX    DSE - Cellule marchés       SIRET : {spaced(CH)}
        BON DE COMMANDE    N° 2600123456               DATE : 02.02.2026
        MARCHÉ N° 26-A-0007        FOURNISSEUR N° 90412
        ADRESSE DE LIVRAISON : IFSI, 4 rue de l'Écluse, 77000 CLAIREVAL
        LIG  REFERENCE        LIBELLE                      QTE    P.U.
        01   {B[9]}    SOINS INFIRMIERS             10     25,00
        02   {B[10]}    CALCULS DE DOSES              8     12,00
        Facture : Chorus Pro, engagement 2600123456
        """,
        {
            "siret": CH,
            "order": "2600123456",
            "date": "2026-02-02",
            "market": "26-A-0007",
            "place": "IFSI, 4 rue de l'Écluse, 77000 CLAIREVAL",
            "engagement": "2600123456",
        },
        {B[9]: 10, B[10]: 8},
        font="Courier",
        size=8,
    ),
    Form(
        "universite-bdc",
        f"""
        UNIVERSITÉ DES CANAUX - SERVICE COMMUN DE DOCUMENTATION
        BDC 4500123999 du 3 mars 2026
        N° SIRET : {UNIV}      TVA intra : FR 12 197701063
        Code service à rappeler : SCD01
        Livraison à : BU Sciences, 5 allée des Platanes
        {hyphened(B[11])} ; Optique ; 2 ; 45,00
        {hyphened(B[12])} ; Acoustique ; 1 ; 39,00
        """,
        {
            "order": "4500123999",
            "date": "2026-03-03",
            "siret": UNIV,
            "service": "SCD01",
            "place": "BU Sciences, 5 allée des Platanes",
        },
        {B[11]: 2, B[12]: 1},
    ),
    Form(
        "etat-service-facturier",
        f"""
        DIRECTION RÉGIONALE DES CANAUX
        BON DE COMMANDE
        N° d'engagement juridique Chorus     1400999888
        Code du service exécutant            FAC8877066
        SIRET à utiliser                     {STATE}
        Demandeur                            Bureau des archives
        Date de commande                     24/11/2026
        Date de livraison souhaitée          15/12/2026
        Quantité   Désignation                 Réf. ISBN
        2          Manuel d'archivistique      {B[13]}
        1          Dictionnaire des sceaux     {B[14]}
        """,
        {
            "engagement": "1400999888",
            "service": "FAC8877066",
            "siret": STATE,
            "date": "2026-11-24",
        },
        {B[13]: 2, B[14]: 1},
    ),
    Form(
        "mail-libre",
        f"""
Bonjour Madame,

Nous prenons {B[15]} (2 exemplaires) et {B[16]} (1 exemplaire).
Le bon de commande porte le n° CLV/2026/0950 ; le numéro d'engagement est CLV26E950.
SIRET de la mairie : {spaced(VILLE)}

Bien cordialement
L. Roy
Médiathèque Colette - 05 99 77 00 09
        """,
        {"order": "CLV/2026/0950", "engagement": "CLV26E950", "siret": VILLE},
        {B[15]: 2, B[16]: 1},
        kind="eml",
        subject="Commande médiathèque",
    ),
    Form(
        "mail-html-liste",
        "<p>Références de facturation :</p><ul>"
        f"<li>Siret&nbsp;: {spaced(EPL)}</li><li>Code service&nbsp;: N/A</li>"
        "<li>N&deg; engagement&nbsp;: EPL-2026-033</li></ul>"
        + html_table([["Réf.", "Nbre"], [B[17], "15"], [B[18], "5"]]),
        {"order": "2026-033", "siret": EPL, "engagement": "EPL-2026-033"},
        {B[17]: 15, B[18]: 5},
        kind="html",
        subject="BC n°2026-033 - livres",
    ),
    Form(
        "lycee-word",
        f"""
LYCÉE DES CANAUX
SIRET {LYCEE} - UAI 0770107Z
Bon de commande n° 2026000455 du 15/06/2026
Engagement n° 2026000455
EAN13 | Titre | Qté | PU
{B[19]} | Histoire 1re | 35 | 24,50
{B[20]} | Anglais 1re | 35 | 26,00
Livraison au CDI, du lundi au vendredi
        """,
        {
            "siret": LYCEE,
            "order": "2026000455",
            "date": "2026-06-15",
            "engagement": "2026000455",
            "place": "CDI, du lundi au vendredi",
        },
        {B[19]: 35, B[20]: 35},
        kind="docx",
    ),
    Form(
        "liste-du-libraire",
        f"""
Commande mairie de Claireval
Date;12/05/2026

Auteur;Titre;EAN;Prix;Qté
Vert;Le canal;{B[21]};18,00;1
Bleu;Les écluses;{B[22]};16,50;3
;;TOTAL;;4
        """,
        {"date": "2026-05-12"},
        {B[21]: 1, B[22]: 3},
        kind="csv",
    ),
    Form(
        "ville-mot-a-mot",
        f"""
        VILLE DE CLAIREVAL
        Bon de commande n° CLV-26-501 du 02/11/2026
        Engagement n° 26CLV501
        SIRET : {spaced(VILLE)}
        """,
        {
            "order": "CLV-26-501",
            "date": "2026-11-02",
            "engagement": "26CLV501",
            "siret": VILLE,
        },
        draw="words",
    ),
]
