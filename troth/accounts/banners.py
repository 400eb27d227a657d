"""What stands above the Admin page of a client: a wish on its birthday (B4)."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from troth.accounts.preferences import preferences
from troth.accounts.sign_in import find_home
from troth.ui.api import Banner, register_banner


def register_banners() -> None:
    """Hand it in; called once, at start-up."""
    register_banner("accounts.birthday", congratulate)


def congratulate(request: HttpRequest) -> Banner | None:
    """Wish a client a happy birthday on the day, if it told us."""
    if request.path != find_home() or not preferences(request).has_birthday():
        return None
    return Banner(kind="note", words=_("Today is your birthday: our best wishes."))
