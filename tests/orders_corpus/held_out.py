"""Forms kept apart: measured before anything was mended for their sake."""
# ruff: noqa: E501 - rows as wide as a page

from .form import Form, html_table, hyphened, isbn, siret, spaced

VILLE, VILLE_2 = siret(21590701), siret(21590702)
CC = siret(24590703)
DEPT = siret(22590704)
REGION = siret(20005970)
STATE = siret(11000159)
UNIV = siret(13005970)
CH = siret(26590705)
LYCEE = siret(19590706)
COLLEGE = siret(19590707)
PNR = siret(25590708)
US = "990 123 457 00014"

B = [isbn(number, "978291000") for number in range(700, 800)]

FORMS = [
    Form(
        "ville-registre",
        f"""
                                     VILLE DE BASSEVILLE
        Service émetteur : Médiathèque              Bon de commande n°  26/MED/00093
        Dossier suivi par : Zoé Lens                Du  :  09/04/2026
        Téléphone : 03.59.00.00.01                  Engagement n°  :  D260093

        FOURNISSEUR : LIBRAIRIE DES DEUX RIVES, 8 quai des Libraires, 76000 ROUEN
        FACTURATION : Ville de Basseville, SIRET {VILLE}, code service MEDIA01
        LIVRAISON : Médiathèque Marguerite, 12 rue du Canal, 59100 BASSEVILLE

        Titre                       Auteur         EAN                  Nb      Prix
        Le fleuve                   A. Ster        {B[0]}        1       18,50
        L'écluse                    B. Lys         {B[1]}        3       9,20
        Montant total                                                           46,10
        """,
        {
            "order": "26/MED/00093",
            "date": "2026-04-09",
            "engagement": "D260093",
            "siret": VILLE,
            "service": "MEDIA01",
            "place": "Médiathèque Marguerite, 12 rue du Canal, 59100 BASSEVILLE",
        },
        {B[0]: 1, B[1]: 3},
    ),
    Form(
        "cc-pied",
        f"""
        Communauté de communes du Bas
        COMMANDE            CCB-2026-0012
        DATE                16/02/2026
        {hyphened(B[2])}     Atlas du Bas          2
        {hyphened(B[3])}     Guide du Bas          2
        Facturation : dématérialisée, via Chorus Pro.
        SIRET : {CC} / Code service : CCB-LECT / N° EJ : 2026CCB0012
        """,
        {
            "order": "CCB-2026-0012",
            "date": "2026-02-16",
            "siret": CC,
            "service": "CCB-LECT",
            "engagement": "2026CCB0012",
        },
        {B[2]: 2, B[3]: 2},
    ),
    Form(
        "departement-deux-bons",
        f"""
        Département du Bas                                SIRET {spaced(DEPT)}
        BON DE COMMANDE N° DB26-7701
        Ce bon remplace le bon de commande DB26-7688 émis le 03/05/2026
        Émis le 12/05/2026
        Engagement : DB26E7701 (ancien engagement : DB26E7688)
        {B[4]}  Dentelles     Qté 2
        """,
        {"siret": DEPT, "order": "DB26-7701"},
        {B[4]: 2},
    ),
    Form(
        "region-annexe",
        f"""
        RÉGION DU BAS                  Annexe au bon de commande n° RB-2026-551
        Marché 2025RB0044 lot 5        Date d'édition : 22/06/2026
        Bénéficiaire : Lycée du Bas - SIRET {LYCEE}
        À facturer à : Région du Bas - SIRET {REGION}
        Numéro d'engagement : 2026-RB-551
        EAN               Titre              Qté demandée     Qté accordée
        {B[5]}     Manuel 1           40               36
        {B[6]}     Manuel 2           40               40
        """,
        {
            "order": "RB-2026-551",
            "market": "2025RB0044",
            "lot": "5",
            "date": "2026-06-22",
            "siret": REGION,
            "engagement": "2026-RB-551",
        },
        {B[5]: 40, B[6]: 40},
    ),
    Form(
        "etat-courrier",
        f"""
        Direction interrégionale du Bas
        Lille, le 5 janvier 2026
        Réf. : DIR/2026/12
        Objet : commande de livres - EJ n° 1413000999
        Je vous prie de bien vouloir livrer : 2 exemplaires du titre {B[7]} et 1 exemplaire du titre {B[8]}.
        Vous adresserez la facture par Chorus Pro (SIRET {STATE}, service exécutant DIR0590059).
        """,
        {
            "date": "2026-01-05",
            "engagement": "1413000999",
            "siret": STATE,
            "service": "DIR0590059",
        },
        {B[7]: 2, B[8]: 1},
    ),
    Form(
        "universite-deux-pages",
        f"""
        Université du Bas          BON DE COMMANDE 4500610610          Date 30/09/2026
        SIRET {UNIV}
        Numéro d'engagement à renseigner dans Chorus Pro : 4500610610
        Code service : SCD59
        1    {B[9]}    Sociologie       2
        2    {B[10]}    Ethnologie       1
        3    {B[11]}    Démographie      1
        \f
        Université du Bas          BON DE COMMANDE 4500610610          Page 2
        4    {B[12]}    Géographie       1
        Total : 5 ex.
        Conditions générales d'achat
        Toute livraison doit rappeler le bon de commande n° 4500000000.
        Siège : SIRET {siret(77559070)}
        """,
        {
            "order": "4500610610",
            "date": "2026-09-30",
            "siret": UNIV,
            "engagement": "4500610610",
            "service": "SCD59",
        },
        {B[9]: 2, B[10]: 1, B[11]: 1, B[12]: 1},
    ),
    Form(
        "hopital-mail",
        f"""
Bonjour,

Commande n° HB26-0331
N° de marché : 25HB007
Livraison à la bibliothèque du CH, bâtiment C
Facturation : SIRET {CH} - engagement HB260331 - pas de code service

{B[13]} x 2
{B[14]} x 1

Bonne réception
Service achats - CH du Bas - 03 59 00 11 22
        """,
        {
            "order": "HB26-0331",
            "market": "25HB007",
            "place": "la bibliothèque du CH, bâtiment C",
            "siret": CH,
            "engagement": "HB260331",
        },
        {B[13]: 2, B[14]: 1},
        kind="eml",
        subject="commande HB26-0331",
    ),
    Form(
        "college-tableau-html",
        html_table(
            [
                ["Collège du Bas", "BON DE COMMANDE"],
                ["SIRET", COLLEGE],
                ["N°", "2026-31-B"],
                ["Date", "6 octobre 2026"],
                ["Engagement", "31B"],
            ]
        )
        + html_table(
            [
                ["ISBN", "Désignation", "Quantité"],
                [B[15], "Antigone", "30"],
                [B[16], "Œdipe", "1"],
            ]
        ),
        {"siret": COLLEGE, "date": "2026-10-06", "engagement": "31B"},
        {B[15]: 30, B[16]: 1},
        kind="html",
        subject="Bon de commande collège",
    ),
    Form(
        "pnr-champs",
        """
        PARC NATUREL DU BAS - BON DE COMMANDE
        """,
        {
            "order": "PNR-26-7",
            "engagement": "PNR26E7",
            "siret": PNR,
            "date": "2026-03-09",
            "place": "Maison du parc, 59200 BASBOIS",
        },
        fields={
            "form1.BonCommande": ("PNR-26-7", 50, 740),
            "form1.numEJ": ("PNR26E7", 50, 720),
            "form1.SIRET": (PNR, 50, 700),
            "form1.date_commande": ("09/03/2026", 50, 680),
            "form1.lieu_livraison": ("Maison du parc, 59200 BASBOIS", 50, 660),
            "form1.telephone": ("03 59 00 22 33", 50, 640),
        },
    ),
    Form(
        "docx-lettre",
        f"""
Mairie de Bas-le-Bois
Bas-le-Bois, le 18 novembre 2026
Monsieur le libraire,
Veuillez nous fournir les ouvrages ci-dessous (bon de commande 2026-BLB-18) :
Ouvrage | ISBN | Quantité
Noël au Bas | {B[17]} | 12
Contes du Bas | {B[18]} | 12
La facture portera le numéro d'engagement 26BLB0018.
SIRET de la commune : {spaced(VILLE_2)}. Il n'y a pas de code service.
        """,
        {
            "date": "2026-11-18",
            "order": "2026-BLB-18",
            "engagement": "26BLB0018",
            "siret": VILLE_2,
        },
        {B[17]: 12, B[18]: 12},
        kind="docx",
    ),
    Form(
        "xlsx-deux-quantites",
        f"""
Réf|EAN13|Titre|Qté|Prix unitaire|Total
A1|{B[19]}|Un|2|10|20
A2|{B[20]}|Deux|3|5|15
|||5||35
        """,
        {},
        {B[19]: 2, B[20]: 3},
        kind="xlsx",
    ),
    Form(
        "csv-simple",
        f"""
{B[21]},2
{B[22]},1
{hyphened(B[23])},10
        """,
        {},
        {B[21]: 2, B[22]: 1, B[23]: 10},
        kind="csv",
    ),
]
