"""Status messages as a platform writes them: CDAR D22B, checked by nobody before.

Labels and pairs of MDT-105 and MDT-88 are those of FNFE's samples.
"""

from xml.sax.saxutils import escape

NAMES = {
    "rsm": "CrossDomainAcknowledgementAndResponse",
    "ram": "ReusableAggregateBusinessInformationEntity",
    "udt": "UnqualifiedDataType",
    "qdt": "QualifiedDataType",
}
#: code -> MDT-88, phase (MDT-77), label
CODES = {
    "200": ("10", "305", "Déposée"),
    "201": ("51", "305", "Émise par la plateforme"),
    "202": ("43", "305", "Reçue par la plateforme"),
    "203": ("48", "305", "Mise à disposition"),
    "204": ("45", "23", "Prise en charge"),
    "205": ("1", "23", "Approuvée"),
    "206": ("49", "23", "Approuvée partiellement"),
    "207": ("46", "23", "En litige"),
    "208": ("39", "23", "Suspendue"),
    "209": ("37", "23", "Complétée"),
    "210": ("50", "23", "Refusée"),
    "211": ("47", "23", "Paiement transmis"),
    "213": ("8", "305", "Rejetée"),
}
#: Chorus Pro's own word -> code, and the comment that tells the four 204 apart
WORDS = {
    "DEPOSEE": ("202", ""),
    "MISE_A_DISPOSITION": ("203", ""),
    "PRISE_EN_COMPTE_DESTINATAIRE": ("204", ""),
    "SERVICE_FAIT": ("204", "Le destinataire public a réalisé le service fait"),
    "MANDATEE": ("204", "La facture a été mandatée"),
    "MISE_A_DISPOSITION_COMPTABLE": ("204", "Mise à disposition du comptable public"),
    "COMPTABILISEE": ("204", "La facture a été comptabilisée"),
    "SUSPENDUE": ("208", ""),
    "COMPLETEE": ("209", ""),
    "REJETEE": ("210", ""),
    "MISE_EN_PAIEMENT": ("211", ""),
    "EN_COURS_ACHEMINEMENT": ("201", ""),
    # recycling does not exist on this road: such an invoice ends as refused
    "A_RECYCLER": ("210", "ROUTAGE"),
}


def write(
    identifier,
    code,
    at,
    number,
    kind,
    issued,
    siren,
    reasons=(),
    comment="",
    extra="",
):
    """One status of one invoice; ``at`` is in the clock of the platform."""
    status, phase, label = CODES.get(code, ("", "23", f"Statut {code}"))
    stamp = f"{at:%Y%m%d%H%M%S}"
    issuer = (
        "<ram:RoleCode>WK</ram:RoleCode>"
        if phase == "305"
        else "<ram:GlobalID schemeID='0002'>000000000</ram:GlobalID>"
        "<ram:Name>DESTINATAIRE</ram:Name><ram:RoleCode>BY</ram:RoleCode>"
    )
    spaces = " ".join(
        f'xmlns:{prefix}="urn:un:unece:uncefact:data:standard:{name}:100"'
        for prefix, name in NAMES.items()
    )
    document_status = f"<ram:StatusCode>{status}</ram:StatusCode>" if status else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<rsm:CrossDomainAcknowledgementAndResponse {spaces}>"
        "<rsm:ExchangedDocumentContext>"
        "<ram:BusinessProcessSpecifiedDocumentContextParameter><ram:ID>REGULATED"
        "</ram:ID></ram:BusinessProcessSpecifiedDocumentContextParameter>"
        "<ram:GuidelineSpecifiedDocumentContextParameter>"
        "<ram:ID>urn.cpro.gouv.fr:1p0:CDV:invoice</ram:ID>"
        "</ram:GuidelineSpecifiedDocumentContextParameter>"
        "</rsm:ExchangedDocumentContext><rsm:ExchangedDocument>"
        f"<ram:ID>{identifier}</ram:ID>{_time('IssueDateTime', stamp)}"
        "<ram:SenderTradeParty><ram:RoleCode>WK</ram:RoleCode></ram:SenderTradeParty>"
        f"<ram:IssuerTradeParty>{issuer}</ram:IssuerTradeParty>"
        f"<ram:RecipientTradeParty><ram:GlobalID schemeID='0002'>{siren}"
        "</ram:GlobalID><ram:Name>VENDEUR</ram:Name><ram:RoleCode>SE</ram:RoleCode>"
        "<ram:URIUniversalCommunication>"
        f"<ram:URIID schemeID='0225'>{siren}</ram:URIID>"
        "</ram:URIUniversalCommunication></ram:RecipientTradeParty>"
        "</rsm:ExchangedDocument><rsm:AcknowledgementDocument>"
        "<ram:MultipleReferencesIndicator><udt:Indicator>false</udt:Indicator>"
        "</ram:MultipleReferencesIndicator>"
        f"<ram:TypeCode>{phase}</ram:TypeCode>{_time('IssueDateTime', stamp)}"
        "<ram:ReferenceReferencedDocument>"
        f"<ram:IssuerAssignedID>{escape(number)}</ram:IssuerAssignedID>"
        f"{document_status}<ram:TypeCode>{kind}</ram:TypeCode>"
        "<ram:FormattedIssueDateTime><qdt:DateTimeString format='102'>"
        f"{issued:%Y%m%d}</qdt:DateTimeString></ram:FormattedIssueDateTime>"
        f"<ram:ProcessConditionCode>{code}</ram:ProcessConditionCode>"
        f"<ram:ProcessCondition>{label}</ram:ProcessCondition>"
        f"<ram:IssuerTradeParty><ram:GlobalID schemeID='0002'>{siren}</ram:GlobalID>"
        f"</ram:IssuerTradeParty>{_details(reasons, comment)}"
        f"</ram:ReferenceReferencedDocument>{extra}</rsm:AcknowledgementDocument>"
        "</rsm:CrossDomainAcknowledgementAndResponse>"
    ).encode()


def _time(name, stamp):
    return (
        f"<ram:{name}><udt:DateTimeString format='204'>{stamp}</udt:DateTimeString>"
        f"</ram:{name}>"
    )


def _details(reasons, comment):
    rows = [(code, "") for code in reasons] or ([("", comment)] if comment else [])
    if rows and comment:
        rows[0] = (rows[0][0], comment)
    return "".join(
        "<ram:SpecifiedDocumentStatus>"
        + (f"<ram:ReasonCode>{code}</ram:ReasonCode>" if code else "")
        + f"<ram:SequenceNumeric>{number}</ram:SequenceNumeric>"
        + (
            f"<ram:IncludedNote><ram:Content>{escape(text)}</ram:Content>"
            "</ram:IncludedNote>"
            if text
            else ""
        )
        + "</ram:SpecifiedDocumentStatus>"
        for number, (code, text) in enumerate(rows, 1)
    )
