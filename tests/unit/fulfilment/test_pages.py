"""Staff's pages show numbers and states; an address shows only to whoever has the parcel in hand (A1, A4)."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from tests.factories.visitors import sign_in_directly
from tests.unit.fulfilment.conftest import ship, take_and_pack
from troth.accounts import api as accounts
from troth.fulfilment.models import Parcel, ParcelState
from troth.kernel import clock
from troth.kernel.crawl import SiteBrowser
from troth.ledger.api import looks_at
from troth.staff.models import StaffMember

pytestmark = [pytest.mark.django_db(transaction=True)]

VALUES = ("Ada Example", "12 Example", "ada@example.org", "555")


@pytest.fixture(autouse=True)
def second_factor(monkeypatch):
    """Let every account have a second factor; whether the session used it is each test's own."""
    monkeypatch.setattr(accounts, "has_second_factor", lambda _subject: True, raising=False)


def page_of(parcel, rest=""):
    return f"/console/parcels/{parcel.order.number}/{parcel.count}/{rest}"


def press(browser, parcel, rest, data=None):
    return browser.post(page_of(parcel, rest), data or {}, follow=True)


def shows(answer, *texts):
    body = answer.content.decode()
    return all(text in body for text in texts)


def hides(answer, *texts):
    body = answer.content.decode()
    return not any(text in body for text in texts)


def looks_of(member, subject_id):
    return [each for each in looks_at(subject_id, limit=50) if each.actor.ref == str(member.id)]


def test_the_lists_and_the_page_of_a_parcel_show_no_value(parcel, as_wren, wren):
    for pile in ("to_pack", "to_ship", "waiting", "under_way", "ended", "nonsense"):
        answer = as_wren.get(f"/console/parcels/?list={pile}")
        assert answer.status_code == 200
        assert hides(answer, *VALUES)
    assert shows(as_wren.get("/console/parcels/"), parcel.number)
    assert press(as_wren, parcel, "do/take/").status_code == 200
    page = as_wren.get(page_of(parcel))
    assert shows(page, parcel.number, "Glass vase", "Packing slip")
    assert hides(page, *VALUES)
    assert looks_of(wren, parcel.subject_id) == []


def test_the_address_shows_to_whoever_has_the_parcel_in_hand_and_the_client_reads_so(parcel, as_wren, wren):
    assert as_wren.post(page_of(parcel, "address/")).status_code == 403
    press(as_wren, parcel, "do/take/")
    answer = as_wren.post(page_of(parcel, "address/"))
    assert shows(answer, "Ada Example", "12 Example Street", "+1 212-555-0100")
    (look,) = looks_of(wren, parcel.subject_id)
    assert set(look.fields) == {"name", "shipping_address", "telephone"}
    press(as_wren, parcel, "do/release/")
    assert as_wren.post(page_of(parcel, "address/")).status_code == 403


def test_with_the_training_run_out_nothing_is_done(parcel, as_wren, wren):
    StaffMember.objects.filter(pk=wren.pk).update(certificate_until=clock.now() - timedelta(days=1))
    assert as_wren.post(page_of(parcel, "do/take/")).status_code == 403
    parcel.refresh_from_db()
    assert parcel.taken_by is None


def test_customer_service_does_not_pack(parcel, heron, bob):
    browser = SiteBrowser()
    sign_in_directly(browser, heron.subject_id, methods=("password", "code"))
    assert browser.get("/console/parcels/").status_code == 403
    assert browser.post(page_of(parcel, "do/take/")).status_code in {302, 403}
    sign_in_directly(browser, bob.id)
    assert browser.get("/console/parcels/").status_code == 403


def test_only_who_took_a_parcel_changes_it(parcel, as_wren):
    assert as_wren.post(page_of(parcel, "do/pack/")).status_code == 409
    press(as_wren, parcel, "do/take/")
    press(as_wren, parcel, "do/pack/")
    parcel.refresh_from_db()
    assert parcel.state == ParcelState.PACKED
    assert as_wren.post(page_of(parcel, "do/nonsense/")).status_code == 404
    assert as_wren.get("/console/parcels/0000-0000/1/").status_code == 404


