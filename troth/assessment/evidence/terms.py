"""A declaration for Open Terms Archive: where the statement stands, so that an outsider can track its changes."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from troth.kernel.operator import read_operator

STATEMENT_SELECTOR = "main"
"""What of the page is the statement; its frame, and the states in the margin of the promises' page, are not."""


def make_terms_declaration() -> dict[str, Any]:
    """Return the declaration: the statement is the privacy policy of this service."""
    return {
        "name": read_operator().short_name,
        "terms": {
            "Privacy Policy": {
                "fetch": settings.ENVIRONMENT.site + reverse("statement:current"),
                "select": [STATEMENT_SELECTOR],
            }
        },
    }
