"""More forms: the set once kept apart, tuned on since it was measured."""
# ruff: noqa: E501 - rows as wide as a page

from .form import Form, html_table, isbn, siret, spaced

VILLE, VILLE_2 = siret(21090601), siret(21090602)
CA, CA_2 = siret(20009060), siret(20009060, 3)
DEPT = siret(22090603)
STATE = siret(11000906)
UNIV = siret(19090604)
CH = siret(26090605)
LYCEE = siret(19090606)
COLLEGE = siret(19090607)
SIVOM = siret(25090608)
US = "990 123 457 00014"

B = [isbn(number, "978299999") for number in range(600, 700)]

FORMS = [
    Form(
        "mairie-une-colonne",
        f"""
        MAIRIE DE PRADES-LE-HAUT
        Bon de commande
        Numéro
        PLH-2026-014
        Date
        27/01/2026
        Engagement
        26PLH014
        Siret
        {VILLE}
        Code service
        ANIM

        {B[0]}     Jeux de société      1
        {B[1]}     Jeux de cartes       2
        {B[2]}     Jeux de plein air    4
        """,
        {
            "order": "PLH-2026-014",
            "date": "2026-01-27",
            "engagement": "26PLH014",
            "siret": VILLE,
            "service": "ANIM",
        },
        {B[0]: 1, B[1]: 2, B[2]: 4},
    ),
    Form(
        "mairie-cases",
        f"""
        [X] Bon de commande    [ ] Devis       N° : 0042-2026-PLH      Date : 2/02/2026
        Collectivité : Prades-le-Haut          N° SIRET : {spaced(VILLE_2)}
        N° d'engagement comptable : 0042/26    Code service destinataire : [néant]
        Livraison : [X] Mairie   [ ] École
        ISBN             Titre           Nb
        {B[3]}    Épopées         1
        {B[4]}    Sagas           2
        """,
        {
            "order": "0042-2026-PLH",
            "date": "2026-02-02",
            "siret": VILLE_2,
            "engagement": "0042/26",
        },
        {B[3]: 1, B[4]: 2},
    ),
    Form(
        "agglo-en-tete-double",
        f"""
        AGGLOMÉRATION DU HAUT                    À l'attention de : LIBRAIRIE DES DEUX RIVES
        Siège : 2 place Neuve                    N° SIRET : {US}
        SIRET : {CA}
        Nos références à rappeler : AGH/2026/0551

        OBJET : BON DE COMMANDE 2026-AGH-0551 du mercredi 4 mars 2026
        Marché n° : AGH-24-011 - Lot n° : 2A
        Livraison : Médiathèque Colette (SIRET {CA_2})
        Facturation : Agglomération du Haut, code service FIN-01
        Réf. {B[5]} - Qté 2 - Les Falaises
        Réf. {B[6]} - Qté 1 - Les Dunes
        """,
        {
            "siret": CA,
            "engagement": "AGH/2026/0551",
            "order": "2026-AGH-0551",
            "date": "2026-03-04",
            "market": "AGH-24-011",
            "lot": "2A",
            "place": "Médiathèque Colette",
            "service": "FIN-01",
        },
        {B[5]: 2, B[6]: 1},
    ),
    Form(
        "departement-tampon",
        f"""
        Conseil départemental du Haut                          Reçu le 15/06/2026
        BON DE COMMANDE N° CD09-26-771                         Courrier n° 4512
        Le Président du conseil départemental,
        Vu la délibération n° 2025-114 du 12/12/2025,
        commande à LIBRAIRIE DES DEUX RIVES les ouvrages suivants.
        Engagement n° : CD09E26771     SIRET : {DEPT}
        Date : 10/06/2026              Livraison impérative avant le 01/07/2026
        {B[7]}   Châteaux            3 exemplaires
        {B[8]}   Abbayes             1 exemplaire
        """,
        {
            "order": "CD09-26-771",
            "engagement": "CD09E26771",
            "siret": DEPT,
            "date": "2026-06-10",
        },
        {B[7]: 3, B[8]: 1},
    ),
    Form(
        "etat-tableau-complet",
        f"""
        TRIBUNAL DU HAUT
        N° d'EJ                       1412345000
        Date de notification          08/09/2026
        Date de commande              07/09/2026
        Service exécutant             JUS0900009
        SIRET                         {spaced(STATE)}
        N° de SIRET fournisseur       {US}
        Adresse de livraison          Bibliothèque du tribunal, 1 place du Palais
        Réf.                Libellé                 Quantité    Montant
        {B[9]}       Code de procédure       2           84,00
        """,
        {
            "engagement": "1412345000",
            "date": "2026-09-07",
            "service": "JUS0900009",
            "siret": STATE,
            "place": "Bibliothèque du tribunal, 1 place du Palais",
        },
        {B[9]: 2},
    ),
    Form(
        "universite-po",
        f"""
        UNIVERSITÉ DU HAUT - IUT
        Commande d'achat n° 4500888777 - Date de commande : 05.05.2026
        N° engagement juridique = n° de commande
        SIRET {UNIV} - Service IUT_HAUT
        Contact livraison : Mme Bel, 05 09 00 11 22
        0010   {B[10]}   Électronique   4 PCE
        0020   {B[11]}   Automatique    2 PCE
        """,
        {
            "order": "4500888777",
            "date": "2026-05-05",
            "engagement": "4500888777",
            "siret": UNIV,
            "service": "IUT_HAUT",
        },
        {B[10]: 4, B[11]: 2},
    ),
    Form(
        "hopital-commande-marche",
        f"""
        Hôpital du Haut
        Commande/Marché : HH26-00456 / 2025HH031
        Date : 21.10.2026
        SIRET du payeur : {CH}
        N° Engagement budgétaire : HH2600456
        Dépôt : Bibliothèque des soignants
        {B[12]}  Urgences    1
        {B[13]}  Réanimation    1
        {B[14]}  Douleur    2
        """,
        {"date": "2026-10-21", "siret": CH, "engagement": "HH2600456"},
        {B[12]: 1, B[13]: 1, B[14]: 2},
    ),
    Form(
        "lycee-agricole",
        f"""
        LEGTA du Haut
        N° UAI 0090606N, N° SIRET {LYCEE}
        Bon de commande numéro 26/0318 émis le 18 mars 2026
        Numéro d'engagement : néant
        Livrer au plus tard le 30/03/2026 au CDI
        {B[15]} : dix exemplaires
        {B[16]} : deux exemplaires
        """,
        {"siret": LYCEE, "order": "26/0318", "date": "2026-03-18"},
        {B[15]: 10, B[16]: 2},
    ),
    Form(
        "college-carte",
        f"""
        Collège du Haut, 3 rue de la Poste, 09000 HAUTMONT - Siret {spaced(COLLEGE, ".")}
        Commande de série n° 26-31           Hautmont, le 8/9/2026
        Engagement 26-31/CDI
        Série : Vendredi ({B[17]}) 30 ex.
        Série : Croc-Blanc ({B[18]}) 28 ex.
        """,
        {
            "siret": COLLEGE,
            "order": "26-31",
            "date": "2026-09-08",
            "engagement": "26-31/CDI",
        },
        {B[17]: 30, B[18]: 28},
    ),
    Form(
        "sivom-mail",
        f"""
Bonjour,

Suite à notre échange, je vous confirme la commande suivante :
 - 5 ex. de {B[19]}
 - 2 ex. de {B[20]}

Bon de commande : SIV-26-8
Engagement : SIV26E8
Siret : {SIVOM}
A livrer à la salle des fêtes, 2 chemin du Pré.

Merci d'avance,
Anne Bel
Secrétaire - SIVOM du Haut
        """,
        {
            "order": "SIV-26-8",
            "engagement": "SIV26E8",
            "siret": SIVOM,
            "place": "la salle des fêtes, 2 chemin du Pré",
        },
        {B[19]: 5, B[20]: 2},
        kind="eml",
        subject="Commande SIVOM",
    ),
    Form(
        "mail-html-imbrique-transfere",
        "<div>Pour info.</div><br><div>---------- Message transféré ---------<br>"
        "De : Mairie &lt;compta@prades.example&gt;<br>Date: lun. 9 mars 2026<br>"
        "Objet : Votre facture 2026/00077</div>"
        f"<div>Merci de reprendre avec l'engagement n° 26PLH077 et le SIRET {VILLE}.</div>",
        {"engagement": "26PLH077", "siret": VILLE},
        kind="html",
        subject="Fwd: Votre facture 2026/00077",
    ),
    Form(
        "docx-formulaire",
        f"""
BON DE COMMANDE N° PLH-77
Date de la commande : 11/11/2026
Références pour la facturation
N° SIRET | {VILLE}
N° Engagement | 26PLH077
N° Service | (vide)
Adresse de livraison | Crèche, 4 rue Verte
Désignation | Réf. éditeur | ISBN | Quantité | PU HT
Imagier | A12 | {B[21]} | 3 | 9,48
Puzzle | B07 | {B[22]} | 1 | 12,32
        """,
        {
            "order": "PLH-77",
            "date": "2026-11-11",
            "siret": VILLE,
            "engagement": "26PLH077",
            "place": "Crèche, 4 rue Verte",
        },
        {B[21]: 3, B[22]: 1},
        kind="docx",
    ),
    Form(
        "xlsx-libre",
        f"""
|Commande CDI - collège du Haut||
||à passer avant les vacances|
|Titre|isbn|ex
|Le Cid|{B[23]}|30
|Horace|{B[24]}|30
||Total :|60
        """,
        {},
        {B[23]: 30, B[24]: 30},
        kind="xlsx",
    ),
    Form(
        "csv-bibliotheque",
        f"""
Cote;Auteur;Titre;Editeur;ISBN/EAN;Exemplaires;PU TTC
R BAL;Balzac;Le père;Bocage;{B[25]};1;9,90
R ZOL;Zola;La terre;Bocage;{B[26]};2;8,50
        """,
        {},
        {B[25]: 1, B[26]: 2},
        kind="csv",
    ),
    Form(
        "html-table-cle-valeur",
        html_table(
            [
                ["Bon de commande", "n° 2026-PLH-90 du 01/10/2026"],
                ["Engagement juridique", "26PLH0090"],
                ["Destinataire de la facture", f"Mairie - SIRET {spaced(VILLE)}"],
                ["Lieu de livraison", "École du Haut, rue Haute"],
            ]
        )
        + html_table(
            [["Qté", "Livre", "EAN"], ["2", "Alphabet", B[27]], ["1", "Calcul", B[28]]]
        ),
        {
            "order": "2026-PLH-90",
            "date": "2026-10-01",
            "engagement": "26PLH0090",
            "siret": VILLE,
            "place": "École du Haut, rue Haute",
        },
        {B[27]: 2, B[28]: 1},
        kind="html",
        subject="Bon de commande",
    ),
]
