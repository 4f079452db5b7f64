"""More forms: kept apart at first, tuned on since they were measured."""

from .form import Form, html_table, hyphened, isbn, siret, spaced

PORT = siret(21990077)
BLOIS = siret(21990088)
METRO, METRO_2 = siret(24990066), siret(24990066, 3)
CHU = siret(26990044)
INSA = siret(19990555)
LP = siret(19990666)
STATE = siret(11990022)
SDIS = siret(28990010)
US = "99012345700014"

B = [isbn(number, "979109990") for number in range(10, 60)]

FORMS = [
    Form(
        "ville-encadre",
        f"""
        Ville de Port-Lisse                                 À rappeler sur la facture
        Direction de l'éducation                            Bon de commande : PL26-01177
        Place du Marché aux herbes                          N° engagement : 26EDU00451
        99600 PORT-LISSE                                    Code service : EDUC-2
                                                            SIRET : {PORT}
        Port-Lisse, le 25/08/2026

        LIBRAIRIE DES DEUX RIVES
        Siret {US}

        Lieu de livraison : Groupe scolaire Prévert, 1 rue des Écoles, 99600 PORT-LISSE

        Référence         Désignation                Quantité      PU HT       Total HT
        {B[0]}     Méthode de lecture              60      11,37         682,20
        {B[1]}     Guide du maître                  3      24,64          73,92
        """,
        {
            "order": "PL26-01177",
            "engagement": "26EDU00451",
            "service": "EDUC-2",
            "siret": PORT,
            "place": "Groupe scolaire Prévert, 1 rue des Écoles, 99600 PORT-LISSE",
            "date": "2026-08-25",
        },
        {B[0]: 60, B[1]: 3},
    ),
    Form(
        "ville-compact",
        f"""
        COMMUNE DE BLOISEAU - BC N° 412/2026 - ENGAGEMENT 2026/412 - DATE 06/07/2026
        SIRET {spaced(BLOIS)} - SERVICE BIB01
        Livres pour la bibliothèque : 
        1 x {B[2]}
        2 x {B[3]}
        """,
        {
            "order": "412/2026",
            "engagement": "2026/412",
            "date": "2026-07-06",
            "siret": BLOIS,
            "service": "BIB01",
        },
        {B[2]: 1, B[3]: 2},
        font="Courier",
        size=8,
    ),
    Form(
        "metropole",
        f"""
        MÉTROPOLE DU RIVAGE
        Direction de la commande publique

        BON DE COMMANDE                                N° MR-2026-08811
        Date d'émission                                15/04/2026
        N° de marché                                   2025-0456-02
        Numéro d'engagement Chorus                     E2608811
        Code service destinataire                      BIBMETRO
        SIRET destinataire                             {spaced(METRO)}

        Livraison
        Bibliothèque centrale - quai de déchargement
        11 rue du Port
        99700 RIVAGE

        Ligne  EAN13             Titre                                Qté    Prix public
        1      {B[4]}     Bande dessinée, t. 1                  5      14,50
        2      {B[5]}     Bande dessinée, t. 2                  5      14,50
        3      {B[6]}     Fahrenheit 451 expliqué               1       9,00
        """,
        {
            "order": "MR-2026-08811",
            "date": "2026-04-15",
            "market": "2025-0456-02",
            "engagement": "E2608811",
            "service": "BIBMETRO",
            "siret": METRO,
            "place": (
                "Bibliothèque centrale - quai de déchargement, 11 rue du Port, "
                "99700 RIVAGE"
            ),
        },
        {B[4]: 5, B[5]: 5, B[6]: 1},
        draw="columns",
    ),
    Form(
        "chu-paysage",
        f"""
        CHU DE RIVAGE - CELLULE ACHATS - 99700 RIVAGE - SIRET {CHU}
        COMMANDE N° 26CHU118822 DU 12/05/2026 - FOURNISSEUR 00012345
        MARCHE : 24A0117 - UF 9910 - COMPTE 606580
        LIVRAISON : BIBLIOTHEQUE MEDICALE, BATIMENT 3
        TEL 05 99 11 22 33
        {hyphened(B[7])}   ANATOMIE CLINIQUE, 5E ED.     QTE : 2      PU : 59,00
        {hyphened(B[8])}   URGENCES PEDIATRIQUES         QTE : 1      PU : 45,00
        """,
        {
            "siret": CHU,
            "order": "26CHU118822",
            "date": "2026-05-12",
            "market": "24A0117",
            "place": "BIBLIOTHEQUE MEDICALE, BATIMENT 3",
        },
        {B[7]: 2, B[8]: 1},
        font="Courier",
        size=8,
    ),
    Form(
        "ecole-ingenieurs",
        f"""
        INSTITUT DES SCIENCES APPLIQUÉES DE RIVAGE
        Bon de commande N° : 4500990011 - 29/01/2026
        Le numéro de bon de commande est à indiquer comme numéro d'engagement
        sur Chorus Pro.
        SIRET : {spaced(INSA)}
        Service facturier : AC-INSA
        Destinataire : Bibliothèque, bâtiment H
        Pos   Article         Description               Qté
        10    {B[9]}   Mécanique des fluides      6
        20    {B[10]}   Thermique                  6
        """,
        {
            "order": "4500990011",
            "engagement": "4500990011",
            "siret": INSA,
            "service": "AC-INSA",
            "date": "2026-01-29",
        },
        {B[9]: 6, B[10]: 6},
    ),
    Form(
        "lycee-professionnel",
        f"""
        LYCÉE PROFESSIONNEL DU RIVAGE           RNE : 0990666K
        Bon de commande n° : 2026/0087          Rivage, le 04/06/2026
        Engagement n° : 87                      Service : AP  Domaine : ENSEIGN
        SIRET : {LP}
        Fournisseur : LIBRAIRIE DES DEUX RIVES
        Quantité   Désignation                            Prix unitaire
        32         Manuel de cuisine {B[11]}         24,00
        32         Manuel de service {B[12]}         22,00
        """,
        {"order": "2026/0087", "date": "2026-06-04", "siret": LP},
        {B[11]: 32, B[12]: 32},
    ),
    Form(
        "tribunal",
        f"""
        COUR D'APPEL DE RIVAGE - SERVICE ADMINISTRATIF RÉGIONAL
        Bon de commande de l'État
        N° d'engagement juridique (EJ) : 1400777001
        N° SIRET : {spaced(STATE)}
        Service exécutant : FAC0550099
        Date d'édition : 14/10/2026
        Livrer à : Tribunal judiciaire - bibliothèque, 2 place du Palais, 99700 RIVAGE
        {B[13]}  Code civil annoté  10
        {B[14]}  Code pénal annoté  10
        {B[15]}  Code du travail     4
        """,
        {
            "engagement": "1400777001",
            "siret": STATE,
            "service": "FAC0550099",
            "date": "2026-10-14",
            "place": (
                "Tribunal judiciaire - bibliothèque, 2 place du Palais, 99700 RIVAGE"
            ),
        },
        {B[13]: 10, B[14]: 10, B[15]: 4},
    ),
    Form(
        "pompiers",
        f"""
        SDIS 99
        Groupement formation
        BDC n° F26-0331                 Imprimé le 02/03/2026
        Réf. engagement : 0331-2026
        Siret : {spaced(SDIS)}
        Délai de livraison : 30 jours
        {B[16]}  Guide des manoeuvres   15 exemplaires
        """,
        {
            "order": "F26-0331",
            "date": "2026-03-02",
            "engagement": "0331-2026",
            "siret": SDIS,
        },
        {B[16]: 15},
        draw="words",
    ),
    Form(
        "mail-transfere",
        f"""
Bonjour,
Pour votre facture du mois : numéro d'engagement 26CU-00871, code service CULT2.
Notre SIRET est le {spaced(BLOIS)}.
Merci de livrer {B[17]} x 2 et {B[18]} x 4.
Bien à vous
-- 
Mairie de Bloiseau, 05 99 44 55 66

De : Librairie <contact@exemple.fr>
Envoyé : lundi 3 mars 2026
Objet : votre commande
Il nous manque votre numéro d'engagement (ex. 26XX-00001) et votre SIRET.
        """,
        {"engagement": "26CU-00871", "service": "CULT2", "siret": BLOIS},
        {B[17]: 2, B[18]: 4},
        kind="eml",
        subject="Tr : votre commande",
    ),
    Form(
        "mail-tableau-large",
        "<div>Commande ci-dessous.</div>"
        + html_table(
            [
                ["Bon de commande", "Engagement", "SIRET", "Service"],
                ["2026-556", "ENG556-26", METRO, "ARCHIV"],
            ]
        )
        + html_table(
            [
                ["Titre", "ISBN", "Exemplaires", "Prix TTC"],
                ["Chroniques", B[19], "2", "20,00"],
                ["Registres", hyphened(B[20]), "1", "35,00"],
            ]
        ),
        {
            "order": "2026-556",
            "engagement": "ENG556-26",
            "siret": METRO,
            "service": "ARCHIV",
        },
        {B[19]: 2, B[20]: 1},
        kind="html",
        subject="Commande archives",
    ),
    Form(
        "word-lettre",
        f"""
Mairie de Port-Lisse
Objet : commande d'ouvrages - engagement n° PL26-5512
Conformément au marché n° 2026-LIVRES-01 (lot n° 1), merci de livrer :
EAN | Titre | Quantité
{B[21]} | Le phare | 8
{B[22]} | La jetée | 8
Facture à déposer sur Chorus Pro (SIRET {PORT}, code service CULTURE-1).
Fait à Port-Lisse, le 9 juin 2026
        """,
        {
            "engagement": "PL26-5512",
            "market": "2026-LIVRES-01",
            "lot": "1",
            "siret": PORT,
            "service": "CULTURE-1",
            "date": "2026-06-09",
        },
        {B[21]: 8, B[22]: 8},
        kind="docx",
    ),
    Form(
        "liste-du-professeur",
        f"""
Liste de lecture 4e B|||
|||
|Titre|Code|Ex
1|Le Horla|{B[23]}|28
2|La parure|{B[24]}|28
3|Carmen|{B[25]}|1
|Total||57
        """,
        {},
        {B[23]: 28, B[24]: 28, B[25]: 1},
        kind="xlsx",
    ),
    Form(
        "liste-export",
        f"""
N° commande\tISBN\tAuteur\tTitre\tÉditeur\tNb\tPrix
CB-77\t{B[26]}\tBlanc\tUn\tBocage\t2\t10,00
CB-77\t{B[27]}\tNoir\tDeux\tBocage\t1\t12,50
        """,
        {"order": "CB-77"},
        {B[26]: 2, B[27]: 1},
        kind="csv",
    ),
    Form(
        "deux-engagements",
        f"""
        MÉTROPOLE DU RIVAGE                    SIRET {METRO}
        Commande n° MR-2026-09000 du 02/11/2026
        Engagement n° E2609000-A (fonctionnement)
        Engagement n° E2609000-B (investissement)
        À livrer au site : Réserve, SIRET {METRO_2}
        {B[28]}  Atlas    2 ex.
        """,
        {
            "order": "MR-2026-09000",
            "date": "2026-11-02",
            "siret": METRO,
            "place": "Réserve",
        },
        {B[28]: 2},
    ),
    Form(
        "formulaire-electronique",
        f"""
        Région du Rivage - bon de commande électronique
        Livres : {B[29]} Qté 3
        """,
        {
            "siret": siret(23990099),
            "engagement": "R26-00777",
            "order": "R26-BC-777",
            "market": "R25M044",
        },
        {B[29]: 3},
        fields={
            "NumeroEngagement": ("R26-00777", 200, 700),
            "numBonCommande": ("R26-BC-777", 200, 680),
            "Siret_Acheteur": (siret(23990099), 200, 660),
            "numero_marche": ("R25M044", 200, 640),
            "remarque": ("livrer avant le 12/12/2026", 200, 620),
        },
    ),
]
