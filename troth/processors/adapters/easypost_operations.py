"""What may stand in each call to EasyPost: path by path, so that nothing else can leave (A6, E3)."""

from typing import Any

from troth.kernel.purposes import Purpose
from troth.processors.parcel import ParcelRequest
from troth.processors.payload import lines_of, part_of
from troth.processors.schema import (
    Operation,
    Personal,
    Place,
    Plain,
    catalogue_name,
    currency,
    decimal,
    fixed,
    matching,
    one_of,
    reference,
    whole,
)
from troth.processors.sender import Sender, read_sender

_NAME, _ADDRESS, _TELEPHONE = "user.name", "user.contact.address", "user.contact.phone_number"
_GRAMS_AN_OUNCE = 28.349523


def _recipient(prefix: str) -> dict[str, Place]:
    return {
        f"{prefix}.name": Personal(_NAME),
        f"{prefix}.street1": Personal(_ADDRESS, part="street_address"),
        f"{prefix}.street2": Personal(_ADDRESS, part="street_address"),
        f"{prefix}.district": Personal(_ADDRESS, part="city_area"),
        f"{prefix}.city": Personal(_ADDRESS, part="city"),
        f"{prefix}.state": Personal(_ADDRESS, part="country_area"),
        f"{prefix}.zip": Personal(_ADDRESS, part="postal_code"),
        f"{prefix}.country": Personal(_ADDRESS, part="country_code"),
        f"{prefix}.phone": Personal(_TELEPHONE),
    }


def _own(read: str) -> Plain:
    """Allow what stands in the operator's file under this name, and no other text."""
    return Plain(f"our own {read}", lambda value: value == getattr(read_sender(), read))


_SENDER: dict[str, Place] = {
    "from_address.company": _own("company"),
    "from_address.street1": _own("street"),
    "from_address.city": _own("city"),
    "from_address.state": _own("state"),
    "from_address.zip": _own("postal_code"),
    "from_address.country": _own("country"),
}
_CUSTOMS: dict[str, Place] = {
    "customs_info.contents_type": one_of("merchandise"),
    "customs_info.restriction_type": one_of("none"),
    "customs_info.eel_pfc": fixed("NOEEI 30.37(a)"),
    "customs_info.customs_items[].description": catalogue_name(),
    "customs_info.customs_items[].quantity": whole(1, 999),
    "customs_info.customs_items[].value": decimal(),
    "customs_info.customs_items[].currency": currency(),
    "customs_info.customs_items[].weight": decimal(),
    "customs_info.customs_items[].origin_country": matching(r"[A-Z]{2}"),
}

CHECK = Operation(name="parcel.check_address", purpose=Purpose.SHIPPING, schema=_recipient("address"))
SHIPMENT = Operation(
    name="parcel.ask_rates",
    purpose=Purpose.SHIPPING,
    schema={
        **_recipient("to_address"),
        "to_address.id": reference(),
        **_SENDER,
        **_CUSTOMS,
        "parcel.weight": decimal(),
        "reference": reference(),
        "options.label_format": one_of("PDF"),
        "options.print_custom_1": reference(),
    },
)
BUY = Operation(
    name="parcel.buy_label",
    purpose=Purpose.SHIPPING,
    schema={"id": matching(r"shp_[A-Za-z0-9]{1,64}"), "rate.id": matching(r"rate_[A-Za-z0-9]{1,64}")},
)
FIND = Operation(name="parcel.find", purpose=Purpose.SHIPPING, schema={"reference": reference()})
LOOK = Operation(
    name="parcel.look", purpose=Purpose.SHIPPING, schema={"id": matching(r"(shp|trk|adr)_[A-Za-z0-9]{1,64}")}
)
LABEL = Operation(
    name="parcel.fetch_label",
    purpose=Purpose.SHIPPING,
    schema={"id": matching(r"shp_[A-Za-z0-9]{1,64}")},
)


def write_recipient(request: ParcelRequest) -> dict[str, Any]:
    """Return name, address and telephone number, unopened."""
    address = request.recipient["address"]
    street1, street2 = lines_of(address)
    written: dict[str, Any] = {
        "name": request.recipient["name"],
        "street1": street1,
        "street2": street2,
        "district": part_of(address, "city_area"),
        "city": part_of(address, "city"),
        "state": part_of(address, "country_area"),
        "zip": part_of(address, "postal_code"),
        "country": part_of(address, "country_code"),
    }
    if "telephone" in request.recipient:
        written["phone"] = request.recipient["telephone"]
    return written


def write_shipment(request: ParcelRequest) -> dict[str, Any]:
    """Return the payload of a shipment; its contents stand in it only where customs want them."""
    sender = read_sender()
    payload: dict[str, Any] = {
        "to_address": {"id": request.address_ref} if request.address_ref else write_recipient(request),
        "from_address": _write_sender(sender),
        "parcel": {"weight": _ounces(request.weight_grams)},
        "reference": str(request.shipment_id),
        "options": {"label_format": "PDF", "print_custom_1": request.number},
    }
    if request.country != sender.country:
        payload["customs_info"] = {
            "contents_type": "merchandise",
            "restriction_type": "none",
            "customs_items": [
                {
                    "description": item.name,
                    "quantity": item.quantity,
                    "value": str(item.value.amount),
                    "currency": item.value.currency,
                    "weight": _ounces(item.weight_grams),
                    "origin_country": item.origin or sender.country,
                }
                for item in request.items
            ],
            **({"eel_pfc": "NOEEI 30.37(a)"} if sender.country == "US" else {}),
        }
    return payload


def join_district(address: dict[str, Any]) -> dict[str, Any]:
    """Return an opened address as EasyPost has it: a district, for which it has no field, stands in the second line."""
    district = address.pop("district", None)
    if district:
        address["street2"] = ", ".join(part for part in (address.get("street2"), district) if part)
    return address


def _write_sender(sender: Sender) -> dict[str, str]:
    written = {
        "company": sender.company,
        "street1": sender.street,
        "city": sender.city,
        "state": sender.state,
        "zip": sender.postal_code,
        "country": sender.country,
    }
    return {name: value for name, value in written.items() if value}


def _ounces(grams: int) -> float:
    return max(round(grams / _GRAMS_AN_OUNCE, 1), 0.1)
