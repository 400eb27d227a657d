"""Customers and their saved cards."""

import re

from troth.standins.books import Thing
from troth.standins.card.desk import Desk
from troth.standins.card.parameters import Parameters, refuse

KNOWN = ("name", "email", "metadata[*]", "description")


def create(desk: Desk, said: Parameters) -> Thing:
    """``POST /v1/customers``."""
    email = said.get("email") or None
    if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise refuse(f"Invalid email address: {email}", code="email_invalid", param="email")
    customer = desk.make(
        "cus",
        "customer",
        name=said.get("name") or None,
        email=email,
        description=said.get("description") or None,
        metadata=said.group("metadata"),
        address=None,
        phone=None,
        shipping=None,
        balance=0,
        currency=None,
        default_source=None,
        delinquent=False,
    )
    desk.emit("customer.created", customer)
    return customer


def retrieve(desk: Desk, said: Parameters, key: str) -> Thing:
    """``GET /v1/customers/:id``; one that is deleted says so, and nothing else."""
    return desk.find("cus", key)


def update(desk: Desk, said: Parameters, key: str) -> Thing:
    """``POST /v1/customers/:id``: what is sent is put in place of what stood there."""
    customer = desk.find_customer(key, param="id")
    given = {name: said.get(name) for name in ("name", "email") if said.get(name)}
    changed = desk.save({**customer, **given})
    desk.emit("customer.updated", changed)
    return changed


def delete(desk: Desk, said: Parameters, key: str) -> Thing:
    """``DELETE /v1/customers/:id``: strike name, address and saved cards; the movements stay, as they must."""
    customer = desk.find("cus", key)
    if customer.get("deleted"):
        raise refuse(f"No such customer: '{key}'", status=404, code="resource_missing", param="id")
    for method in desk.books.all("pm"):
        if method["customer"] == key:
            desk.save({**method, "customer": None, "billing_details": {"name": None, "email": None}})
    for session in desk.books.all("cs"):
        if session["customer"] == key:
            desk.save({**session, "customer_details": None})
    for event in desk.books.all("evt"):
        if event["data"]["object"].get("id") == key:
            desk.books.drop(event["id"])
    gone = desk.save({"id": key, "object": "customer", "deleted": True})
    desk.emit("customer.deleted", gone)
    return gone


def list_methods(desk: Desk, said: Parameters, key: str) -> Thing:
    """``GET /v1/customers/:id/payment_methods``."""
    desk.find_customer(key, param="customer")
    methods = [method for method in desk.books.all("pm") if method["customer"] == key]
    return desk.list_of(methods, url=f"/v1/customers/{key}/payment_methods", limit=100, after="")


def retrieve_method(desk: Desk, said: Parameters, key: str) -> Thing:
    """``GET /v1/payment_methods/:id``."""
    return desk.find("pm", key, param="payment_method")


def detach_method(desk: Desk, said: Parameters, key: str) -> Thing:
    """``POST /v1/payment_methods/:id/detach``."""
    method = desk.find("pm", key, param="payment_method")
    if method["customer"] is None:
        raise refuse("The payment method you provided is not attached to a customer so detachment is impossible.")
    return _detach(desk, method)


def _detach(desk: Desk, method: Thing) -> Thing:
    before = {"customer": method["customer"]}
    method = desk.save({**method, "customer": None})
    desk.emit("payment_method.detached", method, before=before)
    return method


def remove_method(desk: Desk, key: str) -> Thing:
    """Remove a saved card at the processor's own desk."""
    method = desk.find("pm", key)
    if method["customer"] is None:
        raise refuse(f"The card {key} is saved for nobody.")
    return _detach(desk, method)


def renew_method(desk: Desk, key: str, *, last4: str) -> Thing:
    """Let the bank issue a card anew: the same one to the shop, with other digits and four more years."""
    method = desk.find("pm", key)
    card = {**method["card"], "last4": last4, "exp_year": method["card"]["exp_year"] + 4}
    before = {"card": method["card"]}
    method = desk.save({**method, "card": card})
    desk.emit("payment_method.automatically_updated", method, before=before)
    return method


def make_method(desk: Desk, *, brand: str, last4: str, month: int, year: int) -> Thing:
    """Keep a card: brand, last four digits and end; never its number."""
    facts = {"brand": brand, "last4": last4, "exp_month": month, "exp_year": year, "funding": "credit", "country": "US"}
    return desk.make(
        "pm",
        "payment_method",
        type="card",
        card=facts,
        customer=None,
        billing_details={"name": None, "email": None, "phone": None, "address": None},
        metadata={},
    )
