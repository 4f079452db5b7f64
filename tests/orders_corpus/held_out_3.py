"""The last forms kept apart: measured before anything was mended for their sake."""
# ruff: noqa: E501 - rows as wide as a page

from .form import Form, hyphened, isbn, siret, spaced

V, W, R, S, U, H = (
    siret(21380011),
    siret(24380012),
    siret(20003813),
    siret(11003814),
    siret(19380015),
    siret(26380016),
)
B = [isbn(n, "978295555") for n in range(1, 40)]
FORMS = [
    Form(
        "commune-bon-pour-commande",
        f"""
COMMUNE DE HAUTBOURG                       BON POUR COMMANDE
N° interne : 2026-0091                     N° ENGAGEMENT : HB-26-0091
Émis le 24/02/2026 par le service Culture  CODE SERVICE : HB-CULT
Destinataire : LIBRAIRIE DES DEUX RIVES
SIRET de la collectivité : {V}
2 x {B[0]} Ombres
1 x {B[1]} Lumières
""",
        {
            "engagement": "HB-26-0091",
            "date": "2026-02-24",
            "service": "HB-CULT",
            "siret": V,
        },
        {B[0]: 2, B[1]: 1},
    ),
    Form(
        "agglo-table-de-tete",
        f"""
COMMANDE FERME N° CF/26/00412
Communauté d'agglomération des Sources
Date de commande      Date de livraison     Référence engagement    Marché
04/09/2026            18/09/2026            26AS00412               M2025-18

Adresse facturation : CA des Sources, SIRET {spaced(W)}, service FIN
Adresse livraison : Médiathèque des Sources, 2 rue Claire, 38000 HAUTBOURG

Réf. article     Libellé            Qté     PU        Total
{B[2]}    Alpages            2       12,00     24,00
{B[3]}    Glaciers           1       30,00     30,00
""",
        {
            "order": "CF/26/00412",
            "date": "2026-09-04",
            "engagement": "26AS00412",
            "market": "M2025-18",
            "siret": W,
            "service": "FIN",
            "place": "Médiathèque des Sources, 2 rue Claire, 38000 HAUTBOURG",
        },
        {B[2]: 2, B[3]: 1},
    ),
    Form(
        "region-deux-colonnes",
        f"""
RÉGION ALPINE — Bon de commande
Numéro de commande        RA-2026-LYC-77
Numéro d'engagement       RA260077
Date d'engagement         02/03/2026
Date de commande          05/03/2026
SIRET                     {R}
Code service              néant
Bénéficiaire              Lycée des Cimes
Lieu de livraison         Lycée des Cimes, CDI, 38100 CIMES
{B[4]}   Espagnol 2de    34
{B[5]}   Italien 2de     18
""",
        {
            "order": "RA-2026-LYC-77",
            "engagement": "RA260077",
            "date": "2026-03-05",
            "siret": R,
            "place": "Lycée des Cimes, CDI, 38100 CIMES",
        },
        {B[4]: 34, B[5]: 18},
    ),
    Form(
        "etat-ej-sur-une-ligne",
        f"""
Direction des services alpins
EJ : 1415 111 222      SE : DSA0380038      SIRET : {spaced(S)}
Commande du mardi 6 octobre 2026
Objet : ouvrages de droit
{hyphened(B[6])}   Code forestier   1 ex.   45,00 €
{hyphened(B[7])}   Code rural       2 ex.   52,00 €
Merci de rappeler l'EJ sur la facture.
""",
        {
            "engagement": "1415111222",
            "service": "DSA0380038",
            "siret": S,
            "date": "2026-10-06",
        },
        {B[6]: 1, B[7]: 2},
    ),
    Form(
        "universite-mail",
        f"""
Bonjour,

Nous souhaitons commander pour la bibliothèque universitaire :

ISBN               Titre            Qté
{B[8]}      Optique          2
{B[9]}      Acoustique       1

N° de commande (= n° d'engagement) : 4500555111
SIRET : {U}, code service : BUALP

Livraison : BU Sciences, 1 allée des Pics
Merci !
Léa
""",
        {
            "order": "4500555111",
            "engagement": "4500555111",
            "siret": U,
            "service": "BUALP",
            "place": "BU Sciences, 1 allée des Pics",
        },
        {B[8]: 2, B[9]: 1},
        kind="eml",
        subject="Commande BU",
    ),
    Form(
        "hopital-docx",
        f"""
Hôpital des Cimes
Commande | HC-26-771
Date | 30/06/2026
Engagement | 26HC0771
Siret | {H}
Marché | HC-M-24-09, lot 2
ISBN | Titre | Quantité | Prix
{B[10]} | Soigner | 1 | 20,00
{B[11]} | Guérir | 4 | 18,00
""",
        {
            "order": "HC-26-771",
            "date": "2026-06-30",
            "engagement": "26HC0771",
            "siret": H,
            "market": "HC-M-24-09",
            "lot": "2",
        },
        {B[10]: 1, B[11]: 4},
        kind="docx",
    ),
    Form(
        "liste-eleves-et-exemplaires",
        f"""
Liste CDI 2026||||
Discipline|Titre|ISBN|Nb d'élèves|Nb d'ex.
Français|Un|{B[12]}|28|14
Histoire|Deux|{B[13]}|30|2
""",
        {},
        {B[12]: 14, B[13]: 2},
        kind="xlsx",
    ),
    Form(
        "mail-html-engagement",
        f"""
<p>Bonjour,</p><p>Suite &agrave; votre devis n&deg; 2026-D-5, bon de commande n&deg; <b>HB-26-12</b> (engagement <b>HB260012</b>).</p><p>SIRET&nbsp;: {V}<br>Code service&nbsp;: HB-ECO</p><p>{B[14]} : 25 ex<br>{B[15]} : 1 ex</p>
""",
        {
            "order": "HB-26-12",
            "engagement": "HB260012",
            "siret": V,
            "service": "HB-ECO",
        },
        {B[14]: 25, B[15]: 1},
        kind="html",
        subject="Re: devis 2026-D-5",
    ),
]
