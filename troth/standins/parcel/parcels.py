"""Addresses, shipments, labels and trackers of the invented carrier."""

import re
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from troth.standins import posting
from troth.standins.books import Books, Thing

ADDRESS = {"name", "company", "street1", "street2", "city", "state", "zip", "country", "phone"}
PARCEL = {"weight", "length", "width", "height", "predefined_package"}
SHIPMENT = {"to_address", "from_address", "parcel", "reference", "customs_info", "options"}
OPTIONS = {"label_format", "label_size", "print_custom_1", "invoice_number"}
CUSTOMS = {"contents_type", "customs_certify", "customs_signer", "customs_items", "eel_pfc", "restriction_type"}
CUSTOMS_ITEM = {"description", "quantity", "value", "weight", "origin_country", "currency", "hs_tariff_number"}
STATES = {
    "pre_transit": "The label is made.",
    "in_transit": "The parcel is under way.",
    "out_for_delivery": "The parcel is out for delivery.",
    "delivered": "The parcel was delivered.",
    "return_to_sender": "The parcel goes back to the sender.",
    "failure": "The parcel could not be delivered.",
}
SERVICES = (("Parcel", 450, 5), ("Express", 1250, 2))
"""The ways to send: name, price of the first kilogram in cents, days."""


class Refusal(Exception):
    """An answer that says no, in the form that the carrier's library understands."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"code": code, "message": message, "errors": []}


def require_known(given: Any, known: set[str], *, where: str) -> Mapping[str, Any]:
    """Return a mapping; refuse one with names that the carrier does not know."""
    if not isinstance(given, dict):
        raise Refusal(422, "PARAMETER.INVALID", f"{where} must be an object.")
    if unknown := set(given) - known:
        raise Refusal(422, "PARAMETER.UNKNOWN", f"Unknown parameter in {where}: {', '.join(sorted(unknown))}.")
    return given


class Counter:
    """The carrier's counter: each method is one call.

    Arguments:
        books: its own.
        origin: its own address.
    """

    def __init__(self, books: Books, origin: str) -> None:
        self.books = books
        self.origin = origin

    # -- addresses ----------------------------------------------------------------------------------------------------

    def create_address(self, said: Mapping[str, Any]) -> Thing:
        """``POST /v2/addresses``, with a check of the address where that is asked."""
        require_known(said, {"address", "verify"}, where="the body")
        address = self._make_address(said.get("address"))
        if said.get("verify"):
            address["verifications"] = {"delivery": _verify(address)}
            self.books.put("adr", address)
        return address

    def delete_address(self, key: str) -> None:
        """``DELETE /v2/addresses/:id``."""
        self.find("adr", key)
        self.books.drop(key)

    def _make_address(self, said: Any) -> Thing:
        given = require_known(said, ADDRESS | {"id"}, where="address")
        if "id" in given:
            return self.find("adr", str(given["id"]))
        if not re.fullmatch(r"[A-Z]{2}", str(given.get("country") or "")):
            raise Refusal(422, "ADDRESS.COUNTRY.INVALID", "country: two capitals are wanted.")
        blank = dict.fromkeys(sorted(ADDRESS))
        return self._make("adr", "Address", **{**blank, **given}, verifications={}, residential=None)

    # -- shipments ----------------------------------------------------------------------------------------------------

    def create_shipment(self, said: Mapping[str, Any]) -> Thing:
        """``POST /v2/shipments``: the ways to send it, and their prices."""
        given = require_known(said, {"shipment"}, where="the body").get("shipment")
        shipment = require_known(given, SHIPMENT, where="shipment")
        parcel = require_known(shipment.get("parcel"), PARCEL, where="parcel")
        weight = parcel.get("weight")
        if not isinstance(weight, int | float) or weight <= 0:
            raise Refusal(422, "PARCEL.WEIGHT.INVALID", "parcel.weight: a number of ounces above 0 is wanted.")
        options = require_known(shipment.get("options") or {}, OPTIONS, where="options")
        customs = shipment.get("customs_info")
        if customs is not None:
            require_known(customs, CUSTOMS, where="customs_info")
            for item in customs.get("customs_items") or []:
                require_known(item, CUSTOMS_ITEM, where="customs_items")
        made = self._make(
            "shp",
            "Shipment",
            to_address=self._make_address(shipment.get("to_address")),
            from_address=self._make_address(shipment.get("from_address")),
            parcel={"id": _new("prcl"), "object": "Parcel", **parcel},
            reference=shipment.get("reference"),
            customs_info=customs,
            options=dict(options),
            status="unknown",
            tracking_code=None,
            tracker=None,
            postage_label=None,
            selected_rate=None,
            messages=[],
        )
        made["rates"] = [_rate(made["id"], service, price, days, float(weight)) for service, price, days in SERVICES]
        return self.books.put("shp", made)

    def buy(self, key: str, said: Mapping[str, Any]) -> Thing:
        """``POST /v2/shipments/:id/buy``."""
        shipment = self.find("shp", key)
        wanted = require_known(said, {"rate"}, where="the body").get("rate")
        if shipment["selected_rate"]:
            raise Refusal(422, "SHIPMENT.POSTAGE.EXISTS", "Postage already exists for this shipment.")
        rate = next(
            (rate for rate in shipment["rates"] if isinstance(wanted, dict) and rate["id"] == wanted.get("id")), None
        )
        if rate is None:
            raise Refusal(404, "RATE.NOT_FOUND", "The rate was not found on this shipment.")
        code = f"IC{secrets.randbelow(10**12):012d}"
        # A code of digits alone could look like a card's number; the letters in the middle keep the two apart.
        code = f"{code[:8]}X{code[8:]}"
        tracker = self._make(
            "trk",
            "Tracker",
            tracking_code=code,
            status="pre_transit",
            status_detail="label_created",
            carrier=rate["carrier"],
            shipment_id=key,
            public_url=f"{self.origin}/follow/{code}",
            tracking_details=[_detail("pre_transit")],
        )
        label = {
            "id": _new("pl"),
            "object": "PostageLabel",
            "label_date": _now(),
            "label_file_type": "application/pdf",
            "label_url": f"{self.origin}/labels/{key}.pdf",
            "label_pdf_url": f"{self.origin}/labels/{key}.pdf",
        }
        bought = {"selected_rate": rate, "tracking_code": code, "tracker": tracker, "postage_label": label}
        return self.books.put("shp", {**shipment, **bought, "status": "pre_transit"})

    def retrieve_shipment(self, key: str) -> Thing:
        """``GET /v2/shipments/:id``; the shop's own ``reference`` stands in place of the id as well."""
        by_reference = (each for each in self.books.all("shp") if each["reference"] == key)
        shipment = self.books.get("shp", key) or next(by_reference, None) or self.find("shp", key)
        if shipment["tracker"]:
            shipment["tracker"] = self.find("trk", shipment["tracker"]["id"])
        return shipment

    def delete_shipment(self, key: str) -> None:
        """``DELETE /v2/shipments/:id``: strike the parcel, its addresses, its label and its tracker."""
        shipment = self.find("shp", key)
        for held in ("to_address", "from_address", "tracker"):
            if shipment[held]:
                self.books.drop(shipment[held]["id"])
        for event in self.books.all("evt"):
            if event["result"].get("shipment_id") == key:
                self.books.drop(event["id"])
        self.books.drop(key)

    def list_events(self) -> Thing:
        """``GET /v2/events``, the newest first."""
        return {"events": self.books.all("evt")[:100], "has_more": False}

    def delete_tracker(self, key: str) -> None:
        """``DELETE /v2/trackers/:id``."""
        self.find("trk", key)
        self.books.drop(key)

    # -- what happens to a parcel -------------------------------------------------------------------------------------

    def move(self, shipment_id: str, state: str) -> Thing:
        """Move a parcel along, and post it to the shop."""
        if state not in STATES:
            raise Refusal(422, "PARAMETER.INVALID", f"A state is one of {', '.join(STATES)}.")
        shipment = self.find("shp", shipment_id)
        if not shipment["tracker"]:
            raise Refusal(422, "SHIPMENT.NOT_BOUGHT", "This parcel has no label yet.")
        tracker = self.find("trk", shipment["tracker"]["id"])
        details = [*tracker["tracking_details"], _detail(state)]
        tracker = self.books.put("trk", {**tracker, "status": state, "tracking_details": details, "updated_at": _now()})
        self.books.put("shp", {**shipment, "status": state, "tracker": tracker})
        event = self._make(
            "evt",
            "Event",
            description="tracker.updated",
            mode="test",
            previous_attributes={},
            result=tracker,
            status="pending",
            pending_urls=[],
            completed_urls=[],
        )
        posting.queue(self.books, event, now=time.time())
        return tracker

    # -- help ---------------------------------------------------------------------------------------------------------

    def find(self, kind: str, key: str) -> Thing:
        """Return a thing; refuse as the carrier does where there is none."""
        if (thing := self.books.get(kind, key)) is None:
            raise Refusal(404, "NOT_FOUND", "The requested resource could not be found.")
        return thing

    def _make(self, kind: str, name: str, /, **facts: Any) -> Thing:
        thing = {"id": _new(kind), "object": name, "mode": "test", "created_at": _now(), "updated_at": _now(), **facts}
        return self.books.put(kind, thing)


