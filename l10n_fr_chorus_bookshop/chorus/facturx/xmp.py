"""The XMP metadata of a Factur-X: PDF/A-3B, and what the embedded XML is."""

from datetime import datetime
from string import Template
from xml.sax.saxutils import escape

XML_NAME = "factur-x.xml"
PRODUCER = "l10n_fr_chorus_bookshop"

_XMP = Template("""\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
   <pdfaid:part>3</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
  </rdf:Description>$universal
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">$title</rdf:li></rdf:Alt></dc:title>
   <dc:creator><rdf:Seq><rdf:li>$author</rdf:li></rdf:Seq></dc:creator>
  </rdf:Description>
  <rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
   <pdf:Producer>$producer</pdf:Producer>
  </rdf:Description>
  <rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
   <xmp:CreatorTool>$producer</xmp:CreatorTool>
   <xmp:CreateDate>$date</xmp:CreateDate>
   <xmp:ModifyDate>$date</xmp:ModifyDate>
  </rdf:Description>
  <rdf:Description rdf:about=""
    xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
    xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
    xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
   <pdfaExtension:schemas><rdf:Bag>$universal_schema<rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>$fx</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>fx</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq>$properties
    </rdf:Seq></pdfaSchema:property>
   </rdf:li></rdf:Bag></pdfaExtension:schemas>
  </rdf:Description>
  <rdf:Description rdf:about="" xmlns:fx="$fx">$values
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>""")
_XMP_PROPERTY = Template("""
     <rdf:li rdf:parseType="Resource">
      <pdfaProperty:name>$name</pdfaProperty:name>
      <pdfaProperty:valueType>Text</pdfaProperty:valueType>
      <pdfaProperty:category>external</pdfaProperty:category>
      <pdfaProperty:description>$description</pdfaProperty:description>
     </rdf:li>""")
# PDF/UA-1 (ISO 14289-1 §5), a schema that PDF/A does not know by itself.
_UNIVERSAL = """
  <rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
   <pdfuaid:part>1</pdfuaid:part>
  </rdf:Description>"""
_UNIVERSAL_SCHEMA = """<rdf:li rdf:parseType="Resource">
    <pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
    <pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
    <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
    <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
     <pdfaProperty:name>part</pdfaProperty:name>
     <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
     <pdfaProperty:category>internal</pdfaProperty:category>
     <pdfaProperty:description>Part of ISO 14289</pdfaProperty:description>
    </rdf:li></rdf:Seq></pdfaSchema:property>
   </rdf:li>"""
FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
# Factur-X 1.0 §6.3: property, value, description.
FX_PROPERTIES = (
    ("DocumentFileName", XML_NAME, "Name of the embedded XML invoice file"),
    ("DocumentType", "INVOICE", "INVOICE"),
    ("Version", "1.0", "Version of the Factur-X XML schema"),
    ("ConformanceLevel", "EN 16931", "Conformance level of the embedded data"),
)
#: profile of the embedded XML -> ConformanceLevel; EN 16931 unless it says otherwise
_EXTENDED_PROFILE = b"urn:factur-x.eu:1p0:extended"


def fx_values(xml: bytes) -> dict[str, str]:
    """Return what the metadata say of this Factur-X, by property."""
    values = {name: value for name, value, _description in FX_PROPERTIES}
    if _EXTENDED_PROFILE in xml:
        values["ConformanceLevel"] = "EXTENDED"
    return values


def packet(
    title: str, author: str, made_at: datetime, xml: bytes, *, accessible: bool = False
) -> bytes:
    """Return the XMP packet of a Factur-X invoice.

    :param title: clean text, as in the document information
    :param author: clean text
    :param made_at: aware time of making
    :param xml: the Factur-X that is embedded
    :param accessible: the pages are PDF/UA-1
    """
    text = _XMP.substitute(
        title=escape(title),
        author=escape(author),
        producer=PRODUCER,
        date=made_at.isoformat(timespec="seconds"),
        fx=FX,
        universal=_UNIVERSAL if accessible else "",
        universal_schema=_UNIVERSAL_SCHEMA if accessible else "",
        properties="".join(
            _XMP_PROPERTY.substitute(name=name, description=description)
            for name, _value, description in FX_PROPERTIES
        ),
        values="".join(
            f"\n   <fx:{name}>{value}</fx:{name}>"
            for name, value in fx_values(xml).items()
        ),
    )
    return text.encode()
