"""Forms kept apart: measured before anything was mended for their sake."""
# ruff: noqa: E501 - rows as wide as a page

from .form import Form, hyphened, isbn, siret, spaced

PARIS, NORD = siret(21750901), siret(22590902)
GHT, EHPAD = siret(26750903), siret(26750904)
UNIV, ENS = siret(19750905), siret(19750906)
LYCEE, COLLEGE = siret(19750907), siret(19750908)
STATE, PREF = siret(11000975), siret(17750909)
CNFPT = siret(18001975)
SIVU = siret(25750910)
BNF = siret(18004975)
US = "990 123 457 00014"

B = [isbn(number, "978292222") for number in range(800, 900)]

FORMS = [
    Form(
        "grande-ville-sap",
        f"""
        VILLE DE GRANDPORT
        Direction des affaires culturelles                         BON DE COMMANDE
        Bureau des bibliothèques                                   N° : 4500 912 345
        31 rue des Francs                                          Date : 21.04.2026
        75000 GRANDPORT                                            Page : 1/1

        Code Service Chorus Pro : 7501-BIB
        N° d'engagement juridique (à reporter obligatoirement sur la facture) : 4500912345
        SIRET Ville de Grandport : {spaced(PARIS)}
        Fournisseur : 0001009988
        Marché : 20251231001234        Lot : 07

        Poste   Article            Désignation               Quantité     Prix unit.
        00010   {B[0]}      L'été grec                1 UN         14,22
        00020   {B[1]}      L'hiver russe             2 UN         10,43
        """,
        {
            "order": "4500912345",
            "date": "2026-04-21",
            "service": "7501-BIB",
            "engagement": "4500912345",
            "siret": PARIS,
            "market": "20251231001234",
            "lot": "07",
        },
        {B[0]: 1, B[1]: 2},
    ),
    Form(
        "departement-coriolis",
        f"""
        LE DÉPARTEMENT DU PORT                              Commande  :  2026-CULT-03311
        DGA Éducation Culture                               Établie le : 08/07/2026
                                                            Tiers : 12877 LIBRAIRIE DES DEUX RIVES
        Engagement : 2026-CULT-03311/1                      SIRET Tiers : {US}

        À FACTURER À                                        À LIVRER À
        Département du Port - Finances                      Bibliothèque du Port
        51 rue Longue - 59000 PORT                          12 rue Courte - 59000 PORT
        SIRET : {NORD}                              Ouvert de 9h à 12h
        Code service : DGAEC

        ISBN                Titre                     Quantité     Montant TTC
        {hyphened(B[2])}   Brumes                    5            75,00
        {hyphened(B[3])}   Digues                    1            19,00
        """,
        {
            "order": "2026-CULT-03311",
            "date": "2026-07-08",
            "engagement": "2026-CULT-03311/1",
            "siret": NORD,
            "service": "DGAEC",
            "place": "Bibliothèque du Port, 12 rue Courte - 59000 PORT, Ouvert de 9h à 12h",
        },
        {B[2]: 5, B[3]: 1},
    ),
    Form(
        "ght-commande",
        f"""
        G.H.T. DU PORT - Plateforme achats
        COMMANDE N° CDE26-000123       DU 12/03/2026       PAGE 1/1
        SIRET FACTURATION : {spaced(GHT, ".")}
        SIRET LIVRAISON : {spaced(EHPAD, ".")}
        EJ FINESS : 750000999          ET FINESS : 750000888
        REF. MARCHE : GHT-2026-LIV-01
        ENGAGEMENT COMPTABLE : 2026000456
        LIEU LIVRAISON : EHPAD LES TILLEULS, ACCUEIL, 8 RUE DES TILLEULS
        1    {B[4]}    SOIGNER           3
        2    {B[5]}    ACCOMPAGNER       2
        """,
        {
            "order": "CDE26-000123",
            "date": "2026-03-12",
            "siret": GHT,
            "market": "GHT-2026-LIV-01",
            "engagement": "2026000456",
            "place": "EHPAD LES TILLEULS, ACCUEIL, 8 RUE DES TILLEULS",
        },
        {B[4]: 3, B[5]: 2},
        font="Courier",
        size=8,
    ),
    Form(
        "universite-interlocuteur",
        f"""
        Université du Port                         BON DE COMMANDE N° 4500777001
        UMR 8888 - Institut des mers               Date de création : 17/02/2026
                                                   Votre interlocuteur : J. Brest
        N° SIRET : {UNIV}                  Tél : +33 2 98 00 00 00
        N° TVA intracom. : FR20197509055

        Le n° de bon de commande est le n° d'engagement juridique à saisir dans Chorus Pro.
        Code service à saisir : IMER

        Adresse de livraison : Institut des mers, quai Ouest, 29000 PORT

        Description                              Qté    PU HT    Total HT
        {B[6]} Les grands fonds           1      36,97    36,97
        {B[7]} Les estrans                2      18,01    36,02
        """,
        {
            "order": "4500777001",
            "date": "2026-02-17",
            "siret": UNIV,
            "engagement": "4500777001",
            "service": "IMER",
            "place": "Institut des mers, quai Ouest, 29000 PORT",
        },
        {B[6]: 1, B[7]: 2},
    ),
    Form(
        "lycee-opale-2",
        f"""
        LYCÉE DU PORT                                   RNE : 0750907H
        BON DE COMMANDE : BC-2026-0012
        N° EJ : 2026-0012-AP                            du 06/09/2026
        N° de SIRET de l'établissement : {LYCEE}
        Domaine : AP      Activité : 0MANUELS
        {B[8]}    Sciences 1re      36      23,90
        {B[9]}    Lettres 1re       36      22,50
        {B[10]}    Lettres, prof.     1      22,50
        """,
        {
            "order": "BC-2026-0012",
            "engagement": "2026-0012-AP",
            "date": "2026-09-06",
            "siret": LYCEE,
        },
        {B[8]: 36, B[9]: 36, B[10]: 1},
    ),
    Form(
        "etat-fiche",
        f"""
        Liberté Égalité Fraternité
        PRÉFÈTE DU PORT
        Fiche de commande
        Service prescripteur :            SGCD-75
        Service exécutant :               PRFSGCD075
        Numéro d'EJ :                     1414 000 777
        Numéro SIRET de l'État :          {spaced(PREF)}
        Imputation :                      0354-DR75-DP75
        Date de la demande :              13/10/2026
        Ouvrages : {B[11]} (2 ex.), {B[12]} (1 ex.)
        """,
        {"service": "PRFSGCD075", "engagement": "1414000777", "siret": PREF},
        {B[11]: 2, B[12]: 1},
    ),
    Form(
        "bnf-bilingue",
        f"""
        BIBLIOTHÈQUE DU PORT
        Purchase order / Bon de commande : BP-26-01177
        Order date / Date de commande : 2026-11-03
        Invoice to / Facturer à : Bibliothèque du Port - SIRET {BNF}
        Deliver to / Livrer à : Bibliothèque du Port, quai Est, porte B
        Our ref. / Notre réf. : ACQ-77
        Commitment / Engagement : BP2601177
        Qty    ISBN             Title
        1      {B[13]}    Maps
        1      {B[14]}    Charts
        """,
        {
            "order": "BP-26-01177",
            "date": "2026-11-03",
            "siret": BNF,
            "place": "Bibliothèque du Port, quai Est, porte B",
            "engagement": "BP2601177",
        },
        {B[13]: 1, B[14]: 1},
    ),
    Form(
        "sivu-manuscrit",
        f"""
        SIVU des écoles du Port - {SIVU}
        Commande 12-2026
        le 3 mars 2026
        Merci de livrer à l'école du Phare : 25 cahiers {B[15]}
        et 2 livres du maître {B[16]}
        À facturer sur Chorus (engagement 12-2026-E).
        """,
        {
            "order": "12-2026",
            "date": "2026-03-03",
            "siret": SIVU,
            "engagement": "12-2026-E",
        },
        {},
    ),
    Form(
        "ens-tableau",
        f"""
        ÉCOLE NORMALE DU PORT
        Réf. commande     Service demandeur     Code service     Réf. engagement     Date
        ENP-26-771        Bibliothèque          BIB              26ENP00771          19/05/2026

        Siret à indiquer : {ENS}
        Titre               Auteur        ISBN              Qté     Prix
        Topologie           Poin          {B[17]}     1       45,00
        Arithmétique        Serre         {B[18]}     1       39,00
        """,
        {
            "order": "ENP-26-771",
            "service": "BIB",
            "engagement": "26ENP00771",
            "date": "2026-05-19",
            "siret": ENS,
        },
        {B[17]: 1, B[18]: 1},
        draw="columns",
    ),
    Form(
        "college-plusieurs-classes",
        f"""
        Collège du Port        Siret {spaced(COLLEGE)}
        BON DE COMMANDE N° 26-118 (6e) et N° 26-119 (5e)
        Date : 12/09/2026
        Engagement : 26-ENG-118
        {B[19]}   Contes      28
        {B[20]}   Fables      27
        {B[21]}   Mythes      27
        """,
        {"siret": COLLEGE, "date": "2026-09-12", "engagement": "26-ENG-118"},
        {B[19]: 28, B[20]: 27, B[21]: 27},
    ),
    Form(
        "cnfpt-pied",
        f"""
        Délégation du Port
        Bon de commande n° D75-2026-0099 du 29/01/2026
        {B[22]}   Statut 2026          Quantité : 3
        Conditions : prix net, franco de port, livraison sous 15 jours au 3 quai Nord, 75000 PORT
        Facturation électronique : identifiant (SIRET) {CNFPT}, service D75, engagement D7526099
        En cas de litige : tribunal du Port. RCS PORT B 321 654 987. Capital 37 000 €.
        """,
        {
            "order": "D75-2026-0099",
            "date": "2026-01-29",
            "siret": CNFPT,
            "service": "D75",
            "engagement": "D7526099",
        },
        {B[22]: 3},
    ),
    Form(
        "mail-commande-complete",
        f"""
Bonjour Madame,

Je vous passe commande de :
{B[23]} - La vague - 2 ex
{B[24]} - Le sel - 1 ex

Merci de libeller la facture à : Ville de Grandport, SIRET {PARIS}
Référence à reporter sur la facture : BIB-2026-0077
Code service : 7501-BIB

Livraison à : Bibliothèque Ouest, 4 rue de la Mer

Dans l'attente de vous lire,
Nadia Brest
Bibliothécaire
Ville de Grandport | 31 rue des Francs | 01 75 00 00 11 | SIRET {SIVU}
        """,
        {
            "siret": PARIS,
            "engagement": "BIB-2026-0077",
            "service": "7501-BIB",
            "place": "Bibliothèque Ouest, 4 rue de la Mer",
        },
        {B[23]: 2, B[24]: 1},
        kind="eml",
        subject="Commande de livres - Bibliothèque Ouest",
    ),
    Form(
        "mail-html-reponse",
        "<div>Bonjour,</div><div>voici :</div>"
        f"<div>n&deg; SIRET = {LYCEE}</div><div>n&deg; EJ = 2026-0031-AP</div>"
        "<div>pas de code service</div><hr><div><b>From:</b> Librairie<br><b>Sent:</b> Monday<br>"
        "<b>To:</b> Lycée<br><b>Subject:</b> Commande 2026-31</div>"
        f"<div>Quel est votre n&deg; EJ ? L'ancien était 2025-0900-AP (SIRET {COLLEGE}).</div>",
        {"siret": LYCEE, "engagement": "2026-0031-AP", "order": "2026-31"},
        kind="html",
        subject="RE: Commande 2026-31",
    ),
    Form(
        "xlsx-avec-references",
        f"""
Bibliothèque Ouest||||
Bon de commande n°|BO-26-12||Date|14/01/2026
N° d'engagement|26BO0012||Code service|BO
Auteur|Titre|Code-barres|Nombre d'exemplaires|PVP
X|Un|{B[25]}|1|10,00 €
Y|Deux|{B[26]}|4|8,50 €
|||5|44,00 €
        """,
        {
            "order": "BO-26-12",
            "date": "2026-01-14",
            "engagement": "26BO0012",
            "service": "BO",
        },
        {B[25]: 1, B[26]: 4},
        kind="xlsx",
    ),
    Form(
        "odt-courrier",
        f"""
Mairie de Petitport
Petitport, le 25 juin 2026
Objet : bon de commande n° PP/26/31 - livres de prix
Engagement n° PP260031 ; SIRET {SIVU}
Désignation | ISBN | Nombre
Dictionnaire | {B[27]} | 18
Roman | {B[28]} | 18
Les ouvrages seront livrés à l'école, 2 rue du Port, avant le 2 juillet 2026.
        """,
        {
            "date": "2026-06-25",
            "order": "PP/26/31",
            "engagement": "PP260031",
            "siret": SIVU,
        },
        {B[27]: 18, B[28]: 18},
        kind="odt",
    ),
    Form(
        "csv-avec-entete-libre",
        f"""
Commande;BO-26-13;;
Date;15/01/2026;;
;;;
EAN;Titre;Ex;PU
{B[29]};Un;2;10,00
{B[30]};Deux;3;8,00
        """,
        {"order": "BO-26-13", "date": "2026-01-15"},
        {B[29]: 2, B[30]: 3},
        kind="csv",
    ),
]
