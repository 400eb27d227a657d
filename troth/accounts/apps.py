"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Who may use the site."""

    name = "troth.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Register gates, mails, cookies, links of the frame, and the names of the ledger's rows."""
        from troth.accounts import controls, controls_account, controls_choice, second_step
        from troth.accounts.actions.leaving import register_farewell
        from troth.accounts.banners import register_banners
        from troth.accounts.cookies import register_cookies
        from troth.accounts.events import WORDS
        from troth.accounts.gates import is_signed_in, register_gates
        from troth.accounts.holders import register_holders
        from troth.accounts.letters import register_letters
        from troth.accounts.letters_security import register_security_letters
        from troth.accounts.mails import HeldMails
        from troth.accounts.queries import find_told_since
        from troth.accounts.retention import register_retention
        from troth.disclosures.api import informants
        from troth.ledger.api import register_events
        from troth.processors.api import waiters
        from troth.ui.api import Place, register_link

        register_events(WORDS)
        register_gates()
        register_letters()
        register_security_letters()
        register_farewell()
        waiters.register("accounts.mails", HeldMails())
        register_banners()
        second_step.register()
        register_holders()
        register_retention()
        register_cookies()
        informants.register("accounts", find_told_since)
        controls.register()
        controls_account.register()
        controls_choice.register_controls()
        register_link(
            place=Place.HEADER,
            order=80,
            name="join",
            words=_("Join"),
            url="accounts:join",
            when=lambda request: not is_signed_in(request),
        )
        register_link(
            place=Place.HEADER,
            order=90,
            name="sign_in",
            words=_("Sign in"),
            url="accounts:sign_in",
            when=lambda request: not is_signed_in(request),
        )
        register_link(
            place=Place.HEADER,
            order=95,
            name="sign_out",
            words=_("Sign out"),
            url="accounts:sign_out",
            when=is_signed_in,
            post=True,
        )
