"""Short forms and mails as text: what is proposed of each, and which books."""
# ruff: noqa: E501 - a row is as wide as a page

from .form import hyphened, isbn, siret, spaced

T, P, E = siret(21750801), siret(24750802), siret(11750803)
A, B, C = (isbn(number, "978291111") for number in (801, 802, 803))
US = "99012345700014"

PAGES = [
    (
        f"""BON DE COMMANDE
Mairie de Saint-Exemple
N° de bon : BC-2026-0042
Date : 12 mars 2026
N° d'engagement : ENG-2026-778
Code service : BIBLIO
SIRET : {T}
Livraison : Médiathèque, 3 place de la Mairie

| ISBN | Titre | Qté | PU |
|------|-------|-----|----|
| {A} | Le titre | 2 | 12,00 |
| {B} | L'autre | 1 | 9,50 |""",
        {
            "order": "BC-2026-0042",
            "date": "2026-03-12",
            "engagement": "ENG-2026-778",
            "service": "BIBLIO",
            "siret": T,
            "place": "Médiathèque, 3 place de la Mairie",
        },
        {A: 2, B: 1},
    ),
    (
        f"""+---------------------+------------------+
| Bon de commande n°  | 2026-55          |
| Engagement n°       | EJ-2026-0042     |
| SIRET               | {T}   |
+---------------------+------------------+
{A} ; 3
{B} ; 1""",
        {"order": "2026-55", "engagement": "EJ-2026-0042", "siret": T},
        {A: 3, B: 1},
    ),
    (
        f"""Région Exemple – Direction des achats
Marché n° 2025-MAPA-07, lot 2 « Littérature »
Commande n° CMD-2026-00991 passée le 03/02/2026
Engagement juridique (EJ) : 2100012345
Service destinataire : SVC_ACH_01
SIRET : {spaced(T)}""",
        {
            "market": "2025-MAPA-07",
            "lot": "2",
            "order": "CMD-2026-00991",
            "date": "2026-02-03",
            "engagement": "2100012345",
            "service": "SVC_ACH_01",
            "siret": T,
        },
        {},
    ),
    (
        f"""ACHETEUR                                FOURNISSEUR
Ville de Z                              Librairie Y
SIRET                                   SIRET
{T}                          99012345700014
N° BC                                   Date BC
2026/77                                 04/05/2026
N° Engagement                           Code service
Z26-77                                  0042""",
        {
            "siret": T,
            "order": "2026/77",
            "date": "2026-05-04",
            "engagement": "Z26-77",
            "service": "0042",
        },
        {},
    ),
    (
        f"""BON DE COMMANDE N°2026-001
Annule et remplace le BC n°2025-998
Engagement n°2026-E-001 (remplace 2025-E-998)
SIRET {T}""",
        {"order": "2026-001", "engagement": "2026-E-001", "siret": T},
        {},
    ),
    (
        f"""Émetteur : Lycée Z          SIRET {T}
Payeur : Région Z           SIRET {P}
BC 2026-3""",
        {"order": "2026-3", "siret": P},
        {},
    ),
    (
        f"""Merci de facturer la communauté de communes (SIRET {P}) et de livrer à l'école (SIRET {T}).
N° d'engagement 2026-12-A""",
        {"siret": P, "engagement": "2026-12-A", "place": "l'école"},
        {},
    ),
    (
        f"""Ville de Z
SIRET : {T}
Références à rappeler sur la facture :
  - bon de commande : 26-0012
  - engagement : 26E0012
  - service : CULTURE""",
        {"siret": T, "order": "26-0012", "engagement": "26E0012", "service": "CULTURE"},
        {},
    ),
    (
        f"""N° d'engagement : 26E0012 (à rappeler impérativement)
N° de commande : 26-0012 du 12/03/2026
Code service : CULTURE (obligatoire)
SIRET : {T} (destinataire)""",
        {
            "siret": T,
            "order": "26-0012",
            "engagement": "26E0012",
            "service": "CULTURE",
            "date": "2026-03-12",
        },
        {},
    ),
    (
        f"""Objet : Commande n° 26-0012 – Engagement n° 26E0012 – Marché n° 25M003
Date : 12/03/26
Siret : {T}""",
        {
            "siret": T,
            "order": "26-0012",
            "engagement": "26E0012",
            "market": "25M003",
            "date": "2026-03-12",
        },
        {},
    ),
    (
        f"""SIRET     Service     Engagement     Commande      Date
{T}     CULT     26E0012     26-0012     12/03/2026""",
        {
            "siret": T,
            "service": "CULT",
            "engagement": "26E0012",
            "order": "26-0012",
            "date": "2026-03-12",
        },
        {},
    ),
    (
        f"""Facturer à :
Mairie de Z
SIRET : {T}
Service : FIN
Livrer à :
Bibliothèque de Z
SIRET : {P}
Engagement : 26E7""",
        {"siret": T, "engagement": "26E7", "place": "Bibliothèque de Z"},
        {},
    ),
    (
        f"""Bon de commande n° 1234
Engagement n° 5678
Date 01/02/2026
3 x {A}
2 x {B}
Total : 5 livres""",
        {"order": "1234", "engagement": "5678", "date": "2026-02-01"},
        {A: 3, B: 2},
    ),
    (
        """Numéro d'engagement : 26E0012
Numéro d'engagement : 26E0013""",
        {},
        {},
    ),
    (
        """Numéro d'engagement : 26E0012
...
Rappel : numéro d'engagement 26E0012""",
        {"engagement": "26E0012"},
        {},
    ),
    (
        """N°Engagement:26E0012N°Commande:26-12""",
        {"engagement": "26E0012", "order": "26-12"},
        {},
    ),
    (
        f"""EJ 1400123459 SE FAC0000075 SIRET {E}""",
        {"engagement": "1400123459", "siret": E, "service": "FAC0000075"},
        {},
    ),
    (f"""{E} / FAC0000075 / 1400123459""", {}, {}),
    (
        f"""SIRET : {E} ; SE : FAC0000075 ; EJ : 1400123459""",
        {"engagement": "1400123459", "siret": E, "service": "FAC0000075"},
        {},
    ),
    (
        f"""Commande du CDI
30 {A} Le Cid (Larousse) 3,50
30 {B} Horace (Larousse) 3,50""",
        {},
        {A: 30, B: 30},
    ),
    (
        f"""{A} - Le Cid - 30 exemplaires à 3,50 €
{B} - Horace - 28 exemplaires à 3,50 €""",
        {},
        {A: 30, B: 28},
    ),
    (
        f"""Le Cid, Corneille, {A}, 30
Horace, Corneille, {B}, 28""",
        {},
        {A: 30, B: 28},
    ),
    (
        f"""Qté : 30   Le Cid   ISBN : {A}   3,50 €
Qté : 28   Horace   ISBN : {B}   3,50 €""",
        {},
        {A: 30, B: 28},
    ),
    (
        f"""Titre                Éditeur     ISBN             Quantité   Prix unitaire   Prix total
Le Cid               Larousse    {A}    30         3,50            105,00
Horace               Larousse    {B}    28         3,50            98,00
TOTAL                                              58                         203,00""",
        {},
        {A: 30, B: 28},
    ),
]

