"""The check of the papers looks at rows and documents, is kept, leaves nothing behind, and turns red when broken."""

import pytest
from django.db import connection

from tests.factories.accounts import make_account
from tests.factories.orders import make_order, make_product, settle
from troth.kernel.ports import controls
from troth.orders.models import Paper, PaperCount, Product
from troth.orders.papers.draw import draw_as_keeper
from troth.orders.papers.guards import lifted_guards
from troth.orders.papers.reading import read_paper

pytestmark = [pytest.mark.django_db(transaction=True, databases="__all__"), pytest.mark.usefixtures("house")]
CONTROL = controls.get("orders.papers")


def test_the_check_is_kept_and_leaves_nothing_behind():
    seen = CONTROL.observe()
    assert list(seen.failures) == []
    assert seen.examined >= 2
    for model in (Paper, PaperCount, Product):
        assert not model.objects.exists()


@pytest.mark.parametrize("key", [each.key for each in CONTROL.sabotages])
def test_each_breach_is_caught(key):
    (chosen,) = (each for each in CONTROL.sabotages if each.key == key)
    assert not CONTROL.observe().failures
    with chosen.breach():
        assert CONTROL.observe().failures
    assert not CONTROL.observe().failures


@pytest.fixture
def paid():
    order = make_order(make_account().id, make_product(), quantity=2)
    settle(order)
    order.refresh_from_db()
    return order


def test_the_check_looks_at_real_papers(paid):
    paper = draw_as_keeper(Paper.objects.get().pk)
    seen = CONTROL.observe()
    assert (list(seen.failures), seen.evidence["papers"]) == ([], 1)
    PaperCount.objects.update(last=2)
    assert any("2 numbers were taken" in failure for failure in CONTROL.observe().failures)
    PaperCount.objects.update(last=1)
    with lifted_guards(connection):
        Paper.objects.filter(pk=paper.pk).update(total_minor=1, net_minor=1, tax_minor=0)
    assert any("does not come to" in failure for failure in CONTROL.observe().failures)
    with lifted_guards(connection):
        Paper.objects.filter(pk=paper.pk).delete()
    assert CONTROL.observe().failures


def test_a_paper_is_read_back_by_what_is_attached_to_it(paid):
    from troth.kernel.acting import acting, client
    from troth.kernel.errors import Refused
    from troth.kernel.purposes import Purpose
    from troth.orders.papers.draw import read_document

    paper = Paper.objects.get()
    with acting(actor=client(paid.subject_id), purpose=Purpose.BILLING):
        document = read_document(paper.pk)
    read = read_paper(document)
    assert (read.number, read.currency, str(read.total), read.buyer) == (paper.number, "USD", "90.00", "Ada Example")
    assert read.pages == 1
    for broken in (document[:-200], b"%PDF-1.7\n", document.replace(b"startxref", b"startyref")):
        with pytest.raises(Refused):
            read_paper(broken)
