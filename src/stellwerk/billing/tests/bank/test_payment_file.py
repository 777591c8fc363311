"""The payment order for the bank: pain.001.001.09, in the order its schema demands (PRE-013)."""

from datetime import UTC, date, datetime

from lxml import etree

from stellwerk.billing.bank.payment_file import NAMESPACE, CreditTransfer, PaymentOrder, payment_file

SWISS, GERMAN = "CH5800791123000889012", "DE89370400440532013000"


def an_order(*transfers):
    return PaymentOrder(
        message_id="SW-2026-000001",
        created_at=datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
        pay_on=date(2026, 5, 4),
        initiator="Stellwerk Demo AG",
        transfers=transfers,
    )


def a_transfer(number=1, **changes):
    values = {
        "end_to_end_id": f"2026-W00000{number}", "amount_minor": 5005, "currency": "CHF", "paid_from": SWISS,
        "holder": "Bäckerei <Huber> & Söhne", "iban": "CH9300762011623852957", "text": "Stellwerk Demo AG",
    }  # fmt: skip
    return CreditTransfer(**{**values, **changes})


def read(content):
    root = etree.fromstring(content)
    assert root.tag == f"{{{NAMESPACE}}}Document"
    for element in root.iter():
        element.tag = etree.QName(element).localname
    return root[0]


def children(node):
    return [each.tag for each in node]


def test_a_payment_stands_where_the_standard_wants_it():
    message = read(payment_file(an_order(a_transfer())))
    block, payment = message.find("PmtInf"), message.find("PmtInf/CdtTrfTxInf")

    assert children(message) == ["GrpHdr", "PmtInf"]
    assert children(message.find("GrpHdr")) == ["MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty"]
    assert children(block) == [
        "PmtInfId", "PmtMtd", "BtchBookg", "NbOfTxs", "CtrlSum", "ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt",
        "CdtTrfTxInf",
    ]  # fmt: skip
    assert children(payment) == ["PmtId", "Amt", "Cdtr", "CdtrAcct", "RmtInf"]
    assert payment.findtext("PmtId/EndToEndId") == "2026-W000001"
    assert (payment.findtext("Amt/InstdAmt"), payment.find("Amt/InstdAmt").get("Ccy")) == ("50.05", "CHF")
    assert payment.findtext("Cdtr/Nm") == "Bäckerei <Huber> & Söhne"
    assert payment.findtext("CdtrAcct/Id/IBAN") == "CH9300762011623852957"
    assert block.findtext("DbtrAgt/FinInstnId/ClrSysMmbId/MmbId") == "791"
    assert block.findtext("ReqdExctnDt/Dt") == "2026-05-04"


def test_each_currency_has_a_block_of_its_own_with_its_sum():
    euro = {"currency": "EUR", "paid_from": GERMAN}
    message = read(payment_file(an_order(a_transfer(1), a_transfer(2, **euro), a_transfer(3, amount_minor=95))))
    chf, eur = message.findall("PmtInf")

    assert (message.findtext("GrpHdr/NbOfTxs"), message.findtext("GrpHdr/CtrlSum")) == ("3", "101.05")
    assert (chf.findtext("NbOfTxs"), chf.findtext("CtrlSum")) == ("2", "51.00")
    assert (eur.findtext("PmtTpInf/SvcLvl/Cd"), eur.findtext("ChrgBr")) == ("SEPA", "SLEV")
    assert children(eur)[5] == "PmtTpInf"
    assert children(eur)[-2:] == ["ChrgBr", "CdtTrfTxInf"]
    assert eur.findtext("DbtrAgt/FinInstnId/Othr/Id") == "NOTPROVIDED"
    assert len({each.findtext("PmtInfId") for each in (chf, eur)}) == 2


def test_the_holders_address_is_structured_where_it_is_known_pre_013():
    bern = {"country": "CH", "town": "Bern", "postal_code": "3011", "building_number": "14", "street": "Kramgasse"}
    message = read(payment_file(an_order(a_transfer(address=bern), a_transfer(2), a_transfer(3, address=some(bern)))))
    full, unknown, short = message.findall("PmtInf/CdtTrfTxInf/Cdtr")

    assert children(full) == ["Nm", "PstlAdr"]
    assert [(each.tag, each.text) for each in full.find("PstlAdr")] == [
        ("StrtNm", "Kramgasse"), ("BldgNb", "14"), ("PstCd", "3011"), ("TwnNm", "Bern"), ("Ctry", "CH"),
    ]  # fmt: skip
    assert children(unknown) == ["Nm"]
    assert children(short.find("PstlAdr")) == ["TwnNm", "Ctry"]


def some(address):
    return {name: address[name] for name in ("town", "country")}