def test_a_parcel_goes_its_whole_way_by_the_pages(parcel, as_wren, parcel_standin):
    press(as_wren, parcel, "do/take/")
    press(as_wren, parcel, "do/pack/")
    ways = as_wren.post(page_of(parcel, "label/"))
    assert shows(ways, "Parcelsandbox Parcel", "$5.30", "5 days")
    rate = parcel_standin.things("shp")[0]["rates"][0]["id"]
    assert shows(press(as_wren, parcel, "label/", {"way": rate}), "Print the label")
    label = as_wren.post(page_of(parcel, "label.pdf"))
    assert label["Content-Type"] == "application/pdf"
    assert label.content.startswith(b"%PDF")
    assert shows(press(as_wren, parcel, "do/ship/"), "on its way")
    for verb, words in (("look", "on its way"), ("returning", "on its way back"), ("here", "Sent again as")):
        assert shows(press(as_wren, parcel, f"do/{verb}/"), words)
    assert Parcel.objects.get(order=parcel.order, count=2).replaces == parcel


def test_a_carrier_that_does_not_answer_is_told_in_words_and_nothing_is_lost(parcel, as_wren, wren, parcel_standin):
    take_and_pack(wren, parcel)
    parcel_standin.fail("down", times=9)
    answer = as_wren.post(page_of(parcel, "label/"))
    assert answer.status_code == 200
    assert shows(answer, "does not answer at the moment", "Ask the carrier")


def test_the_slip_holds_the_pieces_and_nothing_of_the_client(parcel, as_wren):
    answer = as_wren.get(page_of(parcel, "slip.pdf"))
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert "Glass vase" in text
    assert parcel.number in text
    for value in (*VALUES, "$", "45"):
        assert value not in text


def test_its_owner_follows_the_parcel_and_nobody_else(parcel, as_ada, bob, wren, parcel_standin):
    ship(wren, parcel)
    parcel.refresh_from_db()
    answer = as_ada.get(f"/orders/{parcel.order.number}/")
    assert shows(answer, parcel.number, parcel.tracking_number, "It is on its way to you.", "Follow it on the carrier")
    assert hides(answer, f'href="{parcel.tracking_url}"')  # led past the notice of leaving
    sign_in_directly(as_ada, bob.id)
    assert as_ada.get(f"/orders/{parcel.order.number}/").status_code == 404
    assert as_ada.get(f"/orders/{parcel.order.number}/address/").status_code == 404
    assert as_ada.post(f"/orders/{parcel.order.number}/address/right/").status_code == 404


def test_an_address_is_mended_by_its_owners_page(parcel, as_ada):
    page = f"/orders/{parcel.order.number}/address/"
    assert shows(as_ada.get(page), "12 Example Street")
    sent = {
        "name": "Ada Example", "telephone": "+12125550100",
        "shipping_address__country_code": "US", "shipping_address__street_address": "99 Other Street",
        "shipping_address__city": "New York", "shipping_address__country_area": "NY",
        "shipping_address__postal_code": "nonsense",
    }  # fmt: skip
    wrong = as_ada.post(page, sent)
    assert wrong.status_code == 422
    assert shows(wrong, "99 Other Street")
    done = as_ada.post(page, {**sent, "shipping_address__postal_code": "10001"}, follow=True)
    assert shows(done, "99 Other Street")


def test_the_search_of_the_console_finds_a_parcel_by_its_number(parcel):
    from troth.fulfilment.cases import find_by_number, list_open_cases

    assert find_by_number(parcel.number) == [parcel.subject_id]
    assert find_by_number(parcel.number.lower()) == [parcel.subject_id]
    assert list(find_by_number("nonsense")) == []
    (case,) = list_open_cases(parcel.subject_id)
    assert (case.number, case.taken_by) == (parcel.number, None)
