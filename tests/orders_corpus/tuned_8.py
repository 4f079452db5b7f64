"""More forms: the set once kept apart, tuned on since it was measured."""
# ruff: noqa: E501 - rows as wide as a page

from .form import Form, hyphened, isbn, siret, spaced

VILLE, VILLE_2 = siret(21670501), siret(21670502)
EPCI, EPCI_2 = siret(20067050), siret(20067050, 12)
DEPT = siret(22670503)
REGION = siret(20067051)
STATE, STATE_2 = siret(11000670), siret(17670504)
UNIV = siret(13067050)
CNRS = siret(18008967)
CH = siret(26670505)
LYCEE = siret(19670506)
COLLEGE = siret(19670507)
OPH = siret(27670508)
ECOLE = siret(19670509)
US = "990 123 457 00014"

B = [isbn(number, "978299998") for number in range(400, 560)]

FORMS = [
    Form(
        "ville-cadre-a-droite",
        f"""
        MAIRIE DE VALFROID                           BON DE COMMANDE
        Direction de la lecture                      n° BIB/2026/0034 en date du 06/02/2026
        Hôtel de ville                               à rappeler sur toute correspondance
        67000 VALFROID
                                                     LIBRAIRIE DES DEUX RIVES
        Réf. engagement : 26BIB00034                 8 quai des Libraires
        Code service : 26-BIB                        76000 ROUEN
        SIRET : {spaced(VILLE)}                      Siret : {US}

        Merci de livrer à l'adresse suivante :
        Médiathèque du Haut
        11 rue de la Halle
        67000 VALFROID

        Article              Libellé                      Qté        Prix TTC
        {B[0]}        Neige                        2          15,00
        {B[1]}        Givre                        1          12,00
        """,
        {
            "order": "BIB/2026/0034",
            "date": "2026-02-06",
            "engagement": "26BIB00034",
            "service": "26-BIB",
            "siret": VILLE,
            "place": "Médiathèque du Haut, 11 rue de la Halle, 67000 VALFROID",
        },
        {B[0]: 2, B[1]: 1},
    ),
    Form(
        "ville-lot-et-marche-en-table",
        f"""
        VILLE DE VALFROID - COMMANDE PUBLIQUE

        Marché n°          Lot        Commande n°        Engagement n°        Date
        2026-LIV-02        4          VF26-0119          26VF0119             19/03/2026

        SIRET du pouvoir adjudicateur : {VILLE}
        Désignation                          Code EAN            Qté
        Trois contes                         {B[2]}       3
        Bouvard                              {B[3]}       1
        """,
        {
            "market": "2026-LIV-02",
            "lot": "4",
            "order": "VF26-0119",
            "engagement": "26VF0119",
            "date": "2026-03-19",
            "siret": VILLE,
        },
        {B[2]: 3, B[3]: 1},
    ),
    Form(
        "epci-livraisons-multiples",
        f"""
        COMMUNAUTÉ DE COMMUNES DU FROID VAL
        N° SIRET (siège, facturation) : {EPCI}
        BON DE COMMANDE CCFV-26-201 du 14/04/2026
        Engagement juridique : 26CCFV201
        Points de livraison : Médiathèque A (SIRET {EPCI_2}), Médiathèque B
        Médiathèque A     {B[4]}     2 ex
        Médiathèque B     {B[5]}     3 ex
        """,
        {
            "siret": EPCI,
            "order": "CCFV-26-201",
            "date": "2026-04-14",
            "engagement": "26CCFV201",
        },
        {B[4]: 2, B[5]: 3},
    ),
    Form(
        "departement-college-public",
        f"""
        DÉPARTEMENT DU FROID VAL                     Strasval, le 21 avril 2026
        Direction des collèges
        Dossier suivi par : M. Roth (03 67 00 11 22)
        Réf. : DC/2026/77
                                BON DE COMMANDE N° 26-004411
        Engagement N° 2026-E-004411
        Vous voudrez bien adresser votre facture sur Chorus Pro :
        SIRET {DEPT} - Service COLL
        Lieu de livraison : Collège Hugo, 1 rue Courte, 67100 STRASVAL
        Qté 30 - {B[6]} - Les Misérables
        Qté 30 - {B[7]} - Ruy Blas
        """,
        {
            "order": "26-004411",
            "engagement": "2026-E-004411",
            "siret": DEPT,
            "service": "COLL",
            "date": "2026-04-21",
            "place": "Collège Hugo, 1 rue Courte, 67100 STRASVAL",
        },
        {B[6]: 30, B[7]: 30},
    ),
    Form(
        "region-acheteur",
        f"""
        RÉGION FROIDE
        Acheteur public : Région Froide                    N° SIRET : {spaced(REGION)}
        Titulaire : LIBRAIRIE DES DEUX RIVES               N° SIRET : {US}
        Commande n° : R26/1102/A                           Date de création : 30/10/2026
        N° d'engagement : R26ENG1102                       Code service exécutant : FIN02
        Accord-cadre n° 2025-0077-03                       Lot n° : 3
        Adresse de livraison                               Adresse d'envoi des factures
        Lycée Agricole du Val                              Portail Chorus Pro
        3 route des Prés                                   (voir SIRET ci-dessus)
        67200 VALPRÉ
        Rang   EAN              Intitulé           Quantité
        1      {B[8]}    Botanique          15
        2      {B[9]}    Zoologie           15
        """,
        {
            "siret": REGION,
            "order": "R26/1102/A",
            "date": "2026-10-30",
            "engagement": "R26ENG1102",
            "service": "FIN02",
            "market": "2025-0077-03",
            "lot": "3",
            "place": "Lycée Agricole du Val, 3 route des Prés, 67200 VALPRÉ",
        },
        {B[8]: 15, B[9]: 15},
    ),
    Form(
        "etat-drac",
        f"""
        DIRECTION RÉGIONALE DU FROID
        Engagement juridique : 1410777888
        Service prescripteur : DRACFR067 / Service exécutant : DRAC067067
        Date : 02 décembre 2026
        SIRET : {STATE_2}
        Objet : achat d'ouvrages
        1 x {B[10]}
        2 x {B[11]}
        """,
        {
            "engagement": "1410777888",
            "service": "DRAC067067",
            "date": "2026-12-02",
            "siret": STATE_2,
        },
        {B[10]: 1, B[11]: 2},
    ),
    Form(
        "etat-numero-nu",
        f"""
        MINISTÈRE DU FROID
        1410999000
        BON DE COMMANDE du 04/12/2026
        Service exécutant : FAC6700067
        Siret : {spaced(STATE)}
        {B[12]} Tarifs douaniers        Quantité : 1
        """,
        {"date": "2026-12-04", "service": "FAC6700067", "siret": STATE},
        {B[12]: 1},
    ),
    Form(
        "universite-panier",
        f"""
        Université du Froid                     Commande : 4500321123
        Composante : Faculté de droit           Date : 11/12/2025
        SIRET : {UNIV}                  Page : 1 de 1
        Merci de mentionner le numéro de commande comme numéro d'engagement dans Chorus Pro.
        Service : FDROIT01
        Adresse de livraison :
        Faculté de droit - bureau 12
        place d'Athènes
        67000 STRASVAL
        Poste   Désignation                       Quantité    Prix net
        10      Code civil annoté                 3 U         34,12
                {B[13]}
        20      Code pénal annoté                 2 U         34,12
                {B[14]}
        """,
        {
            "order": "4500321123",
            "engagement": "4500321123",
            "date": "2025-12-11",
            "siret": UNIV,
            "service": "FDROIT01",
            "place": "Faculté de droit - bureau 12, place d'Athènes, 67000 STRASVAL",
        },
        {B[13]: 3, B[14]: 2},
    ),
    Form(
        "cnrs-commande-xlab",
        f"""
        UMR 6767 - Laboratoire du Froid
        Bon de commande                     N° 2026-XL-00091
        Date                                8/1/2026
        SIRET CNRS                          {CNRS}
        Code service Chorus                 UMR6767
        Nomenclature                        BC.31
        Livraison                           Salle des thèses, 2e étage
        Titre : Cristaux         ISBN : {B[15]}      Quantité : 1
        Titre : Glaciers         ISBN : {B[16]}      Quantité : 2
        """,
        {
            "order": "2026-XL-00091",
            "date": "2026-01-08",
            "siret": CNRS,
            "service": "UMR6767",
            "place": "Salle des thèses, 2e étage",
        },
        {B[15]: 1, B[16]: 2},
    ),
    Form(
        "hopital-annule",
        f"""
        CENTRE HOSPITALIER DU FROID                  *DUPLICATA*
        SIRET {CH}      FINESS 670000999
        COMMANDE N° CH26-77120 ANNULE ET REMPLACE LA COMMANDE N° CH26-77001
        DATE DE LA COMMANDE : 15.06.2026       DELAI : 15 JOURS
        N° DE MARCHE : 2024-CHF-019            UF DEMANDEUSE : 4410
        LIVRER A : BIBLIOTHEQUE DU PERSONNEL
        2    {B[17]}    PSYCHIATRIE
        1    {B[18]}    ONCOLOGIE
        """,
        {
            "siret": CH,
            "order": "CH26-77120",
            "date": "2026-06-15",
            "market": "2024-CHF-019",
            "place": "BIBLIOTHEQUE DU PERSONNEL",
        },
        {B[17]: 2, B[18]: 1},
        font="Courier",
        size=8,
    ),
    Form(
        "lycee-bon-vierge-annote",
        f"""
        Lycée du Froid - 0670506A
        N° SIRET : {LYCEE}
        Commande n° 26000417         Le 04/11/2026
        Service                      Engagement
        PEDA                         26-000417
        Fournisseur n° 00121 - Code client chez le fournisseur : 4110099
        {B[19]}     Hernani          32 ex.
        {B[20]}     Lorenzaccio      32 ex.
        Total                        64 ex.
        """,
        {
            "siret": LYCEE,
            "order": "26000417",
            "date": "2026-11-04",
            "engagement": "26-000417",
            "service": "PEDA",
        },
        {B[19]: 32, B[20]: 32},
    ),
    Form(
        "college-deux-engagements",
        f"""
        COLLÈGE DU FROID            SIRET {spaced(COLLEGE)}
        BON DE COMMANDE N° 2026-88 du 9 septembre 2026
        CDI : engagement n° 2026-0088-1
        Mathématiques : engagement n° 2026-0088-2
        {B[21]}   Le CDI            1
        {B[22]}   Cahiers          28
        {B[23]}   Corrigés          2
        """,
        {"siret": COLLEGE, "order": "2026-88", "date": "2026-09-09"},
        {B[21]: 1, B[22]: 28, B[23]: 2},
    ),
    Form(
        "office-colonnes-serrees",
        f"""
        OFFICE DE L'HABITAT DU FROID
        N° commande   Date cde     N° engagement   Siret
        OPH-0771      01/07/2026   26OPH0771       {OPH}

        Livraison : Maison de quartier, 5 allée des Pins
        {hyphened(B[24])}  Cuisine d'hiver  qté 4
        """,
        {
            "order": "OPH-0771",
            "date": "2026-07-01",
            "engagement": "26OPH0771",
            "siret": OPH,
            "place": "Maison de quartier, 5 allée des Pins",
        },
        {B[24]: 4},
        draw="columns",
    ),
    Form(
        "ecole-d-ingenieurs-formulaire",
        """
        ÉCOLE DU FROID - DEMANDE D'ACHAT VALANT BON DE COMMANDE
        """,
        {
            "order": "EF-2026-31",
            "engagement": "EF260031",
            "siret": ECOLE,
            "service": "DOC",
            "market": "2025EF08",
        },
        fields={
            "bc_numero": ("EF-2026-31", 50, 740),
            "engagement_juridique": ("EF260031", 50, 720),
            "siret_etablissement": (spaced(ECOLE), 50, 700),
            "code_service_chorus": ("DOC", 50, 680),
            "marche_no": ("2025EF08", 50, 660),
            "fournisseur_siret": (US, 50, 640),
        },
    ),
    # ---- mails
    Form(
        "mail-re-re",
        f"""
Bonjour,

Effectivement, il manquait l'engagement : 26VF0200.
Pour le reste : SIRET {VILLE}, code service 26-BIB.

Cordialement,
M. Roth
Service finances
Tél. : 03 67 00 11 22 - Fax : 03 67 00 11 23

-----Message d'origine-----
De : contact@deuxrives.example
Envoyé : mercredi 6 mai 2026 17:40
À : finances@valfroid.example
Objet : Facture rejetée F2026-00310

Bonjour, votre service a rejeté la facture : engagement 26VF0020 inconnu.
""",
        {"engagement": "26VF0200", "siret": VILLE, "service": "26-BIB"},
        kind="eml",
        subject="RE: RE: Facture rejetée F2026-00310",
    ),
    Form(
        "mail-html-cellules-cote-a-cote",
        "<table><tr><td>SIRET</td><td>Code service</td><td>Engagement</td></tr>"
        f"<tr><td>{VILLE_2}</td><td>SPORT</td><td>VF2-26-9</td></tr></table>"
        f"<p>Commande&nbsp;: 2 ex de {B[25]}, 3 ex de {B[26]}</p>",
        {"siret": VILLE_2, "service": "SPORT", "engagement": "VF2-26-9"},
        {B[25]: 2, B[26]: 3},
        kind="html",
        subject="Nos références",
    ),
    Form(
        "mail-noreply",
        """
Madame, Monsieur,

Un nouveau bon de commande vous a été adressé par VILLE DE VALFROID.
Numéro : VF26-0451
Montant TTC : 245,10 €
Date de la commande : 12/05/2026

Ne pas répondre à ce message.
        """,
        {"order": "VF26-0451", "date": "2026-05-12"},
        kind="eml",
        subject="Bon de commande n° VF26-0451",
    ),
    Form(
        "mail-commande-piece-jointe-docx",
        """
Bonjour,
commande ci-jointe. Pour la facture, merci d'indiquer le service MUSIQUE.
        """,
        {
            "order": "VF26-0500",
            "engagement": "26VF0500",
            "siret": VILLE,
            "service": "MUSIQUE",
        },
        {B[27]: 2},
        kind="eml",
        subject="Commande",
        attached=(
            Form(
                "commande",
                f"""
Commande n° VF26-0500
SIRET | {VILLE}
Engagement | 26VF0500
ISBN | Qté
{B[27]} | 2
                """,
                kind="docx",
            ),
        ),
    ),
    # ---- office files and lists
    Form(
        "odt-deux-colonnes",
        f"""
Ville de Valfroid | Bon de commande n° VF-61
SIRET : {VILLE} | Date : 3 avril 2026
Engagement : 26VF0061 | Marché : sans
Titre | Auteur | ISBN | Ex.
L'hiver | Zola | {hyphened(B[28])} | 2
        """,
        {
            "order": "VF-61",
            "siret": VILLE,
            "date": "2026-04-03",
            "engagement": "26VF0061",
        },
        {B[28]: 2},
        kind="odt",
    ),
    Form(
        "xlsx-commande-complete",
        f"""
BON DE COMMANDE|||||
N°|VF-2026-77|||Date|12/06/2026
SIRET|{spaced(VILLE)}|||Engagement|26VF0077
|||||
Ligne|Code barre|Titre|Prix TTC|Qté|Total TTC
1|{B[29]}|Un|10|2|20
2|{B[30]}|Deux|12,5|1|12,5
3|{B[31]}|Trois|8|12|96
|||TOTAL|15|128,5
        """,
        {
            "order": "VF-2026-77",
            "date": "2026-06-12",
            "siret": VILLE,
            "engagement": "26VF0077",
        },
        {B[29]: 2, B[30]: 1, B[31]: 12},
        kind="xlsx",
    ),
    Form(
        "csv-entetes-anglais",
        f"""
"Title","Author","ISBN-13","Publisher","Copies","Unit price"
"Un","A","{B[32]}","E","2","10,00"
"Deux, suite","B","{B[33]}","E","1","12,00"
        """,
        {},
        {B[32]: 2, B[33]: 1},
        kind="csv",
    ),
    Form(
        "csv-quantite-devant",
        f"""
Nbre;Titre;Ean
2;Un;{B[34]}
1;Deux;{B[35]}
;Trois;{B[36]}
        """,
        {},
        {B[34]: 2, B[35]: 1, B[36]: None},
        kind="csv",
    ),
    Form(
        "ods-isbn-et-ean",
        f"""
ISBN|EAN|Titre|Quantité souhaitée
2-9999-0018-X|9782999900189|Un|3
|{B[37]}|Deux|1
        """,
        {},
        {"9782999900189": 3, B[37]: 1},
        kind="ods",
    ),
    Form(
        "pdf-liste-numerotee",
        f"""
        Liste de la classe - école du Froid - 26 élèves
        1.  {B[38]}   Atlas           26
        2.  {B[39]}   Cahier          26
        3.  {B[40]}   Guide            1
        """,
        {},
        {B[38]: 26, B[39]: 26, B[40]: 1},
    ),
]
