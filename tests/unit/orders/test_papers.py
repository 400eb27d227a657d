"""Invoices and credit notes: numbered without gaps, adding up, shut once drawn, and the client's own."""

import hashlib
import io
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.urls import reverse
from lxml import etree
from pypdf import PdfReader

from tests.factories.accounts import make_account
from tests.factories.orders import make_order, make_product, settle
from troth.accounts.api import Profile
from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.errors import AccessDenied, Refused
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.actions.taking_back import cancel_lines
from troth.orders.models import OrderLine, Paper, PaperCount, PaperKind, PaperRelease, RefundCause, RefundDecision
from troth.orders.papers.draw import draw_as_keeper, read_document
from troth.orders.papers.einvoice import make_xml
from troth.orders.papers.guards import missing_guards
from troth.orders.papers.issue import issue_invoice, reissue_invoice, take_number

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.usefixtures("house")]


@pytest.fixture
def ada():
    return make_account()


@pytest.fixture
def paid(ada):
    order = make_order(ada.id, make_product(), quantity=2)
    settle(order)
    order.refresh_from_db()
    return order


def invoice_of(order):
    return Paper.objects.get(order=order, kind=PaperKind.INVOICE, corrects=None)


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_paid_order_has_one_invoice_with_its_sums_and_its_number(paid):
    paper = invoice_of(paid)
    assert paper.number == f"INV-{paper.issued_on.year}-000001"
    assert (paper.net_minor, paper.tax_minor, paper.total_minor) == (9_000, 0, 9_000)
    with acting(actor=system(jobs.BOOKS), purpose=Purpose.BILLING), transaction.atomic():
        assert issue_invoice(paid).pk == paper.pk
    assert PaperCount.objects.get().last == 1


def test_an_unpaid_order_has_none(ada):
    order = make_order(ada.id, make_product())
    with acting(actor=system(jobs.BOOKS), purpose=Purpose.BILLING), pytest.raises(Refused), transaction.atomic():
        issue_invoice(order)
    assert not Paper.objects.exists()


def test_the_pdf_says_what_it_must_and_its_metadata_nothing_of_the_client(paid):
    paper = draw_as_keeper(invoice_of(paid).pk)
    with acting(actor=client(paid.subject_id), purpose=Purpose.ORDERS):
        pdf = read_document(paper.pk)
    assert hashlib.sha256(pdf).digest() == bytes(paper.digest)
    text = text_of(pdf)
    for words in ("Invoice", paper.number, paid.number, "Ada Example", "12 Example Street", "Glass vase", "$90.00"):
        assert words in text
    reader = PdfReader(io.BytesIO(pdf))
    metadata = str(reader.metadata) + reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert paper.number in metadata
    assert "Ada" not in metadata
    assert reader.trailer["/Root"]["/Lang"] == "en"
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts and all(
        "/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in fonts
    )