MAILS = [
    (
        "Bon de commande n° 2026-118",
        "Bonjour,\n\nci-joint le bon de commande.\n\nCordialement",
        {"order": "2026-118"},
        {},
    ),
    (
        "Re: devis D-2026-4",
        "Bonjour,\nnous acceptons le devis D-2026-4.\nBon pour accord.\nEJ : 1400123459\nOn 3 Mar 2026, at 10:12, Librairie <c@l.example> wrote:\n> EJ ?\n> SIRET ?",
        {"engagement": "1400123459"},
        {},
    ),
    (
        "Commande",
        f'Merci de nous adresser :\n\n* 2 exemplaires du livre "Le vent" (ISBN {hyphened(A)})\n* 1 exemplaire du livre "La mer" (ISBN {hyphened(B)})\n\nFacturation sur Chorus Pro :\n* SIRET : {T}\n* Code service : LECT\n* Numéro d\'engagement : 26-118\n',
        {"siret": T, "service": "LECT", "engagement": "26-118"},
        {A: 2, B: 1},
    ),
    (
        "FW: BC 2026-77",
        f"\n\nDe : compta\nEnvoyé : lundi 2 mars 2026 10:00\nÀ : bibliotheque\nObjet : BC 2026-77\n\nBC 2026-77, engagement 26E77, SIRET {T}\n",
        {"order": "2026-77", "engagement": "26E77", "siret": T},
        {},
    ),
    (
        "RE: Facture F2026-00042 rejetée",
        "Bonjour,\nLe bon numéro d'engagement est 26E0078 et non 26E0077.\nCordialement",
        {"engagement": "26E0078"},
        {},
    ),
    (
        "RE: références",
        f"Bonjour,\n\nVoici les éléments demandés en rouge :\n\n> SIRET : {T}\n> Code service : LECT\n> Engagement : 26E0099\n",
        {},
        {},
    ),
    (
        "commande",
        f"Notre SIRET : {T}\nVotre SIRET : {US}\nNotre engagement : 26E12\nVotre référence : D-77\n",
        {"siret": T, "engagement": "26E12"},
        {},
    ),
    (
        "commande",
        f"Bonjour,\nVotre facture devra comporter les mentions suivantes :\n- numéro SIRET : {spaced(T)}\n- numéro d'engagement juridique : 1400123459\n- code service exécutant : FAC0000075\n",
        {"siret": T, "engagement": "1400123459", "service": "FAC0000075"},
        {},
    ),
    (
        "Commande de livres",
        '<div dir="ltr">Bonjour,<div><br></div><div>Engagement&nbsp;: <b>26E12</b></div><div>Siret&nbsp;: '
        + T
        + "</div><div><br></div><div>-- <br></div><div>Jean<br>SIRET "
        + P
        + "</div></div>",
        {"engagement": "26E12", "siret": T},
        {},
    ),
    (
        "Commande de livres",
        '<p>Engagement : 26E12</p><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Le&nbsp;mar. 3 mars 2026 à&nbsp;10:12, Librairie &lt;<a href="mailto:a@b.example">a@b.example</a>&gt; a écrit&nbsp;:<br></div><blockquote class="gmail_quote">Engagement : 25E99 ?<br>SIRET '
        + P
        + "</blockquote></div>",
        {"engagement": "26E12"},
        {},
    ),
    (
        "Commande",
        "<style>p{color:red}</style><p>BC n&deg;&nbsp;2026&#8209;77</p><p>N&#176; d&rsquo;engagement&nbsp;: 26E77</p>",
        {"order": "2026-77", "engagement": "26E77"},
        {},
    ),
    (
        "Commande",
        "<table border=1><tr><th>Engagement</th><th>Code service</th><th>SIRET</th></tr><tr><td>26E77</td><td>LECT</td><td>"
        + spaced(T)
        + "</td></tr></table><ul><li>"
        + A
        + " x 2</li><li>"
        + B
        + " x 1</li></ul>",
        {"engagement": "26E77", "service": "LECT", "siret": T},
        {A: 2, B: 1},
    ),
    (
        "Commande 2026-77",
        "Bonjour,\nCommande 2026-77 à livrer avant le 15/04/2026 à l'école Ferry.\nBudget : 500 €\nRéf devis : 2026-0033",
        {"order": "2026-77"},
        {},
    ),
    (
        "[EXTERNE] Bon de commande BC-26-0012 / Engagement 26E0012",
        "Voir PJ",
        {"order": "BC-26-0012", "engagement": "26E0012"},
        {},
    ),
    (
        "Votre commande n° W-7781 sur notre site",
        "Bonjour, merci pour votre commande n° W-7781.",
        {},
        {},
    ),
    (
        "Rappel : facture impayée",
        "Bonjour, le mandat 1532 a été émis le 12/03/2026 (bordereau 72). Engagement soldé.",
        {},
        {},
    ),
    (
        "Commande",
        "Bonjour,\nen PJ le BC n°2026-12 (EJ 26E12) et le BC n°2026-13 (EJ 26E13).",
        {},
        {},
    ),
    (
        "Commande",
        f"Bonjour\nSIRET mairie : {T}\nSIRET CCAS : {P}\nEngagement : 26E12\nMerci",
        {"engagement": "26E12"},
        {},
    ),
    (
        "Commande",
        f"Bonjour\nA facturer au CCAS, SIRET {P}\nLivraison à la mairie (SIRET {T})\nEngagement : 26E12\nMerci",
        {"engagement": "26E12", "siret": P, "place": "la mairie"},
        {},
    ),
    (
        "Fwd: Commande",
        f"---------- Forwarded message ---------\nFrom: Mairie <m@x.example>\nDate: Tue, Mar 3, 2026 at 10:12 AM\nSubject: Commande BC-26-14\nTo: Biblio\n\nMerci de commander {A} (3 ex.)\nEJ 26E14",
        {"order": "BC-26-14", "engagement": "26E14"},
        {A: 3},
    ),
]
