"""What the vault's tests share: the sample tables, and a first epoch.

Models are imported inside the fixtures: this file is read before Django's apps are there.
"""

import pytest
from django.conf import settings
from django.db import connection


@pytest.fixture(scope="session")
def sample_tables(django_db_setup, django_db_blocker):
    from tests.unit.vault.samples import MODELS

    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)


@pytest.fixture
def samples(sample_tables, request):
    """Show the sample models to the whole house while the test runs, and leave their tables empty."""
    from django.apps import apps

    from tests.unit.vault.samples import MODELS
    from troth.vault.declarations import sealed_models
    from troth.vault.keyring import ensure_epoch

    mark = request.node.get_closest_marker("django_db")
    request.getfixturevalue("transactional_db" if mark and mark.kwargs.get("transaction") else "db")
    for model in MODELS:
        apps.all_models["vault"][model._meta.model_name] = model
    apps.clear_cache()
    sealed_models.cache_clear()
    ensure_epoch()
    yield
    for model in MODELS:
        model._base_manager.all().delete()
        del apps.all_models["vault"][model._meta.model_name]
    apps.clear_cache()
    sealed_models.cache_clear()
    for path in settings.ENVIRONMENT.secrets.glob("kek.*"):
        path.unlink()


@pytest.fixture
def tidy():
    """Leave no supplier behind that a test registered."""
    from troth.kernel import ports
    from troth.vault.api import menders

    registries = (ports.holders, ports.retention_holds, ports.farewells, ports.erasure_relays, menders)
    before = [dict(registry._items) for registry in registries]
    yield
    for registry, items in zip(registries, before, strict=True):
        registry._items.clear()
        registry._items.update(items)


@pytest.fixture
def wilhelmina():
    """Make the one who is erased."""
    from tests.unit.vault.erasing import make_wilhelmina

    return make_wilhelmina()
