"""Adds the Factur-X block to the XMP metadata of a finished PDF; the typesetter cannot write it."""

import io
import re

import pikepdf

NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
CONFORMANCE_LEVEL = "EN 16931"

_PROPERTIES = {
    "DocumentFileName": "name of the embedded XML invoice file",
    "DocumentType": "type of the hybrid document",
    "Version": "version of the embedded XML schema",
    "ConformanceLevel": "conformance level of the embedded data",
}


_END_OF_SCHEMAS = re.compile(r"</rdf:Bag>\s*</pdfaExtension:schemas>")
_END_OF_DESCRIPTIONS = re.compile(r"</rdf:RDF>")


def with_factur_x_metadata(pdf: bytes) -> bytes:
    """The PDF with conformance level, file name and the schema description that PDF/A-3 wants beside them.

    The metadata stream stays readable without a filter and the tags, language and attachment as they are.
    """
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        stream = document.Root.Metadata
        packet, schemas = _END_OF_SCHEMAS.subn(rf"{_schema()}\g<0>", stream.read_bytes().decode())
        packet, descriptions = _END_OF_DESCRIPTIONS.subn(rf"{_properties()}\g<0>", packet)
        # The typesetter writes exactly one bag of schemas; a second one would not be valid XMP.
        assert (schemas, descriptions) == (1, 1), "the typesetter's metadata has changed its shape"
        stream.write(packet.encode())
        document.save(target, deterministic_id=True, fix_metadata_version=False)
    return target.getvalue()


def _properties() -> str:
    return (
        f'<rdf:Description rdf:about="" xmlns:fx="{NAMESPACE}"><fx:DocumentType>INVOICE</fx:DocumentType>'
        "<fx:DocumentFileName>factur-x.xml</fx:DocumentFileName><fx:Version>1.0</fx:Version>"
        f"<fx:ConformanceLevel>{CONFORMANCE_LEVEL}</fx:ConformanceLevel></rdf:Description>"
    )


def _schema() -> str:
    properties = "".join(
        '<rdf:li rdf:parseType="Resource">'
        f"<pdfaProperty:name>{name}</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{meaning}</pdfaProperty:description></rdf:li>"
        for name, meaning in _PROPERTIES.items()
    )
    return (
        '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X</pdfaSchema:schema>'
        f"<pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI><pdfaSchema:prefix>fx</pdfaSchema:prefix>"
        f"<pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property></rdf:li>"
    )
