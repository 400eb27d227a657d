"""The links of the frame to the pages that belong to no room in particular."""

from django.utils.translation import gettext_lazy as _

from troth.ui.api import Place, register_link


def register_site_links() -> None:
    """Hand the frame its links to help, cookies and security."""
    register_link(place=Place.HEADER, order=20, name="help", words=_("Help"), url="help")
    register_link(place=Place.FOOTER, order=20, name="cookies", words=_("Cookies"), url="cookies:register")
    register_link(place=Place.FOOTER, order=30, name="security", words=_("Security"), url="security")
    register_link(place=Place.FOOTER, order=60, name="help", words=_("Help"), url="help")
