"""A sealed model keeps the seal's own columns to the seal."""

from django.apps.registry import Apps
from django.db import models

from troth.vault import declarations
from troth.vault.api import SealedModel

REGISTRY = Apps()


class Bill(SealedModel):
    paid_by = models.DateField()

    class Meta:
        app_label = "vaulttest"
        apps = REGISTRY


class LostBill(SealedModel):
    due_on = models.DateField()

    class Meta:
        app_label = "vaulttest"
        apps = REGISTRY


def test_a_column_called_like_one_of_the_seals_own_stops_the_start(monkeypatch):
    for model, found in ((Bill, []), (LostBill, ["troth.E009"])):
        monkeypatch.setattr(declarations, "sealed_models", lambda model=model: (model,))
        assert [each.id for each in declarations._check_own_columns()] == found
