"""What stands above the Admin page of a client: whether its details are still right (A9), and a birthday wish."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from troth.accounts.preferences import months_since_confirmed, preferences
from troth.accounts.sign_in import find_home
from troth.kernel.operator import read_operator
from troth.ui.api import Banner, register_banner


def register_banners() -> None:
    """Hand in both; called once, at start-up."""
    register_banner("accounts.confirm_details", ask_whether_right)
    register_banner("accounts.birthday", congratulate)


def ask_whether_right(request: HttpRequest) -> Banner | None:
    """Ask whether the details are still right, where they were not confirmed for as long as the operator says."""
    if request.path != find_home():
        return None
    if months_since_confirmed(preferences(request)) < read_operator().numbers.confirm_details_months:
        return None
    return Banner(
        kind="waits",
        words=_("It is a while ago that you told us your details. Are they still right?"),
        url=reverse("accounts:details"),
        url_words=_("Look at them, and say so"),
    )


def congratulate(request: HttpRequest) -> Banner | None:
    """Wish a client a happy birthday on the day, if it told us."""
    if request.path != find_home() or not preferences(request).has_birthday():
        return None
    return Banner(kind="note", words=_("Today is your birthday: our best wishes."))
