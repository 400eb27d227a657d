"""Fifteen plain columns."""

from django.conf import settings
from django.db import models

from bench.values import VALUES


class Details(models.Model):
    """The details of one user."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)

    def __str__(self) -> str:
        return f"details {self.pk}"


for _name in VALUES:
    Details.add_to_class(_name, models.CharField(max_length=200))
