"""What is left out of a backup: a model says so itself, by ``not_backed_up`` with the reason.

A session, a link or a task that came back with a backup would sign somebody in, open what was closed or do twice what
was done; after a restore people sign in again, and what is due is found anew from the state of the rows.
"""

from collections.abc import Mapping

from django.apps import apps
from django.db import models

_declared: dict[str, str] = {}
"""Label of a model of another package → why it is left out."""


def declare_left_out(label: str, reason: str) -> None:
    """Leave the rows of a model out that is not ours to write on, such as the queue's.

    Arguments:
        label: the model's, such as ``django_tasks_database.DBTaskResult``.
        reason: why, in a sentence.
    """
    _declared[label] = reason


def list_left_out() -> Mapping[str, str]:
    """Return the labels of the main database's models whose rows are in no backup, each with the reason."""
    own = {
        model._meta.label: reason
        for model in apps.get_models(include_auto_created=True)
        if (reason := getattr(model, "not_backed_up", ""))
    }
    return {**own, **_declared}


def left_out_tables() -> list[str]:
    """Return the names of their tables."""
    return sorted(apps.get_model(label)._meta.db_table for label in list_left_out())


def models_of(alias: str) -> list[type[models.Model]]:
    """Return the models whose rows lie in this database."""
    return [model for model in apps.get_models() if getattr(model, "stored_in", "default") == alias]
