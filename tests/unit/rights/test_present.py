"""Tables without a row about a client are not read; nothing that stands anywhere is passed over by that."""

import pytest
from django.apps import apps

from troth.accounts.models import Doubt, Message
from troth.kernel.acting import acting, client
from troth.kernel.ids import new_id
from troth.kernel.ports import holders
from troth.kernel.purposes import Purpose
from troth.rights.held import read_holders, read_tables
from troth.rights.models import Request
from troth.rights.present import find_empty
from troth.vault.api import sealed_models


@pytest.mark.django_db
def test_a_table_is_empty_until_the_client_stands_in_it(ada):
    assert "accounts.Profile" not in find_empty(ada.id)
    assert {"accounts.Doubt", "rights.Request"} <= find_empty(ada.id)
    Doubt.objects.create(subject_id=new_id(), what="address", cause="returned")
    assert "accounts.Doubt" in find_empty(ada.id)
    Doubt.objects.create(subject_id=ada.id, what="address", cause="returned")
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        Request(subject_id=ada.id, kind="error", channel="admin_page", text="The town is wrong.").save()
    assert not {"accounts.Doubt", "rights.Request"} & find_empty(ada.id)


@pytest.mark.django_db
def test_a_table_that_finds_its_subject_in_another_way_is_always_read(ada):
    empty = find_empty(new_id())
    assert not {"accounts.Account", "accounts.AttemptCount"} & empty
    for label in empty:
        assert "subject_id" in {field.attname for field in apps.get_model(label)._meta.concrete_fields}


@pytest.mark.django_db
def test_what_is_read_is_the_same_as_without_the_question(ada):
    Message.objects.create(subject_id=ada.id, kind="welcome")
    with acting(actor=client(ada.id), purpose=Purpose.ACCOUNT):
        tables = [(table.model, len(table.rows)) for table in read_tables(ada.id)]
        assert tables == [(table.model, len(table.rows)) for table in read_tables(ada.id, empty=())]
    stores = [(part.name, len(part.items)) for part in read_holders(ada.id)]
    assert stores == [(part.name, len(part.items)) for part in read_holders(ada.id, empty=())]
    assert ("accounts.messages", 1) in [(name, min(count, 1)) for name, count in stores]


@pytest.mark.django_db
def test_most_tables_need_not_be_read(ada, django_assert_max_num_queries):
    empty = find_empty(ada.id)
    assert len(empty) > (len(list(holders)) + len(sealed_models())) / 2
    with django_assert_max_num_queries(1):
        find_empty(ada.id)
