"""More forms: the fourth set kept apart, tuned on since it was measured."""
# ruff: noqa: E501 - rows as wide as a page

from .form import Form, html_table, hyphened, isbn, siret, spaced

VILLE, VILLE_2 = siret(21350301), siret(21350302)
AGGLO, AGGLO_2 = siret(24350303), siret(24350303, 4)
DEPT = siret(22350304)
REGION = siret(23350305)
STATE = siret(11000350)
UNIV = siret(19350306)
CNRS = siret(18008350)
CH = siret(26350307)
LYCEE = siret(19350308)
COLLEGE = siret(19350309)
SYNDICAT = siret(25350310)
MUSEE = siret(18350311)
CROUS = siret(18350312)
CENTRALE = siret(77605350)
US = "990 123 457 00014"

B = [isbn(number, "978299994") for number in range(100, 260)]

FORMS = [
    Form(
        "ville-exercice",
        f"""
        VILLE DE ROCHEBRUNE                                  BON DE COMMANDE
        Direction des Affaires Culturelles
        Exercice : 2026                                      Numéro       2026/001874
        Budget : 01 - Budget principal                       Date         17/04/2026
        Tiers : 004512 LIBRAIRIE DES DEUX RIVES              Engagement   26CULT0412

        SIRET à utiliser pour le dépôt Chorus Pro : {VILLE}
        Code service Chorus : DAC

        Imputation          Nature     Fonction     Opération
        011-6065-313        6065       313          2026001

        Réf.            Désignation                           Quantité    P.U. TTC    Total TTC
        {B[0]}   Les chemins creux                     2           14,90       29,80
        {B[1]}   La forge                              1           21,00       21,00
                                                              Total TTC               50,80
        """,
        {
            "order": "2026/001874",
            "date": "2026-04-17",
            "engagement": "26CULT0412",
            "siret": VILLE,
            "service": "DAC",
        },
        {B[0]: 2, B[1]: 1},
    ),
    Form(
        "ville-libelles-au-dessus",
        f"""
        COMMUNE DE BELLEFONT

        N° de bon de commande     N° d'engagement      Code service       Date d'émission
        BC260077                  E260099              ECOLES             06/05/2026

        Votre facture doit être déposée sur Chorus Pro avec le SIRET suivant
        {spaced(VILLE_2)}

        Lieu de livraison :       École Jules Ferry
                                  14 rue du Stade
                                  35310 BELLEFONT

        Désignation                                        EAN                Quantité
        Cahier de vacances                                 {B[2]}      20
        Dictionnaire junior                                {B[3]}      5
        """,
        {
            "order": "BC260077",
            "engagement": "E260099",
            "service": "ECOLES",
            "date": "2026-05-06",
            "siret": VILLE_2,
            "place": "École Jules Ferry, 14 rue du Stade, 35310 BELLEFONT",
        },
        {B[2]: 20, B[3]: 5},
        draw="columns",
    ),
    Form(
        "agglo-groupement",
        f"""
        ROCHEBRUNE AGGLOMÉRATION
        Coordonnateur du groupement de commandes : {spaced(AGGLO)}
        Membre du groupement à facturer : commune de Bellefont
        SIRET (facturation) : {spaced(VILLE_2)}
        BON DE COMMANDE N° 26-0087-LIV du 11 mars 2026
        Marché n° 2025-M-0041 - Lot n° 2 : livres jeunesse
        N° d'engagement à rappeler : 26-0087
        - 3 x {B[4]} Le petit phare
        - 1 x {B[5]} Grand atlas
        """,
        {
            "siret": VILLE_2,
            "order": "26-0087-LIV",
            "date": "2026-03-11",
            "market": "2025-M-0041",
            "lot": "2",
            "engagement": "26-0087",
        },
        {B[4]: 3, B[5]: 1},
    ),
    Form(
        "departement-engagement-par-ligne",
        f"""
        DÉPARTEMENT DES MARAIS            SIRET : {DEPT}
        Bon de commande n° D35-2026-00219            Édité le 02/06/2026

        ISBN            Titre               Qté    Engagement
        {B[6]}   Les tourbières      1      26D00431
        {B[7]}   Oiseaux d'eau       2      26D00432
        """,
        {"siret": DEPT, "order": "D35-2026-00219", "date": "2026-06-02"},
        {B[6]: 1, B[7]: 2},
    ),
    Form(
        "region-lots",
        f"""
        RÉGION DES MARAIS - Direction des lycées
        SIRET {REGION}                       Service destinataire : DLY-35
        Accord-cadre à bons de commande n° 2024-R-1187
        Lot 1 : Manuels scolaires            Lot 4 : Littérature
        COMMANDE N° RM-26-31180              en date du 09/09/2026
        Engagement comptable : 2026-31180-01
        Livraison : Lycée Voltaire, 2 cours Voltaire, 35000 MARAIS
        Qté   EAN13           Titre
        60    {B[8]}   Philosophie Tle
        60    {B[9]}   SVT Tle
        """,
        {
            "siret": REGION,
            "service": "DLY-35",
            "market": "2024-R-1187",
            "order": "RM-26-31180",
            "date": "2026-09-09",
            "engagement": "2026-31180-01",
            "place": "Lycée Voltaire, 2 cours Voltaire, 35000 MARAIS",
        },
        {B[8]: 60, B[9]: 60},
    ),
    Form(
        "etat-chorus",
        f"""
        MINISTÈRE DES MARAIS
                                   BON DE COMMANDE
        Numéro d'engagement juridique :      1405 678 901
        Date de la commande :                14/10/2026
        Service exécutant (SE) :             D2035A0035
        Service prescripteur :               DRAC035035
        Centre financier :                   0224-CC01-DR35
        Identifiant de la structure Chorus Pro : {spaced(STATE)}
        Marché n° : 1512345678
        Fournisseur : 1001234567 LIBRAIRIE DES DEUX RIVES
        Siret fournisseur : {US}
        Délai de livraison : 30/10/2026

        Poste  Libellé                            Qté    Unité    PU HT
        00010  Histoire de l'art {B[10]}     1      U        42,18
        00020  Guide du patrimoine {B[11]}   2      U        18,96
        """,
        {
            "engagement": "1405678901",
            "date": "2026-10-14",
            "service": "D2035A0035",
            "siret": STATE,
            "market": "1512345678",
        },
        {B[10]: 1, B[11]: 2},
    ),
    Form(
        "etat-ej-collee",
        f"""
        Rectorat de l'académie des Marais
        Commande EJ1406000111 du 3 novembre 2026
        SE : RECACAD035
        SIRET État {STATE}
        {B[12]} - 4 exemplaires
        """,
        {
            "order": "1406000111",
            "engagement": "1406000111",
            "service": "RECACAD035",
            "siret": STATE,
            "date": "2026-11-03",
        },
        {B[12]: 4},
    ),
    Form(
        "universite-sifac-officiel",
        f"""
        Université des Marais                      Bon de commande N° 4500456123
        UFR Lettres et Langues                     Date d'édition : 12/02/2026
        N° SIRET : {spaced(UNIV)}                  Page : 1 / 2
        N° TVA : FR07193503060
        Gestionnaire : Mme LEROUX                  Fournisseur : 0000108842
        Tél : 02 35 00 11 22                       LIBRAIRIE DES DEUX RIVES

        Le numéro de commande ci-dessus est à indiquer dans le champ « Numéro d'engagement » de Chorus Pro
        Code service : UFR_LETTRES

        Livraison                                  Facturation
        Bibliothèque UFR Lettres                   Agence comptable
        Bât. B, 1er étage                          Dépôt sur Chorus Pro uniquement
        35000 MARAIS

        N°    Description                     Qté      Prix unitaire     Montant
        1     Linguistique générale           3,000    24,17             72,51
              ISBN {hyphened(B[13])}
        2     Phonétique                      1,000    30,33             30,33
              ISBN {hyphened(B[14])}
        \f
        Université des Marais                      Bon de commande N° 4500456123
        CONDITIONS GÉNÉRALES D'ACHAT
        Le présent bon vaut acte d'engagement. Toute facture doit rappeler le numéro de commande.
        Recours : tribunal administratif, SIRET {siret(17350399)}
        """,
        {
            "order": "4500456123",
            "engagement": "4500456123",
            "date": "2026-02-12",
            "siret": UNIV,
            "service": "UFR_LETTRES",
            "place": "Bibliothèque UFR Lettres, Bât. B, 1er étage, 35000 MARAIS",
        },
        {B[13]: 3, B[14]: 1},
    ),
    Form(
        "universite-jefyco",
        f"""
        INSTITUT SUPÉRIEUR DES MARAIS
        COMMANDE n° 2026 / 003412                  CR : 900.12.LIV
        Émise le : 23/01/2026
        SIRET de l'établissement : {UNIV}
        Service : BIBLIOTHEQUE
        Référence Chorus (n° engagement) : 2026003412
        Code          Quantité    Article
        {B[15]}    2         Droit public
        {B[16]}    2         Droit privé
        """,
        {
            "order": "2026/003412",
            "date": "2026-01-23",
            "siret": UNIV,
            "engagement": "2026003412",
            "service": "BIBLIOTHEQUE",
        },
        {B[15]: 2, B[16]: 2},
    ),
    Form(
        "cnrs",
        f"""
        CNRS - DÉLÉGATION MARAIS                    UPR 3535
        BON DE COMMANDE
        N° COMMANDE : 0002233445
        DATE : 28/05/2026
        SIRET : {CNRS}
        CODE SERVICE CHORUS PRO : DR35
        FOURNISSEUR : 0000456789     SIRET FOURNISSEUR : {US}
        LIEU DE LIVRAISON : LABO MARAIS, BÂT 4, 35042 MARAIS CEDEX
        NACRES : BB.02    EOTP : PRJ-0035
        LIGNE   REF.            DESIGNATION           QTE     PRIX HT
        1       {B[17]}   Hydrologie            1       61,61
        """,
        {
            "order": "0002233445",
            "date": "2026-05-28",
            "siret": CNRS,
            "service": "DR35",
            "place": "LABO MARAIS, BÂT 4, 35042 MARAIS CEDEX",
        },
        {B[17]: 1},
        font="Courier",
        size=8,
    ),
    Form(
        "hopital-magh2",
        f"""
        CHU DES MARAIS                        N° FINESS : 350000123
        COMMANDE N° : 26 104578               DU : 07/07/2026
        UF : 8810   Magasin : BIBLIO          Compte : 60688
        MARCHÉ : 2025CHU0033  LOT : 02
        Facture à adresser à : Direction financière - SIRET {spaced(CH)}
        Livraison à : Centre de documentation IFSI
        Franco de port

        Réf. {B[18]}   Soins palliatifs         Qté : 2     PU : 39,00
        Réf. {B[19]}   Anatomie                 Qté : 1     PU : 55,00
        """,
        {
            "order": "26 104578",
            "date": "2026-07-07",
            "market": "2025CHU0033",
            "lot": "02",
            "siret": CH,
            "place": "Centre de documentation IFSI",
        },
        {B[18]: 2, B[19]: 1},
    ),
    Form(
        "lycee-opale",
        f"""
        Lycée général et technologique des Marais
        UAI : 0350308K   SIRET : {LYCEE}
        BON DE COMMANDE N° : 2026-214             Date : 15/06/2026
        N° engagement juridique : EJ2026-0214
        Service : AP   Domaine : CDI   Activité : 0DOC
        Fournisseur : LIBRAIRIE DES DEUX RIVES
        Adresse de livraison : CDI - 8 rue des Écoles - 35300 BELLEFONT

        Désignation                        Quantité    Prix unitaire TTC
        {B[20]} Candide             35          3,90
        {B[21]} Phèdre              35          3,50
        """,
        {
            "siret": LYCEE,
            "order": "2026-214",
            "date": "2026-06-15",
            "engagement": "EJ2026-0214",
            "place": "CDI - 8 rue des Écoles - 35300 BELLEFONT",
        },
        {B[20]: 35, B[21]: 35},
    ),
    Form(
        "college-blanc",
        f"""
        COLLÈGE DES MARAIS - 0350309L
        BON DE COMMANDE N° ............
        Date : ........................
        N° d'engagement : _____________      Code service : ________
        SIRET : {spaced(COLLEGE)}
        {B[22]}   Tristan       30
        {B[23]}   Yvain         30
        {B[24]}   Perceval       1
        """,
        {"siret": COLLEGE},
        {B[22]: 30, B[23]: 30, B[24]: 1},
    ),
    Form(
        "pmb",
        f"""
        Médiathèque de Rochebrune
        Commande n° CDE-2026-033                      Rochebrune, le 12/03/2026
        Devis n° DV-221

        Fournisseur                    Adresse de livraison           Adresse de facturation
        LIBRAIRIE DES DEUX RIVES       Médiathèque                    Mairie de Rochebrune
        8 quai des Libraires           2 place Haute                  1 place Haute
        76000 ROUEN                    35400 ROCHEBRUNE               35400 ROCHEBRUNE

        N°   Code              Libellé                 Qté   Prix     Rem.
        1    {B[25]}     Roman un                2     20,00    9,00
        2    {B[26]}     Roman deux              1     22,50    9,00
        """,
        {
            "order": "CDE-2026-033",
            "date": "2026-03-12",
            "place": "Médiathèque, 2 place Haute, 35400 ROCHEBRUNE",
        },
        {B[25]: 2, B[26]: 1},
    ),
    Form(
        "koha-panier",
        f"""
        Bibliothèque des Marais
        Order / Commande : Basket group 412 (n° 412)
        Order number   ISBN              Title          Publisher    Qty    RRP
        8831           {B[27]}     Titre un       Sel          1      18.00
        8832           {B[28]}     Titre deux     Vent         3      12.50
        """,
        {},
        {B[27]: 1, B[28]: 3},
    ),
    Form(
        "duplicata-remplace",
        f"""
        *** DUPLICATA ***
        SYNDICAT INTERCOMMUNAL DES MARAIS         SIRET {SYNDICAT}
        Commande modificative n° S26-0091-2
        Ce bon annule et remplace le bon n° S26-0091 du 02/02/2026
        Date de commande : 19/02/2026
        Engagement initial : S26E0091
        {B[29]} Les étangs x 2
        """,
        {
            "siret": SYNDICAT,
            "order": "S26-0091-2",
            "date": "2026-02-19",
            "engagement": "S26E0091",
        },
        {B[29]: 2},
    ),
    Form(
        "musee-anneau",
        f"""
        MUSÉE NATIONAL DES MARAIS
        Établissement public - SIRET {spaced(MUSEE, ".")}
        B.C. n° MNM/26/0440 - 30.04.26
        Nos réf. : CONS/2026-18
        E.J. : MNM26-0440
        À livrer : Boutique du musée, quai Nord
        {B[30]} (1)
        {B[31]} (2)
        {B[32]} (4)
        """,
        {
            "siret": MUSEE,
            "order": "MNM/26/0440",
            "date": "2026-04-30",
            "engagement": "MNM26-0440",
            "place": "Boutique du musée, quai Nord",
        },
        {B[30]: 1, B[31]: 2, B[32]: 4},
    ),
    Form(
        "lettre-administrative",
        f"""
        Préfecture des Marais
        Objet : commande d'ouvrages
        Madame,
        Par la présente, je vous passe commande, sous le numéro d'engagement juridique
        1407111222, des ouvrages listés ci-dessous pour un montant de 218,40 € TTC.
        La facture, libellée au nom de la préfecture (SIRET {STATE}), sera transmise
        via Chorus Pro en indiquant le service exécutant PRFSG03035.
        2 {B[33]} Annuaire
        1 {B[34]} Code rural
        Marais, le 22 mai 2026
        """,
        {
            "engagement": "1407111222",
            "siret": STATE,
            "service": "PRFSG03035",
            "date": "2026-05-22",
        },
        {B[33]: 2, B[34]: 1},
        draw="words",
        font="Times-Roman",
        size=10,
    ),
    Form(
        "deux-sirets-facture-livraison",
        f"""
        ROCHEBRUNE AGGLOMÉRATION
        Médiathèque tête de réseau - Siret : {spaced(AGGLO_2)}
        Commande 26-MTR-0145 du 5/5/2026

        ADRESSE DE FACTURATION                   ADRESSE DE LIVRAISON
        Rochebrune Agglomération                 Médiathèque tête de réseau
        Service finances                         4 rue Haute
        Siret {AGGLO}                    35400 ROCHEBRUNE
        N° d'engagement 26AGG0145                Tél. 02 35 00 44 55

        Quantités   Titres                      ISBN
        2           Album un                    {B[35]}
        1           Album deux                  {B[36]}
        """,
        {
            "siret": AGGLO,
            "order": "26-MTR-0145",
            "date": "2026-05-05",
            "engagement": "26AGG0145",
            "place": "Médiathèque tête de réseau, 4 rue Haute, 35400 ROCHEBRUNE",
        },
        {B[35]: 2, B[36]: 1},
    ),
    Form(
        "crous-champs",
        """
        CROUS DES MARAIS
        Bon de commande
        Numéro :
        Engagement :
        SIRET :
        Service :
        Livres : voir liste
        """,
        {
            "order": "CR26-0099",
            "engagement": "26CR00099",
            "siret": CROUS,
            "service": "HEB-35",
            "date": "2026-03-03",
            "place": "Résidence du Lac, 35000 MARAIS",
        },
        fields={
            "NumeroBonCommande": ("CR26-0099", 200, 780),
            "NumeroEngagement": ("26CR00099", 200, 765),
            "SiretFacturation": (CROUS, 200, 750),
            "CodeService": ("HEB-35", 200, 735),
            "DateCommande": ("03/03/2026", 200, 720),
            "AdresseLivraison": ("Résidence du Lac, 35000 MARAIS", 200, 705),
        },
    ),
    Form(
        "lettres-une-a-une",
        f"""
        VILLE DE BELLEFONT
        BON DE COMMANDE N° BF26-118
        ENGAGEMENT N° 26BF0118
        SIRET {VILLE_2}
        {B[37]}   Le pont    2
        """,
        {"order": "BF26-118", "engagement": "26BF0118", "siret": VILLE_2},
        {B[37]: 2},
        draw="letters",
    ),
    Form(
        "marge-tournee",
        f"""
        VILLE DE ROCHEBRUNE
        Bon de commande n° 26/4410 du 01/12/2026
        SIRET {VILLE}
        Qté   ISBN             Titre
        1     {B[38]}    L'île
        2     {B[39]}    La baie
        """,
        {
            "order": "26/4410",
            "date": "2026-12-01",
            "siret": VILLE,
            "engagement": "26E4410",
        },
        {B[38]: 1, B[39]: 2},
        turned="Engagement n° 26E4410",
    ),
    Form(
        "numero-souleve",
        f"""
        COMMUNE DE BELLEFONT
        Bon de commanden°2026-0551 du 4/4/2026
        Engagementn°26E0551
        Marchén°2026/F/044/L02
        SIRETn°{VILLE_2}
        {B[40]} Le moulin 3 ex.
        """,
        {
            "order": "2026-0551",
            "date": "2026-04-04",
            "engagement": "26E0551",
            "market": "2026/F/044/L02",
            "siret": VILLE_2,
        },
        {B[40]: 3},
    ),
    Form(
        "pied-de-page",
        f"""
        Commune de Rochebrune                                   Commande n° 2026-ROC-91
        Facturation Chorus Pro
        SIRET : {VILLE} - Code service : 0012 - N° engagement : ROC2026-091

        Référence         Désignation              Qté
        {B[41]}     Le potier                2
        {B[42]}     La potière               2

        Mairie de Rochebrune - 1 place Haute - 35400 ROCHEBRUNE - Tél. 02 35 00 01 02
        www.rochebrune.example - contact@rochebrune.example - RCS 350 123 456
        Imprimé le 13/05/2026 - page 1/1
        """,
        {
            "order": "2026-ROC-91",
            "siret": VILLE,
            "service": "0012",
            "engagement": "ROC2026-091",
            "date": "2026-05-13",
        },
        {B[41]: 2, B[42]: 2},
    ),
    Form(
        "centrale-d-achat",
        f"""
        BON DE COMMANDE        N° CA-26-7781        Date : 09/11/2026
        Émis via la Centrale des Marais (SIRET {CENTRALE})
        Acheteur : Ville de Rochebrune
        SIRET acheteur : {VILLE}
        Engagement : 26VR7781
        Titulaire du marché : LIBRAIRIE DES DEUX RIVES - {US}
        Marché subséquent n° MS-2026-04
        Qté : 10   EAN : {B[43]}   Contes
        """,
        {
            "order": "CA-26-7781",
            "date": "2026-11-09",
            "siret": VILLE,
            "engagement": "26VR7781",
            "market": "MS-2026-04",
        },
        {B[43]: 10},
    ),
    Form(
        "ocr",
        f"""
        MAIR1E DE BELLEFONT
        Bon de commande N° BF-2026-77
        N° S1RET : {spaced(VILLE_2).replace("0", "O", 2).replace("1", "l")}
        Engagement n° 26-000771
        {B[44]}    Le lavoir    Qté 1
        """,
        {"order": "BF-2026-77", "siret": VILLE_2, "engagement": "26-000771"},
        {B[44]: 1},
    ),
    Form(
        "tva-seule",
        f"""
        Syndicat des eaux des Marais
        TVA intracommunautaire : FR 12 {SYNDICAT[:9]}
        Téléphone 0235001122 poste 3500   Fax 02 35 00 11 23
        Commande du 2 février 2026
        Numéro de commande : 20260202000117
        Fournisseur : siret {US}
        9782999941024 12
        """.replace("9782999941024", B[45]),
        {"date": "2026-02-02", "order": "20260202000117"},
        {B[45]: 12},
    ),
    # ---- mails
    Form(
        "mail-ligne",
        f"""
Bonjour,

Merci de prévoir 3 exemplaires de {B[46]} et 1 exemplaire de {B[47]}.
Bon de commande BC-2026-441, engagement 26BC441, à facturer à la mairie
de Bellefont (SIRET {spaced(VILLE_2)}), code service MEDIATHEQUE.

Bien à vous,
Claire Le Goff
Responsable de la médiathèque
06 35 00 11 22
        """,
        {
            "order": "BC-2026-441",
            "engagement": "26BC441",
            "siret": VILLE_2,
            "service": "MEDIATHEQUE",
        },
        {B[46]: 3, B[47]: 1},
        kind="eml",
        subject="Commande de livres",
    ),
    Form(
        "mail-objet",
        """
Bonjour,

Veuillez trouver en pièce jointe le bon de commande.
Ceci est un message automatique, merci de ne pas y répondre.
        """,
        {"order": "CU26-00981"},
        kind="eml",
        subject="[Rochebrune] Bon de commande CU26-00981 - LIBRAIRIE DES DEUX RIVES",
    ),
    Form(
        "mail-transfere",
        f"""
Bonjour, voici pour vous. Cordialement

Jean Petit
Rochebrune Agglomération - SIRET {AGGLO}

---------- Forwarded message ---------
De : Finances <finances@rochebrune.example>
Date : mar. 3 mars 2026 à 10:12
Objet : bon de commande
À : Jean Petit

N° de commande : 2026-ROC-15
N° d'engagement : ROC2026-015
SIRET : {VILLE}
        """,
        {"order": "2026-ROC-15", "engagement": "ROC2026-015", "siret": VILLE},
        kind="eml",
        subject="TR: bon de commande",
    ),
    Form(
        "mail-question-de-la-librairie",
        """
> Bonjour,
> Pour déposer notre facture il nous manque :
> - votre SIRET : 
> - le code service : 
> - le n° d'engagement : 
Bonjour,
Voici : engagement n° 26-0456, service CULTURE.
Merci
        """,
        {"engagement": "26-0456", "service": "CULTURE"},
        kind="eml",
        subject="Re: Informations de facturation",
    ),
    Form(
        "mail-reponse-sous-citation",
        f"""
Bonjour Madame,
n° EJ : 1408333444
service : FAC0000035
siret : {STATE}

De : Librairie des Deux Rives <contact@deuxrives.example>
Envoyé : lundi 2 mars 2026 09:15
À : prefecture@exemple.example
Objet : Facture F2026-00042

Votre ancien EJ 1408000001 est soldé, merci de nous donner le nouveau.
Librairie des Deux Rives - SIRET {US}
        """,
        {"engagement": "1408333444", "service": "FAC0000035", "siret": STATE},
        kind="eml",
        subject="RE: Facture F2026-00042",
    ),
    Form(
        "mail-html-imbrique",
        "<html><body><table><tr><td>"
        + html_table(
            [
                ["Numéro de commande", "Engagement", "Date"],
                ["MR-26-9", "26MR0009", "08/08/2026"],
            ]
        )
        + f"</td></tr><tr><td><p>Siret&nbsp;: <b>{spaced(VILLE)}</b></p></td></tr></table>"
        + html_table([["ISBN", "Quantité"], [B[48], "4"], [hyphened(B[49]), "2"]])
        + "<blockquote>Votre commande précédente MR-25-1, engagement 25MR0001</blockquote>"
        "</body></html>",
        {
            "order": "MR-26-9",
            "engagement": "26MR0009",
            "date": "2026-08-08",
            "siret": VILLE,
        },
        {B[48]: 4, B[49]: 2},
        kind="html",
        subject="Commande",
    ),
    Form(
        "mail-devis",
        f"""
Bonjour,
OK pour le devis n° 2026-D-118 du 03/03/2026.
Bon pour accord, vous pouvez livrer à la crèche Les Lutins avant le 15/04/2026.
N° engagement : LU-26-18
SIRET {VILLE}
        """,
        {"engagement": "LU-26-18", "siret": VILLE, "place": "la crèche Les Lutins"},
        kind="eml",
        subject="Votre devis 2026-D-118",
    ),
    # ---- office files
    Form(
        "docx-cote-a-cote",
        f"""
BON DE COMMANDE
Acheteur | Fournisseur
Ville de Bellefont | LIBRAIRIE DES DEUX RIVES
SIRET {spaced(VILLE_2)} | SIRET {US}
N° de commande : BF26-200 | Date : 10/10/2026
N° d'engagement : 26BF0200 | Code service : ENF
Titre | ISBN | Quantité | Prix
Babar | {B[50]} | 2 | 12,00
Zoé | {B[51]} | 1 | 10,00
Total | | 3 | 34,00
        """,
        {
            "siret": VILLE_2,
            "order": "BF26-200",
            "date": "2026-10-10",
            "engagement": "26BF0200",
            "service": "ENF",
        },
        {B[50]: 2, B[51]: 1},
        kind="docx",
    ),
    Form(
        "odt-lettre",
        f"""
Mairie de Rochebrune
Rochebrune, le 7 janvier 2026
Nous vous commandons les livres suivants :
{B[52]} : 2
{B[53]} : 3
N° d'engagement à reporter sur votre facture : 26-VR-0007
Siret : {VILLE}, service : JEUNES
        """,
        {
            "date": "2026-01-07",
            "engagement": "26-VR-0007",
            "siret": VILLE,
            "service": "JEUNES",
        },
        {B[52]: 2, B[53]: 3},
        kind="odt",
    ),
    Form(
        "ods-liste",
        f"""
BDC|26-33||
Siret|{VILLE}||
EAN|Titre|Éditeur|Ex.
{B[54]}|Un|A|2
{B[55]}|Deux|B|1
|TOTAL||3
        """,
        {"order": "26-33", "siret": VILLE},
        {B[54]: 2, B[55]: 1},
        kind="ods",
    ),
    Form(
        "xlsx-titre-et-totaux",
        f"""
Liste de commande - Médiathèque - budget 2026|||||
|||||
N°|Titre|Auteur|ISBN|Qté|Prix TTC
1|Un|A|{B[56]}|2|12,50 €
2|Deux|B|{B[57]}|1|8,00 €
3|Trois|C|'{B[58]}|10|9,90 €
||||13|132,00 €
        """,
        {},
        {B[56]: 2, B[57]: 1, B[58]: 10},
        kind="xlsx",
    ),
    Form(
        "xlsx-onglets",
        f"""
Adultes||
ISBN|Titre|Exemplaires
{B[59]}|Un|1
{B[60]}|Deux|2
\f
Jeunesse||
Titre|ISBN|Exemplaires
Trois|{B[61]}|3
Un|{B[59]}|1
        """,
        {},
        {B[59]: 2, B[60]: 2, B[61]: 3},
        kind="xlsx",
    ),
    Form(
        "xlsx-isbn-10",
        """
ISBN|Titre|Nb
2-9999-0018-X|Un|2
'299990018X|Deux|1
'0299990012|Trois|4
        """,
        {},
        {"9782999900189": 3},
        kind="xlsx",
    ),
    Form(
        "csv-sans-quantite",
        f"""
{B[62]}
{B[63]}
{B[64]}
        """,
        {},
        {B[62]: 1, B[63]: 1, B[64]: 1},
        kind="csv",
    ),
    Form(
        "csv-prix-et-quantites",
        f"""
"{B[65]}","Le phare, tome 2","18,00","3"
"{B[66]}","La digue","9,50","1"
"{B[67]}","L'anse","22,00","12"
        """,
        {},
        {B[65]: 3, B[66]: 1, B[67]: 12},
        kind="csv",
    ),
    Form(
        "csv-annee-et-rang",
        f"""
rang;isbn;titre;annee;qte
1;{B[68]};Un;2024;2
2;{B[69]};Deux;2025;1
3;{B[70]};Trois;2026;5
        """,
        {},
        {B[68]: 2, B[69]: 1, B[70]: 5},
        kind="csv",
    ),
    Form(
        "pdf-ean-et-quantite-colles",
        f"""
        Commande n° 77-2026
        {B[71]} 6
        {B[72]} 12
        {B[73]} 1
        Total 19 exemplaires
        """,
        {"order": "77-2026"},
        {B[71]: 6, B[72]: 12, B[73]: 1},
    ),
    Form(
        "coffrets",
        f"""
        Bon de commande n° 2026-CF-1
        Qté   EAN             Titre
        1     {B[74]}   Coffret (contient {B[75]} et {B[76]})
        2     {B[77]}   Tome seul, broché (numérique : {B[78]})
        1     {B[74]}   Coffret, second envoi
        """,
        {"order": "2026-CF-1"},
        {B[74]: 2, B[77]: 2},
    ),
]