def test_the_document_is_tagged_in_the_order_of_reading(paid):
    paper = draw_as_keeper(invoice_of(paid).pk)
    with acting(actor=client(paid.subject_id), purpose=Purpose.ORDERS):
        reader = PdfReader(io.BytesIO(read_document(paper.pk)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    (document,) = root["/StructTreeRoot"]["/K"]
    kinds = [each.get_object()["/S"] for each in document.get_object()["/K"]]
    assert kinds[:2] == ["/P", "/H1"]
    assert kinds.count("/Table") == 2
    table = next(each.get_object() for each in document.get_object()["/K"] if each.get_object()["/S"] == "/Table")
    rows = [row.get_object() for row in table["/K"]]
    assert [[cell.get_object()["/S"] for cell in row["/K"]] for row in rows] == [["/TH"] * 4, ["/TD"] * 4]
    marks = [number for row in rows for cell in row["/K"] for number in cell.get_object()["/K"]]
    assert marks == sorted(marks)
    operations = reader.pages[0].get_contents().get_data()
    assert operations.count(b"BDC") + operations.count(b"BMC") == operations.count(b"EMC")
    text = text_of(read_whole(paper, paid))
    assert text.index("To") < text.index("Glass vase") < text.index("Sum, net") < text.index("Paid on")


def test_a_long_order_goes_on_another_page_with_its_table(ada):
    product = make_product(
        names={"en": "A glass vase with a name that is much longer than one line of the table has room"}
    )
    order = make_order(ada.id, product, quantity=2)
    settle(order)
    paper = invoice_of(order)
    with acting(actor=system(jobs.BOOKS), purpose=Purpose.BILLING):
        content = dict(paper.open("content").content)
    content["buyer"] = {"name": "Ada Example", "lines": [], "address": {}}
    content["lines"] = content["lines"] * 40
    from troth.orders.papers.pdf import _Page

    page = _Page(content)
    page.draw()
    reader = PdfReader(io.BytesIO(page.finish()))
    assert len(reader.pages) > 1
    (document,) = reader.trailer["/Root"]["/StructTreeRoot"]["/K"]
    tables = [each for each in document.get_object()["/K"] if each.get_object()["/S"] == "/Table"]
    assert len(tables) > 2


def read_whole(paper, order):
    with acting(actor=client(order.subject_id), purpose=Purpose.ORDERS):
        return read_document(paper.pk)


@pytest.mark.parametrize("kind", ["invoice", "credit note", "exempt", "taxed"])
def test_the_attached_data_keeps_to_the_schema_of_en_16931(paid, kind):
    from decimal import Decimal
    from importlib.resources import files

    paper = invoice_of(paid)
    if kind == "credit note":
        with acting(actor=client(paid.subject_id), purpose=Purpose.ORDERS):
            cancel_lines(paid, {OrderLine.objects.get(order=paid): 1}, cause=RefundCause.CANCELLED)
        paper = Paper.objects.get(kind=PaperKind.CREDIT_NOTE)
    draw_as_keeper(paper.pk)
    reader = PdfReader(io.BytesIO(read_whole(paper, paid)))
    [xml] = reader.attachments["factur-x.xml"]
    if kind in {"exempt", "taxed"}:
        with acting(actor=client(paid.subject_id), purpose=Purpose.ORDERS):
            content = dict(Paper.objects.get(pk=paper.pk).open("content").content)
        category, percent, tax = ("E", "0", 0) if kind == "exempt" else ("S", "19", 1_710)
        facts = {
            "category": category,
            "percent": percent,
            "tax_name": "VAT",
            "because": "No VAT: § 4" if not tax else "",
        }
        content |= {
            "lines": [{**content["lines"][0], **facts, "tax": tax}],
            "taxes": [{**facts, "net": content["net"], "tax": tax}],
            "tax": tax,
            "total": content["net"] + tax,
        }
        xml = make_xml(content)
    root = etree.fromstring(xml)
    schema = etree.XMLSchema(file=str(files("drafthorse") / "schema" / "Factur-X_1.0.07_EN16931.xsd"))
    schema.assertValid(root)
    names = {"ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"}
    sums = root.find(".//ram:SpecifiedTradeSettlementHeaderMonetarySummation", names)
    net, tax, total, due, prepaid = (
        Decimal(sums.findtext(f"ram:{name}", "0", names))
        for name in (
            "TaxBasisTotalAmount",
            "TaxTotalAmount",
            "GrandTotalAmount",
            "DuePayableAmount",
            "TotalPrepaidAmount",
        )
    )
    assert net + tax == total
    assert due == total - prepaid
    lines = root.findall(".//ram:IncludedSupplyChainTradeLineItem", names)
    path = ".//ram:SpecifiedTradeSettlementLineMonetarySummation/ram:LineTotalAmount"
    assert sum(Decimal(line.findtext(path, "0", names)) for line in lines) == net
    broken = xml.replace(b"GrandTotalAmount", b"GreatTotalAmount")
    assert not schema.validate(etree.fromstring(broken))


def test_the_invoice_as_data_is_attached_and_says_the_same(paid):
    paper = draw_as_keeper(invoice_of(paid).pk)
    with acting(actor=client(paid.subject_id), purpose=Purpose.ORDERS):
        reader = PdfReader(io.BytesIO(read_document(paper.pk)))
    [xml] = reader.attachments["factur-x.xml"]
    root = etree.fromstring(xml)
    names = {"ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100"}
    assert root.xpath("string(//ram:GrandTotalAmount)", namespaces=names) == "90.00"
    assert root.xpath("string(//ram:BuyerTradeParty/ram:Name)", namespaces=names) == "Ada Example"
    assert b"fx:ConformanceLevel" in reader.trailer["/Root"]["/Metadata"].get_data()


@pytest.mark.parametrize("name", ["三浦 さくら", "김서연", "Đặng Thị Ngọc", "Дарья Примерова", "Ελένη", "שרה", "محمد"])
def test_names_of_the_whole_world_have_their_letters(ada, name):
    order = make_order(ada.id, make_product(), name=name)
    settle(order)
    from fontTools.ttLib import TTFont

    from troth.ui.paper import Sheet, write_out

    paper = draw_as_keeper(invoice_of(order).pk)
    with acting(actor=client(ada.id), purpose=Purpose.ORDERS):
        pdf = read_document(paper.pk)
    shown = write_out(name)
    # On paper a letter may stand in its joined form; who extracts the text may turn it back to its reading order.
    text = text_of(pdf)
    for part in shown.split():
        assert part in text or part[::-1] in text
    letters = {ord(letter) for letter in shown if not letter.isspace()}
    found = set()
    sheet = Sheet(texts=[name])
    for font in sheet.fonts.values():
        with TTFont(font.ttffile) as typeface:
            found |= letters & set(typeface.getBestCmap())
    sheet.close_typefaces()
    assert found == letters


def test_a_german_order_has_a_german_amount(ada):
    order = make_order(ada.id, make_product(), language="de")
    settle(order)
    paper = draw_as_keeper(invoice_of(order).pk)
    with acting(actor=client(ada.id), purpose=Purpose.ORDERS):
        assert "45,00" in text_of(read_document(paper.pk))


def test_a_drawn_paper_is_shut_and_an_undrawn_ones_numbers_are(paid):
    assert missing_guards(connection) == []
    paper = invoice_of(paid)
    for change in ({"total_minor": 1, "net_minor": 1}, {"number": "INV-2026-999999"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Paper.objects.filter(pk=paper.pk).update(**change)
    draw_as_keeper(paper.pk)
    for change in ({"digest": b"x"}, {"sealed": b"x"}, {"due_on": clock.today()}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Paper.objects.filter(pk=paper.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Paper.objects.filter(pk=paper.pk).delete()
    assert Paper.objects.get(pk=paper.pk).total_minor == 9_000


def test_after_the_legal_term_it_goes_and_its_number_is_accounted_for(paid):
    import time_machine as machine

    from troth.vault.api import run_retention

    paper = draw_as_keeper(invoice_of(paid).pk)
    with machine.travel(clock.now() + timedelta(days=3_650), tick=True):
        run_retention(report=lambda _line: None)
        assert Paper.objects.filter(pk=paper.pk).exists()
    with machine.travel(clock.now() + timedelta(days=3_661), tick=True):
        run_retention(report=lambda _line: None)
    assert not Paper.objects.filter(pk=paper.pk).exists()
    assert PaperRelease.objects.get().number == paper.number


def test_what_is_taken_off_has_a_credit_note_and_never_more_than_was_invoiced(paid):
    line = OrderLine.objects.get(order=paid)
    with acting(actor=client(paid.subject_id), purpose=Purpose.ORDERS):
        cancel_lines(paid, {line: 1}, cause=RefundCause.CANCELLED)
    note = Paper.objects.get(kind=PaperKind.CREDIT_NOTE)
    assert note.number == f"CRN-{note.issued_on.year}-000001"
    assert note.total_minor == 4_500
    assert note.corrects == invoice_of(paid)
    draw_as_keeper(note.pk)
    with acting(actor=client(paid.subject_id), purpose=Purpose.ORDERS):
        text = text_of(read_document(note.pk))
    assert "Credit note" in text and invoice_of(paid).number in text


def test_a_wrong_invoice_is_put_right_by_a_credit_note_and_a_new_one(paid):
    wrong = draw_as_keeper(invoice_of(paid).pk)
    with acting(actor=system(jobs.BOOKS), purpose=Purpose.BILLING):
        new = reissue_invoice(paid)
    assert new.corrects == wrong and new.number.endswith("000002")
    assert Paper.objects.get(kind=PaperKind.CREDIT_NOTE).total_minor == wrong.total_minor
    assert Paper.objects.get(pk=wrong.pk).digest == wrong.digest


def test_staff_write_an_invoice_anew_once_the_file_is_right_and_no_money_moves(paid, make_member):
    wrong = draw_as_keeper(invoice_of(paid).pk)
    with acting(actor=client(paid.subject_id), purpose=Purpose.ACCOUNT):
        profile = Profile.of(paid.subject_id)
        profile.name = "Ada Mended"
        profile.save()
    _member, browser = make_member("billing")
    page = reverse("orders:console_order", kwargs={"number": paid.number})
    mend = reverse("orders:console_mend_invoice", kwargs={"number": paid.number})
    assert mend.encode() not in browser.get(page).content
    browser.post(reverse("orders:console_take", kwargs={"number": paid.number}), {"reason": "payment"})
    assert mend.encode() in browser.get(page).content
    assert browser.post(mend).status_code == 303
    note = Paper.objects.get(kind=PaperKind.CREDIT_NOTE)
    new = Paper.objects.filter(kind=PaperKind.INVOICE).latest("made_at")
    assert (note.corrects, new.corrects) == (wrong, wrong)
    with acting(actor=client(paid.subject_id), purpose=Purpose.ORDERS):
        assert "Ada Mended" in text_of(read_document(new.pk))
        assert "Ada Mended" not in text_of(read_document(note.pk))
    assert not RefundDecision.objects.exists()


def test_another_client_cannot_read_it(paid):
    paper = draw_as_keeper(invoice_of(paid).pk)
    other = make_account(name="Bo Example", email="bo@example.org", user_name="bob")
    with acting(actor=client(other.id), purpose=Purpose.ORDERS), pytest.raises(AccessDenied):
        read_document(paper.pk)


def test_a_number_whose_transaction_is_undone_is_used_again():
    with pytest.raises(RuntimeError), transaction.atomic():
        take_number(PaperKind.INVOICE, year=2026)
        raise RuntimeError
    with transaction.atomic():
        assert take_number(PaperKind.INVOICE, year=2026) == "INV-2026-000001"
    with pytest.raises(Refused):
        take_number(PaperKind.INVOICE, year=2026)


def test_numbers_have_no_gap_and_none_twice_whatever_settles_at_once():
    taken, failed, lock = [], [], threading.Lock()

    def settle_many(seed):
        try:
            for step in range(12):
                try:
                    with transaction.atomic():
                        number = take_number(PaperKind.INVOICE, year=2026)
                        if (seed + step) % 3 == 0:
                            raise RuntimeError
                except RuntimeError:
                    continue
                with lock:
                    taken.append(number)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=settle_many, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert sorted(taken) == [f"INV-2026-{number:06d}" for number in range(1, len(taken) + 1)]
