"""Makes accounts by the program's own actions."""

from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client

from troth.accounts.actions.registration import open_account, verify
from troth.accounts.models import Account
from troth.kernel.acting import acting, client
from troth.kernel.purposes import Purpose

PASSWORD = "blue lamp under seven bridges"


def make_account(
    *,
    name: str = "Ada Example",
    email: str = "ada@example.org",
    user_name: str = "ada",
    password: str = PASSWORD,
    verified: bool = True,
    **more: Any,
) -> Account:
    """Return an account with its profile; confirmed unless told otherwise."""
    values = {"name": name, "email": email, "user_name": user_name, **more}
    account = open_account(values=values, encoded=make_password(password))
    if verified:
        with acting(actor=client(account.id), purpose=Purpose.ACCOUNT), transaction.atomic():
            verify(account)
    return account


def sign_in(browser: Client, login: str = "ada", password: str = PASSWORD, **more: Any) -> Any:
    """Sign in by the form and return the answer."""
    return browser.post("/sign-in/", {"login": login, "password": password, **more})
