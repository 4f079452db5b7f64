"""More forms: the set once kept apart, tuned on since it was measured."""
# ruff: noqa: E501 - rows as wide as a page

from .form import Form, html_table, hyphened, isbn, siret, spaced

VILLE, VILLE_2 = siret(21410401), siret(21410402)
METRO = siret(24410403)
DEPT = siret(22410404)
REGION = siret(23410405)
STATE = siret(11000410)
UNIV = siret(19410406)
INSERM = siret(18003410)
CH, CH_2 = siret(26410407), siret(26410408)
LYCEE = siret(19410409)
COLLEGE = siret(19410410)
CCAS = siret(26410411)
SDIS = siret(28410412)
ARCHIVES = siret(22410404, 7)
US = "990 123 457 00014"

B = [isbn(number, "978299995") for number in range(300, 420)]

FORMS = [
    Form(
        "ville-points-de-conduite",
        f"""
        VILLE DE MONTCLAIR
        SERVICE DES ACHATS

        BON DE COMMANDE N° .............. : MC-26-00731
        DATE ............................ : 04/02/2026
        N° D'ENGAGEMENT ................. : MC260731
        SIRET ........................... : {VILLE}
        CODE SERVICE .................... : LECTURE
        LIEU DE LIVRAISON ............... : BIBLIOTHEQUE, 3 RUE DES ORMES

        {B[0]}  La source                 2
        {B[1]}  Le gué                    1
        {B[2]}  Le pont                   4
        """,
        {
            "order": "MC-26-00731",
            "date": "2026-02-04",
            "engagement": "MC260731",
            "siret": VILLE,
            "service": "LECTURE",
            "place": "BIBLIOTHEQUE, 3 RUE DES ORMES",
        },
        {B[0]: 2, B[1]: 1, B[2]: 4},
        font="Courier",
        size=8,
    ),
    Form(
        "ville-reperes",
        f"""
        Mairie de Montclair                        Montclair, le 2 févr. 2026
        Nos réf. : AB/CD/2026-118
        Vos réf. : devis D-77 du 12/01/2026

        Objet : bon de commande n° 2026-BIB-118
        Engagement comptable n° 2026-118-BIB
        Siret de la commune pour Chorus : {spaced(VILLE)}

        Ouvrage                         ISBN                  Nbre
        Herbes folles                   {hyphened(B[3])}     3
        Arbres sages                    {hyphened(B[4])}     2
        """,
        {
            "date": "2026-02-02",
            "order": "2026-BIB-118",
            "engagement": "2026-118-BIB",
            "siret": VILLE,
        },
        {B[3]: 3, B[4]: 2},
    ),
    Form(
        "metropole-payeur-beneficiaire",
        f"""
        MÉTROPOLE DE MONTCLAIR
        Bon de commande         MM-2026-1190
        Date                    18/09/2026

        Bénéficiaire            Médiathèque des Ormes
        SIRET bénéficiaire      {VILLE_2}
        Payeur                  Métropole de Montclair
        SIRET payeur            {METRO}
        Engagement              26MM1190
        Service Chorus          DCL_04
        Qté     Référence         Libellé
        1       {B[5]}     Le quai
        1       {B[6]}     La grue
        """,
        {
            "order": "MM-2026-1190",
            "date": "2026-09-18",
            "siret": METRO,
            "engagement": "26MM1190",
            "service": "DCL_04",
        },
        {B[5]: 1, B[6]: 1},
    ),
    Form(
        "departement-tuyaux",
        f"""
        CONSEIL DÉPARTEMENTAL DES ORMES
        Commande n° : 26CD-0551 | Date : 7 mai 2026 | Engagement n° : 26CD0551E
        SIRET : {DEPT} | Code service : 12-CULT (Direction de la culture)
        Marché : 2025-CD-077 | Lot : 1
        {B[7]} | La plaine | 3 | 12,00
        {B[8]} | La crête | 1 | 18,00
        """,
        {
            "order": "26CD-0551",
            "date": "2026-05-07",
            "engagement": "26CD0551E",
            "siret": DEPT,
            "service": "12-CULT",
            "market": "2025-CD-077",
            "lot": "1",
        },
        {B[7]: 3, B[8]: 1},
    ),
    Form(
        "region-deux-marches",
        f"""
        RÉGION DES ORMES
        SIRET destinataire de la facture : {spaced(REGION)}
        Commande RO26-0077 émise le 11/05/2026
        Marchés n° 2025-R-01 (lot 1) et n° 2025-R-02 (lot 3)
        N° d'engagement juridique : 26RO00077
        Quantité   EAN              Titre
        12         {B[9]}    Chimie
        8          {B[10]}    Physique
        """,
        {
            "siret": REGION,
            "order": "RO26-0077",
            "date": "2026-05-11",
            "engagement": "26RO00077",
        },
        {B[9]: 12, B[10]: 8},
    ),
    Form(
        "etat-tranche",
        f"""
        DIRECTION DES ORMES                          MINISTÈRE DE LA FORÊT
        BON DE COMMANDE
        N° EJ            Tranche       Date            Service exécutant
        1409000321       1             05/06/2026      FAC4100041

        Structure à facturer : État, SIRET {STATE}
        Adresse de livraison : Cité administrative, bâtiment D, 41000 MONTCLAIR
        N° poste   Article           Quantité   Prix HT
        1          {B[11]}     1,00       52,13
        2          {B[12]}     2,00       18,96
        """,
        {
            "engagement": "1409000321",
            "date": "2026-06-05",
            "service": "FAC4100041",
            "siret": STATE,
            "place": "Cité administrative, bâtiment D, 41000 MONTCLAIR",
        },
        {B[11]: 1, B[12]: 2},
    ),
    Form(
        "universite-a-rappeler",
        f"""
        UNIVERSITÉ DES ORMES - Direction des bibliothèques
        N° de commande (à rappeler sur la facture) 4500999111
        Du 16.10.2026                     Acheteur : K. Martin - 02 41 00 00 12
        SIRET {UNIV}              Code service BU-DROIT
        Votre SIRET : {US}
        Livrer à :
        BU Droit
        3 mail des Ormes
        41000 MONTCLAIR
        Pos   Matériel         Désignation              Qté commandée
        10    {B[13]}    Droit fiscal             2 EA
        20    {B[14]}    Droit rural              1 EA
        """,
        {
            "order": "4500999111",
            "date": "2026-10-16",
            "siret": UNIV,
            "service": "BU-DROIT",
            "place": "BU Droit, 3 mail des Ormes, 41000 MONTCLAIR",
        },
        {B[13]: 2, B[14]: 1},
    ),
    Form(
        "inserm",
        f"""
        Institut de recherche - Unité U1410
        Référence de la commande : SR26-004412
        Commande passée le : lundi 9 mars 2026
        Identifiant Chorus de la structure : {INSERM}
        Code du service destinataire : ADR41
        EOTP 41-2026   Compte 606   Montant engagé 88,00
        {B[15]} Virologie, 2e éd.      Quantité 1
        """,
        {
            "order": "SR26-004412",
            "date": "2026-03-09",
            "siret": INSERM,
            "service": "ADR41",
        },
        {B[15]: 1},
    ),
    Form(
        "ght",
        f"""
        GROUPEMENT HOSPITALIER DES ORMES
        Établissement support (mandataire) : CH de Montclair - {spaced(CH)}
        Établissement à facturer : CH de Valorme - SIRET {spaced(CH_2)}
        BON DE COMMANDE N° 2026 0045512
        Date d'émission : 23/11/2026
        Marché n° GHT25-0118        Lot n° 07
        Engagement : 2026VAL00455
        Lieu de livraison : Bibliothèque médicale, niveau 2
        Code article      Désignation             Qté
        {B[16]}     Pédiatrie               1
        {B[17]}     Gériatrie               3
        """,
        {
            "siret": CH_2,
            "order": "2026 0045512",
            "date": "2026-11-23",
            "market": "GHT25-0118",
            "lot": "07",
            "engagement": "2026VAL00455",
            "place": "Bibliothèque médicale, niveau 2",
        },
        {B[16]: 1, B[17]: 3},
    ),
    Form(
        "lycee-reference-engagement",
        f"""
        LYCÉE POLYVALENT DES ORMES         UAI 0410409M
        12 rue du Marché - 41000 MONTCLAIR - Tél : 02 41 00 12 34
        SIRET {spaced(LYCEE)}
        BON DE COMMANDE
        Référence engagement : 2026/LIV/0012
        Fait le 03/09/2026
        30 exemplaires   {B[18]}   Bel-Ami
        30 exemplaires   {B[19]}   Germinal
        Le proviseur                       L'agent comptable
        """,
        {
            "siret": LYCEE,
            "engagement": "2026/LIV/0012",
            "date": "2026-09-03",
        },
        {B[18]: 30, B[19]: 30},
    ),
    Form(
        "college-rectificatif",
        f"""
        Collège des Ormes - SIRET : {COLLEGE}
        Bon de commande rectificatif n° 2026-51 du 12/06/2026
        (annule et remplace le n° 2026-50 du 02/06/2026)
        N° engagement 2026-51-A
        {B[20]} x25
        {B[21]} x25
        """,
        {
            "siret": COLLEGE,
            "order": "2026-51",
            "date": "2026-06-12",
            "engagement": "2026-51-A",
        },
        {B[20]: 25, B[21]: 25},
    ),
    Form(
        "ccas-champs-anonymes",
        """
        CCAS DE MONTCLAIR - BON DE COMMANDE
        N° de commande :                      Date :
        N° d'engagement :
        """,
        {"order": "CC26-18", "engagement": "26CCAS18", "date": "2026-04-01"},
        fields={
            "Commande_No": ("CC26-18", 150, 785),
            "N_engagement": ("26CCAS18", 150, 760),
            "date_cde": ("01/04/2026", 350, 785),
            "Texte4": ("Merci de livrer le matin", 150, 700),
        },
    ),
    Form(
        "sdis-deux-pages",
        f"""
        SDIS DES ORMES                           Bon de commande n° SD26/0330
        SIRET : {spaced(SDIS, ".")}                  Date : 15/07/2026
        Engagement : SD260330                    Page 1/2
        Réf. ISBN           Désignation          Qté
        {hyphened(B[22])}   Secours routier      5
        \f
        SDIS DES ORMES                           Bon de commande n° SD26/0330
        SIRET : {spaced(SDIS, ".")}                  Date : 15/07/2026
        Engagement : SD260330                    Page 2/2
        Réf. ISBN           Désignation          Qté
        {hyphened(B[23])}   Feux de forêt        5
        TOTAL 10 ex.
        \f
        CONDITIONS GÉNÉRALES D'ACHAT
        Art. 3 - Les factures sont déposées sur Chorus Pro (hébergeur : SIRET {siret(17410499)}).
        Art. 4 - Le présent engagement n° 1 de la charte ne vaut pas marché n° 2020-001.
        Médiateur : SIRET {siret(13410498)} - Recours dans les deux mois.
        """,
        {
            "order": "SD26/0330",
            "siret": SDIS,
            "date": "2026-07-15",
            "engagement": "SD260330",
        },
        {B[22]: 5, B[23]: 5},
    ),
    Form(
        "archives-service",
        f"""
        Archives départementales des Ormes
        Service livré : {spaced(ARCHIVES)}
        Service facturé : {spaced(DEPT)}
        Commande n° AD-26-9 - Engagement n° AD26E9001
        {B[24]} Paléographie, 1 ex.
        """,
        {"siret": DEPT, "order": "AD-26-9", "engagement": "AD26E9001"},
        {B[24]: 1},
    ),
    Form(
        "prix-sans-quantite",
        f"""
        Bibliothèque de Montclair - liste de souhaits
        {B[25]}   Le vent        15,90
        {B[26]}   La pluie       8,50
        {B[27]}   Le soleil      21,00
        """,
        {},
        {B[25]: 1, B[26]: 1, B[27]: 1},
    ),
    # ---- mails
    Form(
        "mail-outlook-transfere",
        f"""
Voir ci-dessous, merci de préparer les livres.

Bien cordialement,
Paul Orme
Librairie partenaire - SIRET {US}

De : Achats <achats@montclair.example>
Envoyé : jeudi 5 mars 2026 11:02
À : Paul Orme
Objet : Bon de commande MC-26-00800

Bonjour,
N° d'engagement : MC260800
Siret : {VILLE}
Code service : LECTURE
{B[28]} : 2 ex.
        """,
        {
            "order": "MC-26-00800",
            "engagement": "MC260800",
            "siret": VILLE,
            "service": "LECTURE",
        },
        {B[28]: 2},
        kind="eml",
        subject="TR: Bon de commande MC-26-00800",
    ),
    Form(
        "mail-html-outlook",
        f"<html><body><p class=MsoNormal>Bonjour,<o:p></o:p></p>"
        f"<p class=MsoNormal>L&#8217;engagement est le <b>26-MC-0901</b>, le code service : <b>JEUNESSE</b>.</p>"
        f"<p>Merci</p><div style='border:none'><p><b>De&nbsp;:</b> Librairie &lt;contact@deuxrives.example&gt;<br>"
        f"<b>Envoyé&nbsp;:</b> mardi 3 mars 2026 10:00<br><b>Objet&nbsp;:</b> Bon de commande 2026-901</p></div>"
        f"<p>Engagement 26-MC-0001 ? SIRET {VILLE_2} ?</p></body></html>",
        {"order": "2026-901", "engagement": "26-MC-0901", "service": "JEUNESSE"},
        kind="html",
        subject="RE: Bon de commande 2026-901",
    ),
    Form(
        "mail-phrases",
        f"""
Bonjour,
Vous trouverez ci-joint la commande n°2026/CM/44 pour la médiathèque.
Le numéro d'engagement à faire figurer sur la facture est le 26CM0044.
Notre numéro SIRET est le {spaced(VILLE_2)}.
Belle journée,
Lise
        """,
        {"order": "2026/CM/44", "engagement": "26CM0044", "siret": VILLE_2},
        kind="eml",
        subject="Commande médiathèque de Valorme",
    ),
    Form(
        "mail-refs-apres-salut",
        f"""
Bonjour, merci de nous livrer {B[29]} en 6 exemplaires.
Bien cordialement

Références de facturation :
SIRET {CCAS}
EJ 26CCAS77
        """,
        {"siret": CCAS, "engagement": "26CCAS77"},
        {B[29]: 6},
        kind="eml",
        subject="Livres pour les aînés",
    ),
    # ---- office files
    Form(
        "docx-titres-au-dessus",
        f"""
MAIRIE DE VALORME
N° de commande | Date | N° d'engagement | Code service
VA-26-3 | 3 mars 2026 | 26VA0003 | SCOL
SIRET : {spaced(VILLE_2)}
EAN | Désignation | Quantité | PU TTC | Total TTC
{B[30]} | Cahiers | 25 | 4,50 | 112,50
{B[31]} | Fichiers | 2 | 21,00 | 42,00
 | TOTAL | 27 | | 154,50
        """,
        {
            "order": "VA-26-3",
            "date": "2026-03-03",
            "engagement": "26VA0003",
            "service": "SCOL",
            "siret": VILLE_2,
        },
        {B[30]: 25, B[31]: 2},
        kind="docx",
    ),
    Form(
        "ods-titres",
        f"""
Commande de la BCD
|
Titre|Auteur|Prix|ISBN|Nombre d'ex.
Un|A|12,50|{hyphened(B[32])}|3
Deux|B|9,90|{hyphened(B[33])}|1
Total|||2 titres|4
        """,
        {},
        {B[32]: 3, B[33]: 1},
        kind="ods",
    ),
    Form(
        "xlsx-prix-en-texte",
        f"""
MÉDIATHÈQUE DE MONTCLAIR||||||
Commande n°|MC-26-900|||||
Engagement|26MC900|||||
Support|Titre|Éditeur|Prix public TTC|Remise|ISBN/EAN|Nb
Livre|Un|A|12,50 €|9 %|{B[34]}|1
BD|Deux|B|25,00 €|9 %|ISBN {hyphened(B[35])}|2
Livre|Trois|C|7,90 €|9 %|'{B[36]}|10
Total|||||13|
        """,
        {"order": "MC-26-900", "engagement": "26MC900"},
        {B[34]: 1, B[35]: 2, B[36]: 10},
        kind="xlsx",
    ),
    Form(
        "csv-tabulations",
        f"""
order number\tisbn\tauthor\ttitle\tquantity\tlistprice
12\t{B[37]}\tA\tUn\t1\t10.00
13\t{B[38]}\tB\tDeux\t4\t12.50
        """,
        {},
        {B[37]: 1, B[38]: 4},
        kind="csv",
    ),
    Form(
        "csv-isbn-10",
        """
ISBN;Ex.;Titre
2070360024;2;Zéro perdu non
207036002X;1;Clé fausse
299990018X;3;Bonne clé
        """,
        {},
        {"9782070360024": 2, "9782999900189": 3},
        kind="csv",
    ),
    Form(
        "txt-electre",
        f"""
{B[39]}  2
{B[40]}  1
{hyphened(B[41])}  3
        """,
        {},
        {B[39]: 2, B[40]: 1, B[41]: 3},
        kind="csv",
    ),
    Form(
        "html-tableau-sans-titres",
        "<p>Bonjour, notre commande :</p>"
        + html_table(
            [
                ["1", B[42], "Titre un", "10,00"],
                ["3", B[43], "Titre deux", "9,00"],
                ["2", B[44], "Titre trois", "8,00"],
            ]
        )
        + f"<p>N° engagement : 26H-18<br/>SIRET : {VILLE}</p>",
        {"engagement": "26H-18", "siret": VILLE},
        {B[42]: 1, B[43]: 3, B[44]: 2},
        kind="html",
        subject="commande",
    ),
]
