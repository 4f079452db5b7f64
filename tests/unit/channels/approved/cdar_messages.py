"""Status messages as platforms send them, for tests: one reference or several."""

from xml.sax.saxutils import escape

HEAD = (
    '<rsm:CrossDomainAcknowledgementAndResponse xmlns:rsm="urn:un:unece:uncefact:data:'
    'standard:CrossDomainAcknowledgementAndResponse:100" xmlns:ram="urn:un:unece:'
    'uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100" xmlns:udt='
    '"urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100" xmlns:qdt="urn:un:'
    'unece:uncefact:data:standard:QualifiedDataType:100">'
)


def reference(
    number="F-82",
    code="203",
    siren="332540215",
    scheme="0002",
    issued="20261118",
    kind="380",
    label="",
    details="",
) -> str:
    dated = (
        "<ram:FormattedIssueDateTime><qdt:DateTimeString format='102'>"
        f"{issued}</qdt:DateTimeString></ram:FormattedIssueDateTime>"
    )
    seller = (
        f"<ram:IssuerTradeParty><ram:GlobalID schemeID='{scheme}'>{siren}"
        "</ram:GlobalID></ram:IssuerTradeParty>"
    )
    return (
        "<ram:ReferenceReferencedDocument>"
        f"<ram:IssuerAssignedID>{escape(number)}</ram:IssuerAssignedID>"
        f"<ram:StatusCode>50</ram:StatusCode><ram:TypeCode>{kind}</ram:TypeCode>"
        f"{dated if issued else ''}"
        f"<ram:ProcessConditionCode>{code}</ram:ProcessConditionCode>"
        f"<ram:ProcessCondition>{escape(label)}</ram:ProcessCondition>"
        f"{seller if siren else ''}{details}</ram:ReferenceReferencedDocument>"
    )


def detail(code="", reason="", note="", number=1) -> str:
    coded = f"<ram:ReasonCode>{code}</ram:ReasonCode>" if code else ""
    said = f"<ram:Reason>{escape(reason)}</ram:Reason>" if reason else ""
    noted = (
        "<ram:IncludedNote><ram:Content>"
        f"{escape(note)}</ram:Content></ram:IncludedNote>"
    )
    return (
        f"<ram:SpecifiedDocumentStatus>{coded}{said}"
        f"<ram:SequenceNumeric>{number}</ram:SequenceNumeric>"
        f"{noted if note else ''}</ram:SpecifiedDocumentStatus>"
    )


def message(*references: str, moment="20261123100000", shape="204", lead="") -> bytes:
    many = "true" if len(references) > 1 else "false"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{lead}{HEAD}'
        "<rsm:ExchangedDocument><ram:ID>M-1</ram:ID></rsm:ExchangedDocument>"
        "<rsm:AcknowledgementDocument><ram:MultipleReferencesIndicator><udt:Indicator>"
        f"{many}</udt:Indicator></ram:MultipleReferencesIndicator>"
        f"<ram:IssueDateTime><udt:DateTimeString format='{shape}'>{moment}"
        "</udt:DateTimeString></ram:IssueDateTime>"
        f"{''.join(references)}</rsm:AcknowledgementDocument>"
        "</rsm:CrossDomainAcknowledgementAndResponse>"
    ).encode()