def _new(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(16)}"


def _now() -> str:
    return datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _detail(state: str) -> Thing:
    return {
        "object": "TrackingDetail",
        "status": state,
        "message": STATES[state],
        "datetime": _now(),
        "source": "Parcelsandbox",
    }


def _rate(shipment: str, service: str, price: int, days: int, ounces: float) -> Thing:
    cents = price + int(max(ounces * 28.35 / 1000 - 1, 0) * 200)
    return {
        "id": _new("rate"),
        "object": "Rate",
        "service": service,
        "carrier": "Parcelsandbox",
        "rate": f"{cents / 100:.2f}",
        "currency": "USD",
        "delivery_days": days,
        "est_delivery_days": days,
        "shipment_id": shipment,
    }


def _verify(address: Thing) -> Thing:
    """Say whether an address can be delivered to: "undeliverable" anywhere in it, or no street or town, is a no."""
    errors = []
    text = " ".join(str(value) for value in address.values() if value).lower()
    if not address["street1"] or not address["city"] or "undeliverable" in text:
        message = "Address not found" if address["street1"] else "Street is missing"
        errors.append({"code": "E.ADDRESS.NOT_FOUND", "field": "address", "message": message, "suggestion": None})
    return {"success": not errors, "errors": errors, "details": {}}
