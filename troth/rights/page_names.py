"""What the pages that ask something are called, as their own titles say it, for the public list of collection (B5)."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words

PAGE_NAMES: Mapping[str, Words] = MappingProxyType(
    {
        "home": _("Home page"),
        "accounts:join": _("Join"),
        "accounts:resend": _("Send the confirmation mail again"),
        "accounts:confirm": _("Confirm your account"),
        "accounts:sign_in": _("Sign in"),
        "accounts:reset_ask": _("Set a new password"),
        "accounts:reset": _("Choose a new password"),
        "accounts:passkey_sign_in": _("Sign in with a passkey"),
        "accounts:second_factor": _("Second step of signing in, with a code"),
        "accounts:second_factor_passkey": _("Second step of signing in, with a passkey"),
        "accounts:confirm_identity": _("Confirm that it is you"),
        "accounts:confirm_passkey": _("Confirm that it is you, with a passkey"),
        "accounts:add_codes": _("Add one-time codes"),
        "accounts:add_passkey": _("Add a passkey"),
        "accounts:rename_factor": _("Rename a passkey or code generator"),
        "accounts:details": _("Your details"),
        "accounts:interests": _("What you want news of"),
        "accounts:password_change": _("Change the password"),
        "accounts:email_change": _("Change the e-mail address"),
        "rights:correct": _("Correct one thing on the Admin page"),
        "rights:report_error": _("Report an error"),
        "rights:ask": _("Ask for something"),
        "rights:receipt": _("Check a receipt"),
        "rights:challenge": _("Object to a look"),
        "staff:search": _("Find a client"),
        "staff:break_glass": _("Open a record without a case"),
        "staff:challenge": _("Answer an objection"),
        "staff:incident": _("Decide about an incident"),
        "staff:own_incident": _("Be heard about an examination"),
        "staff:invite": _("Invite somebody"),
        "staff:relations": _("Your ties"),
        "staff:views": _("Save a list"),
        "rights:find_client": _("Find who wrote"),
        "rights:enter_request": _("Enter a request"),
        "rights:handle_request": _("Answer a request"),
        "support:ask": _("Ask us"),
        "support:my_case": _("Your inquiry"),
        "support:wish": _("How we may reach you"),
        "support:enter": _("Enter a call or letter"),
        "support:find": _("Find a case"),
        "support:case": _("Answer an inquiry"),
        "support:call": _("Call a client"),
        "support:print_letter": _("Print a letter"),
        "law:register": _("Register a legal request"),
        "law:record_breach": _("Record a breach"),
        "law:breach": _("Follow a breach"),
        "orders:basket": _("Basket"),
        "orders:product": _("A thing that we sell"),
        "orders:checkout": _("Order"),
        "orders:change_line": _("Take something out of an order"),
    }
)
"""Name of the page's address → its title. A test holds it to the list of pages that ask something."""
