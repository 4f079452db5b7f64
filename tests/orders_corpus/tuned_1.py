"""The forms that the reader was written against."""
# ruff: noqa: E501 - rows as wide as a page

from .form import Form, html_table, hyphened, isbn, siret, spaced

COMMUNE = siret(21990010)
COMMUNE_2 = siret(21990011)
DEPARTEMENT = siret(22990001)
REGION = siret(23990001)
EPCI, EPCI_2 = siret(24990002), siret(24990002, 2)
HOSPITAL = siret(26990003)
UNIVERSITY = siret(19990101)
LYCEE = siret(19990202)
COLLEGE = siret(19990303)
STATE = siret(11990001)
CNRS = siret(18990004)
HOUSING = siret(27990005)
US = "990 123 457 00014"

B = [isbn(number) for number in range(10, 60)]

FORMS = [
    Form(
        "commune-classique",
        f"""
        VILLE D'AUBREMONT                                   BON DE COMMANDE
        Hôtel de Ville                                      N° 2026-00417
        1 place de la République                            Date : 03/02/2026
        99100 AUBREMONT
        SIRET : {spaced(COMMUNE)}                           LIBRAIRIE DES DEUX RIVES
                                                            8 quai des Libraires
                                                            76000 ROUEN

        Service gestionnaire : Culture
        Engagement n° 26D001532
        Code service Chorus : CULT-MED

        Adresse de livraison :
        Médiathèque Jean Zay
        3 rue des Lilas
        99100 AUBREMONT

        Désignation                                         Qté      P.U. HT      Montant HT
        {B[0]} Le vent des dunes                              2        15,07        30,14
        {B[1]} Atlas des marées                               1        28,44        28,44
        {B[2]} Contes du bocage                              12         7,11        85,32
                                                            TOTAL HT                 143,90
        Bon de commande à joindre à la facture. Tél. 05 99 00 12 34
        """,
        {
            "order": "2026-00417",
            "date": "2026-02-03",
            "siret": COMMUNE,
            "engagement": "26D001532",
            "service": "CULT-MED",
            "place": "Médiathèque Jean Zay, 3 rue des Lilas, 99100 AUBREMONT",
        },
        {B[0]: 2, B[1]: 1, B[2]: 12},
    ),
    Form(
        "commune-tableau-en-colonnes",
        f"""
        COMMUNE DE SAINT-LOUP-LES-BOIS                      le 14 mars 2026

        N° commande         Engagement         Date commande       Marché
        BC-118              E26-77             04/03/2026          2026-F-012

        Fournisseur : LIBRAIRIE DES DEUX RIVES SIRET {US}
        SIRET de facturation       {COMMUNE_2}
        Code service               BIBLIO

        Référence ISBN          Titre                          Quantité
        {hyphened(B[3])}       La dame du lac                       3
        {hyphened(B[4])}       Grammaire du jardin                 10
        """,
        {
            "order": "BC-118",
            "engagement": "E26-77",
            "date": "2026-03-04",
            "market": "2026-F-012",
            "siret": COMMUNE_2,
            "service": "BIBLIO",
        },
        {B[3]: 3, B[4]: 10},
        draw="columns",
    ),
    Form(
        "commune-reference-a-rappeler",
        f"""
        MAIRIE DE PONT-SUR-LISSE
        Affaire suivie par : Mme Martin - Tél : 05 99 00 45 67
        
        BON DE COMMANDE

        Référence à rappeler impérativement sur Chorus Pro : CU26-00981
        Identifiant Chorus Pro (SIRET) : {COMMUNE}
        Émis le 12/01/2026                  Livraison avant le 28/02/2026

        Livrer à : École des Tilleuls, 12 avenue du Marché, 99120 PONT-SUR-LISSE

        Articles                                       EAN              Qté
        Lecture CP, cahier 1                           {B[5]}          25
        Lecture CP, cahier 2                           {B[6]}          25
        TOTAL                                          50 ex.
        """,
        {
            "engagement": "CU26-00981",
            "siret": COMMUNE,
            "date": "2026-01-12",
            "place": "École des Tilleuls, 12 avenue du Marché, 99120 PONT-SUR-LISSE",
        },
        {B[5]: 25, B[6]: 25},
    ),
    Form(
        "departement-deux-colonnes",
        f"""
        DÉPARTEMENT DE LA HAUTE-LISSE                  TITULAIRE
        Direction de la culture                        LIBRAIRIE DES DEUX RIVES
        Hôtel du Département                           8 quai des Libraires - 76000 ROUEN
        SIRET {spaced(DEPARTEMENT)}                    SIRET {US}

        COMMANDE N° : 26HX004512                       du 10/03/2026
        Accord-cadre n° : 2026/F/012/L03               Lot : 3
        N° d'engagement juridique : 26-ENG-00871
        Service destinataire : BDP_990

        LIEU DE LIVRAISON                              ADRESSE DE FACTURATION
        Bibliothèque départementale                    Direction des finances
        Zone des Chênes                                2 boulevard du Parc
        99200 LISSEVILLE                               99200 LISSEVILLE

        Ligne   ISBN             Désignation                Qté    PU TTC    Remise
        1       {B[7]}    Le pays des vents            4      22,00     9 %
        2       {B[8]}    Petite histoire du sel       2      14,50     9 %
        3       {B[9]}    Oiseaux des rives            1      39,00     9 %
        """,
        {
            "siret": DEPARTEMENT,
            "order": "26HX004512",
            "date": "2026-03-10",
            "market": "2026/F/012/L03",
            "lot": "3",
            "engagement": "26-ENG-00871",
            "service": "BDP_990",
            "place": "Bibliothèque départementale, Zone des Chênes, 99200 LISSEVILLE",
        },
        {B[7]: 4, B[8]: 2, B[9]: 1},
    ),
    Form(
        "region-lettre",
        f"""
        RÉGION BASSE-LANDE
        Lycées - pôle achats

        Madame, Monsieur,
        Je vous prie de bien vouloir livrer les ouvrages ci-dessous.
        Cette commande porte le numéro d'engagement 23R-2026-1187, à reporter sur votre facture.
        La facture est à déposer sur Chorus Pro : SIRET {REGION}, code service DLCC.
        Suivant votre devis n° D-1042 du 05/01/2026.

        2 ex. {B[10]} La lande en hiver
        1 ex. {B[11]} Flore des talus

        Fait à Landeville, le 3 février 2026
        """,
        {
            "engagement": "23R-2026-1187",
            "siret": REGION,
            "service": "DLCC",
            "date": "2026-02-03",
        },
        {B[10]: 2, B[11]: 1},
        draw="words",
        font="Times-Roman",
        size=10,
    ),
    Form(
        "epci-facturation-et-livraison",
        f"""
        COMMUNAUTÉ DE COMMUNES DU VAL DE LISSE
        Commande n° 2026000128                    Date de commande : 02.03.26

        À facturer :                              À livrer :
        CC du Val de Lisse                        Médiathèque du Val
        Siret {spaced(EPCI)}                      Siret {spaced(EPCI_2)}
        4 rue Haute                               6 place du Marché
        99300 VALLIS                              99310 LISSE

        Engagement : VL26-0458
        EAN              Titre                     Qté
        {B[12]}    Les routes du sel           1
        {B[13]}    Carnets d'estuaire          1
        """,
        {
            "order": "2026000128",
            "date": "2026-03-02",
            "siret": EPCI,
            "engagement": "VL26-0458",
            "place": "Médiathèque du Val",
        },
        {B[12]: 1, B[13]: 1},
    ),
    Form(
        "etat-prefecture",
        f"""
        PRÉFET DE LA HAUTE-LISSE
        Secrétariat général commun

                                    BON DE COMMANDE
        N° EJ : 1400123459
        Date : 18/03/2026                                  Page 1/1
        Service exécutant : FAC0000075
        Service prescripteur : PRF099
        Groupe acheteur : ABC
        SIRET État : {spaced(STATE)}
        N° de marché : 1300045678

        Poste   Désignation                        Quantité   Prix unitaire HT   Montant HT
        10      Code général annoté 2026 {B[14]}        3          71,09             213,27
        20      Guide des archives {B[15]}              1          24,64              24,64
        """,
        {
            "engagement": "1400123459",
            "date": "2026-03-18",
            "service": "FAC0000075",
            "siret": STATE,
            "market": "1300045678",
        },
        {B[14]: 3, B[15]: 1},
    ),
    Form(
        "etat-titre-nu",
        f"""
        MINISTÈRE DES RIVAGES
                                    ENGAGEMENT JURIDIQUE
        Numéro                      1400987650
        Émis le                     02/04/2026
        Code service exécutant      D9900033
        SIRET                       {STATE}
        Fournisseur                 1000234567 LIBRAIRIE DES DEUX RIVES
        Livraison souhaitée le      30/04/2026
        {B[16]}                     x 2
        """,
        {
            "engagement": "1400987650",
            "date": "2026-04-02",
            "service": "D9900033",
            "siret": STATE,
        },
        {B[16]: 2},
    ),
    Form(
        "universite-sifac",
        f"""
        UNIVERSITÉ DE BASSE-LANDE                     Commande n° 4500123458
        Service centralisé des achats                 Date : 09/02/2026
        SIRET : {UNIVERSITY}                          Votre correspondant : P. Durand
        N° TVA intracommunautaire : FR35199901018
                                                      Fournisseur : 104512
        Numéro de commande à saisir dans Chorus Pro comme numéro d'engagement
        Code service : SCD-LETTRES
        Adresse de livraison                          Adresse de facturation
        BU Lettres - 2e étage                         Agence comptable
        10 allée des Savoirs                          1 allée des Savoirs
        99400 LANDEVILLE                              99400 LANDEVILLE
        Poste  Référence        Désignation           Qté   Unité   Prix HT
        00010  {B[17]}    Syntaxe du breton     2     PCE     31,28
        00020  {B[18]}    Poétique des ports    1     PCE     23,70
        """,
        {
            "order": "4500123458",
            "engagement": "4500123458",
            "date": "2026-02-09",
            "siret": UNIVERSITY,
            "service": "SCD-LETTRES",
            "place": "BU Lettres - 2e étage, 10 allée des Savoirs, 99400 LANDEVILLE",
        },
        {B[17]: 2, B[18]: 1},
    ),
    Form(
        "universite-sans-mot-engagement",
        f"""
        ÉCOLE SUPÉRIEURE DES RIVAGES
        BON DE COMMANDE N° 4500778812 DU 21/01/2026
        SIRET {spaced(UNIVERSITY)}
        CR/CF : 940 ESR12
        Livraison : Centre de documentation, bâtiment C
        {hyphened(B[19])} Droit des rivages      Qté : 4
        {hyphened(B[20])} Le littoral habité     Qté : 2
        """,
        {
            "order": "4500778812",
            "date": "2026-01-21",
            "siret": UNIVERSITY,
            "place": "Centre de documentation, bâtiment C",
        },
        {B[19]: 4, B[20]: 2},
    ),
    Form(
        "hopital",
        f"""
        CENTRE HOSPITALIER D'AUBREMONT           FINESS 990000012
        Direction des achats                     SIRET {spaced(HOSPITAL, ".")}
        Commande n° M26004471                    Édité le 05/03/2026
        Date de commande : 04/03/2026
        Marché M25-0031                          UF 3410     Compte 6065
        Bon d'engagement : 2026-3410-087
        Lieu de livraison : Magasin central, quai 2
        Livraison du lundi au vendredi de 8h à 15h
        Code            Libellé                          Qté cdée
        {B[21]}   Soins du nouveau-né                    3
        {B[22]}   Pharmacologie, 8e éd.                  2
        """,
        {
            "siret": HOSPITAL,
            "order": "M26004471",
            "date": "2026-03-04",
            "market": "M25-0031",
            "engagement": "2026-3410-087",
            "place": "Magasin central, quai 2",
        },
        {B[21]: 3, B[22]: 2},
    ),
    Form(
        "lycee",
        f"""
        LYCÉE DES TILLEULS          UAI 0990202Z
        Service intendance          Tél : 05.99.00.22.33
        Siret : {spaced(LYCEE)}
        BON DE COMMANDE N° 2026-000128
        Date : 1er septembre 2026
        Fournisseur : LIBRAIRIE DES DEUX RIVES
        Code client : 41100567
        A livrer au CDI du lycée avant le 15/09/2026
        Qté     ISBN              Titre
        30      {B[23]}     Antigone au port
        30      {B[24]}     Poèmes des marées
        """,
        {
            "siret": LYCEE,
            "order": "2026-000128",
            "date": "2026-09-01",
            "place": "CDI du lycée",
        },
        {B[23]: 30, B[24]: 30},
    ),
    Form(
        "college-formulaire-vide",
        f"""
        COLLÈGE DU PONT
        N° SIRET : {COLLEGE}
        N° engagement :
        Code service :
        Marché :
        Date : 05/05/2026
        Bon de commande n° 117

        Documents de travail :
        {B[25]}    Cahier de géographie 5e      28
        {B[26]}    Cahier d'histoire 5e         28
        {B[27]}    Livret du professeur          1
        """,
        {"siret": COLLEGE, "date": "2026-05-05", "order": "117"},
        {B[25]: 28, B[26]: 28, B[27]: 1},
    ),
    Form(
        "formulaire-pdf",
        f"""
        BON DE COMMANDE - MAIRIE D'AUBREMONT
        N° de commande
        N° d'engagement
        SIRET
        Code service
        Livres : {B[28]} 1 ex.
        """,
        {
            "order": "2026-77",
            "engagement": "ENG26-5501",
            "siret": COMMUNE,
            "service": "ECOLES",
        },
        {B[28]: 1},
        fields={
            "num_commande": ("2026-77", 200, 780),
            "num_engagement": ("ENG26-5501", 200, 765),
            "siret": (spaced(COMMUNE), 200, 750),
            "code_service": ("ECOLES", 200, 735),
        },
    ),
    Form(
        "office-hlm",
        f"""
        OFFICE PUBLIC DE L'HABITAT DE LA HAUTE-LISSE
        Bon de commande / Engagement n° : OPH-26-3391
        Établi le 22/06/2026
        SIRET {HOUSING}       APE 6820A      TVA FR12279900051
        Objet : livres pour les familles
        {B[29]} Bricolages d'hiver x 40
        """,
        {
            "order": "OPH-26-3391",
            "engagement": "OPH-26-3391",
            "date": "2026-06-22",
            "siret": HOUSING,
        },
        {B[29]: 40},
    ),
    Form(
        "laboratoire",
        f"""
        DÉLÉGATION RÉGIONALE OUEST - UMR 9999
        N° de commande : 4X0000881234          Date d'émission 11/05/2026
        Siret : {spaced(CNRS)}                 Code NACRES : BB.01
        Imputation : UMR9999 / NA / 34AB
        Contact : labo@exemple.fr              Tél : 05 99 00 77 88
        Lieu de livraison
        UMR 9999, salle 204
        5 chemin des Dunes
        99400 LANDEVILLE
        Désignation                     Quantité    Prix
        Écologie des lagunes            1           55,00
        ISBN {hyphened(B[30])}
        Sols et sédiments               2           48,00
        ISBN {hyphened(B[31])}
        """,
        {
            "order": "4X0000881234",
            "date": "2026-05-11",
            "siret": CNRS,
            "place": "UMR 9999, salle 204, 5 chemin des Dunes, 99400 LANDEVILLE",
        },
        {B[30]: 1, B[31]: 2},
    ),
    Form(
        "annule-et-remplace",
        f"""
        VILLE DE VALLIS                        DUPLICATA
        BON DE COMMANDE N° 26/00077
        Annule et remplace le bon de commande n° 26/00071
        Le 8 avril 2026
        Numéro d'engagement : VA260077
        SIRET : {spaced(COMMUNE_2)}            Service : CULT01
        {B[32]}  Jardins de curé   1
        {B[33]}  Herbier marin     2
        {B[34]}  Pêche à pied      3
        """,
        {
            "order": "26/00077",
            "date": "2026-04-08",
            "engagement": "VA260077",
            "siret": COMMUNE_2,
            "service": "CULT01",
        },
        {B[32]: 1, B[33]: 2, B[34]: 3},
    ),
    Form(
        "conditions-en-page-deux",
        f"""
        COMMUNE D'AUBREMONT
        Bon de commande : AUB-2026-0033           Date : 16/04/2026
        Engagement : 26E0033                      Siret : {COMMUNE}
        {B[35]}   Nuits de juin    Qté 5
        \f
        CONDITIONS GÉNÉRALES
        L'acte d'engagement et les CCAP s'appliquent. Sans engagement de durée.
        Coordonnateur du groupement : CC du Val de Lisse, SIRET {EPCI}
        CPV 22113000-5. Le marché est conclu jusqu'au 31/12/2027.
        Toute commande de plus de 500 € HT fait l'objet d'un bon.
        Régie : IBAN FR76 1007 1990 0000 0010 0000 144
        """,
        {
            "order": "AUB-2026-0033",
            "date": "2026-04-16",
            "engagement": "26E0033",
            "siret": COMMUNE,
        },
        {B[35]: 5},
    ),
    Form(
        "lettres-pour-chiffres",
        f"""
        SYNDICAT DES BIBLIOTHÈQUES
        SlRET : {COMMUNE.replace("1", "I").replace("0", "O")[:14]}
        Commande : SYB-4471 du 03/03/2026
        N° d'engagement : SYB26-4471
        {B[36]}   Contes à dire     2 ex.
        """,
        {
            "siret": COMMUNE,
            "order": "SYB-4471",
            "date": "2026-03-03",
            "engagement": "SYB26-4471",
        },
        {B[36]: 2},
    ),
    Form(
        "mail-liste",
        f"""
Bonjour,

Suite à votre devis n° D2026-118 du 02/01/2026, nous vous confirmons la commande.

- SIRET : {REGION}
- Service : DLCC
- N° EJ : 23R-2026-2044

Livres : {B[37]} (2 ex.), {B[38]} (1 ex.)

Cordialement,
--
Agnès Petit - Communauté de communes - SIRET {EPCI}
Tél. 05 99 00 12 34
        """,
        {
            "order": "BC26-00451",
            "siret": REGION,
            "service": "DLCC",
            "engagement": "23R-2026-2044",
        },
        {B[37]: 2, B[38]: 1},
        kind="eml",
        subject="Bon de commande n° BC26-00451",
    ),
    Form(
        "mail-qui-cite-la-librairie",
        """
Voici les références : EJ 1400123459, service exécutant FAC0000075.

Le 12/11/2025 à 10:12, Librairie a écrit :
> Merci de nous donner votre SIRET, le code service et le n° d'engagement.
> Exemple : EJ 1400000001
        """,
        {"engagement": "1400123459", "service": "FAC0000075"},
        kind="eml",
        subject="RE: votre commande",
    ),
    Form(
        "mail-en-tableau",
        "<p>Bonjour, voici notre commande.</p>"
        + html_table(
            [
                ["N° de bon de commande", "2026-0912"],
                ["N° engagement", "ENG-0912"],
                ["SIRET", spaced(COMMUNE)],
                ["Code service", "MEDIA"],
            ]
        )
        + html_table([["ISBN", "Titre", "Qté"], [B[39], "Les hautes eaux", "6"]]),
        {
            "order": "2026-0912",
            "engagement": "ENG-0912",
            "siret": COMMUNE,
            "service": "MEDIA",
        },
        {B[39]: 6},
        kind="html",
        subject="Commande de livres",
    ),
    Form(
        "mail-avec-piece-jointe",
        """
Bonjour,
Veuillez trouver ci-joint notre bon de commande.
        """,
        {
            "order": "BC26-00452",
            "engagement": "26D-452",
            "siret": COMMUNE,
            "date": "2026-02-20",
        },
        {B[40]: 3},
        kind="eml",
        subject="Bon de commande n° BC26-00452",
        attached=(
            Form(
                "bc",
                f"""
                MAIRIE D'AUBREMONT        Siret {COMMUNE}
                Bon de commande n° BC26-00452 du 20/02/2026
                Engagement n° 26D-452
                {B[40]}     La clé des champs     3
                """,
            ),
        ),
    ),
    Form(
        "word-tableau",
        f"""
MAIRIE DE VALLIS
Bon de commande
N° de commande | 26-0017
Date de commande | 07/01/2026
N° d'engagement | VAL-26-17
SIRET | {COMMUNE_2}
Code service | ENFANCE
Adresse de livraison | Crèche du Parc, 3 rue du Parc, 99300 VALLIS
ISBN | Titre | Qté
{B[41]} | Imagier des bêtes | 4
{B[42]} | Comptines du soir | 2
        """,
        {
            "order": "26-0017",
            "date": "2026-01-07",
            "engagement": "VAL-26-17",
            "siret": COMMUNE_2,
            "service": "ENFANCE",
            "place": "Crèche du Parc, 3 rue du Parc, 99300 VALLIS",
        },
        {B[41]: 4, B[42]: 2},
        kind="docx",
    ),
    Form(
        "texte-libre-odt",
        f"""
École primaire de Lisse
Commande de livres n° ECO-2026-9
Siret du payeur : {EPCI}
Engagement : VL26-0512
Lot 2 du marché 2025-LIV-07
{B[43]} | 24
{B[44]} | 24
{B[45]} | 1
        """,
        {
            "order": "ECO-2026-9",
            "siret": EPCI,
            "engagement": "VL26-0512",
            "market": "2025-LIV-07",
            "lot": "2",
        },
        {B[43]: 24, B[44]: 24, B[45]: 1},
        kind="odt",
    ),
    Form(
        "classeur",
        f"""
Commande du CDI||||
SIRET|{LYCEE}|||
Bon de commande|2026-CDI-4|||
|||
Titre|Auteur|EAN13|Prix public|Nb ex.
Le fil|A. Blanc|{B[46]}|12,90|2
Le pont|B. Noir|{B[47]}|9,50|1
Le port|C. Roux|'{B[48]}|11|3
TOTAL|||33,4|6
        """,
        {"siret": LYCEE, "order": "2026-CDI-4"},
        {B[46]: 2, B[47]: 1, B[48]: 3},
        kind="xlsx",
    ),
    Form(
        "liste-csv",
        f"""
ISBN;Quantité;Titre
{B[10]};4;Un
{hyphened(B[11])};1;Deux
="{B[12]}";2;Trois
        """,
        {},
        {B[10]: 4, B[11]: 1, B[12]: 2},
        kind="csv",
    ),
    Form(
        "liste-csv-sans-titres",
        f"""
{B[13]};3
{B[14]};1
{B[15]};12
        """,
        {},
        {B[13]: 3, B[14]: 1, B[15]: 12},
        kind="csv",
    ),
    Form(
        "trois-sirets-aucun-role",
        f"""
        VILLE DE LISSE         SIRET {COMMUNE}
        ÉCOLE DE MUSIQUE       SIRET {COMMUNE_2}
        Commande n° L26-41 du 02/02/2026
        Engagement n° L26E41
        {B[16]}  Solfège   10
        """,
        {"order": "L26-41", "date": "2026-02-02", "engagement": "L26E41"},
        {B[16]: 10},
    ),
    Form(
        "chiffres-trompeurs",
        f"""
        SERVICE DES SPORTS - place du Marché, 99310 LISSE
        Tél. 05 99 00 12 34 poste 0003       Fax 0599001234 0599001000
        Votre devis 2026-D-77 du 04/01/2026   N° client 41100881
        Commande 20260312000009               Marché de Noël du 12 au 24
        Un lot de 30 livres, valable jusqu'au 31/12/2026
        Siret de l'acheteur : {spaced(COMMUNE)}
        {B[17]} 6
        """,
        {"order": "20260312000009", "siret": COMMUNE},
        {B[17]: 6},
    ),
    Form(
        "musee",
        f"""
        ÉTABLISSEMENT PUBLIC DU MUSÉE DES RIVAGES
        14, quai du Musée - 99100 AUBREMONT
        Références à rappeler sur la facture : 2026-MUS-0451
        Code service exécutant (SE) : BOUTIQUE01
        N° SIRET (facturation) : {spaced(CNRS)}
        Marché n° 2024-17 lot 2
        Commande passée le 30/01/2026
        Référence        Libellé                 Quantité     Net
        {B[18]}    Catalogue des marines        20      400,00
        {B[19]}    Carnet de dessin              5       60,00
        """,
        {
            "engagement": "2026-MUS-0451",
            "service": "BOUTIQUE01",
            "siret": CNRS,
            "market": "2024-17",
            "lot": "2",
            "date": "2026-01-30",
        },
        {B[18]: 20, B[19]: 5},
    ),
    Form(
        "bibliotheque-catalogue",
        f"""
        RÉSEAU DES BIBLIOTHÈQUES DU VAL
        Panier 2026-14                     Date : 19/02/2026
        N° de commande : RBV-2026-014
        N° d'engagement : RBV260014
        Facturer à : SIRET {EPCI}
        1  {B[20]}  Blanc, A.   Le fil d'eau     Éd. du Bocage     2     18,00     36,00
        2  {B[21]}  Noir, B.    La roselière     Éd. du Bocage     1     21,50     21,50
        3  {B[22]}  Roux, C.    Le gué           Éd. du Bocage     3      7,90     23,70
        Total                                                      6               81,20
        """,
        {
            "order": "RBV-2026-014",
            "engagement": "RBV260014",
            "date": "2026-02-19",
            "siret": EPCI,
        },
        {B[20]: 2, B[21]: 1, B[22]: 3},
    ),
    Form(
        "libelles-au-dessus",
        f"""
        CAISSE DES ÉCOLES D'AUBREMONT

        NUMÉRO D'ENGAGEMENT          CODE SERVICE          SIRET
        CDE-ENG-26-88                CDE01                 {COMMUNE}

        BON DE COMMANDE N°           DATE
        CE26-0088                    27/08/2026

        Titre                        Code barre            Nombre d'ex.
        Calcul mental CE1            {B[23]}         27
        Calcul mental CE2            {B[24]}         26
        """,
        {
            "engagement": "CDE-ENG-26-88",
            "service": "CDE01",
            "siret": COMMUNE,
            "order": "CE26-0088",
            "date": "2026-08-27",
        },
        {B[23]: 27, B[24]: 26},
        draw="columns",
    ),
    Form(
        "prison",
        f"""
        MAISON D'ARRÊT DE LISSE
        Engagement juridique      : 1400555120
        Service facturier         : FAC9900099
        Structure destinataire    : {STATE}
        Notre référence : BIB/26/12
        Dossier suivi par Mme Leroy le 02/05/2026
        Ouvrages : {B[25]} (x3) ; {B[26]} (x1)
        """,
        {"engagement": "1400555120", "service": "FAC9900099", "siret": STATE},
        {B[25]: 3, B[26]: 1},
    ),
]
