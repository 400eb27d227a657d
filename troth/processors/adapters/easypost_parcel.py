"""EasyPost as the parcel carrier: address check, rates, labels, tracking by signed events (E1, E3).

Their interface has no keys for repeats. In their place stands the shipment's ``reference``, which is our own id: before
a shipment is made, or its label bought, it is looked for under that, so that a lost answer, a killed process or a
second click finds what is there and buys nothing twice.

The address leaves once, with its check; the shipment then names it by the carrier's own reference. The picture of the
label, on which name and address stand, is fetched when it is printed, and is kept nowhere here.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.processors.adapters import easypost_operations as operations
from troth.processors.egress import send
from troth.processors.errors import Forged, Unreachable
from troth.processors.linking import Forgotten, Reference, drop_reference, find_active, remember_reference
from troth.processors.models import Answer, Kind
from troth.processors.parcel import AddressVerdict, Label, ParcelEvent, ParcelRequest, Rate, TrackingState
from troth.processors.schema import Operation

ADAPTER = "easypost"
SHIPMENT, ADDRESS = "shipment", "address"
_PATHS = {SHIPMENT: "/shipments", ADDRESS: "/addresses"}
_TIMEOUT = 20
"""Seconds after which a call counts as unanswered."""
_LARGEST_LABEL = 5 * 1024 * 1024
_STATES: Mapping[str, TrackingState] = {
    "unknown": TrackingState.LABELLED,
    "pre_transit": TrackingState.LABELLED,
    "in_transit": TrackingState.UNDER_WAY,
    "out_for_delivery": TrackingState.OUT_FOR_DELIVERY,
    "available_for_pickup": TrackingState.OUT_FOR_DELIVERY,
    "delivered": TrackingState.DELIVERED,
    "return_to_sender": TrackingState.RETURNED,
    "failure": TrackingState.PROBLEM,
    "error": TrackingState.PROBLEM,
    "cancelled": TrackingState.PROBLEM,
}


class EasyPostParcel:
    """A parcel carrier that speaks EasyPost's interface, at EasyPost or at the demo's stand-in."""

    has_news = True

    def __init__(self, *, url: str, key: str, secret: str) -> None:
        self._url, self._key, self._secret = url, key, secret
        self._host = urlsplit(url).netloc

    # -- Before it is sent --------------------------------------------------------------------------------------------

    def check_address(self, request: ParcelRequest) -> AddressVerdict:
        """Ask whether the address can be delivered to; the carrier holds it from then on, and can be made to forget."""
        checked = self._ask(
            operations.CHECK,
            request.subject_id,
            {"address": operations.write_recipient(request)},
            lambda body: self._client.address.create(verify=True, **operations.join_district(body["address"])),
            reference=str(request.shipment_id),
        )
        self._remember(request.subject_id, ADDRESS, checked.id)
        delivery = (checked.get("verifications") or {}).get("delivery")
        if delivery is None:
            return AddressVerdict(deliverable=None, address_ref=checked.id)
        # Their own words may repeat the address; their codes cannot.
        problems = tuple(str(error["code"]) for error in delivery.get("errors") or ())
        return AddressVerdict(deliverable=bool(delivery["success"]), problems=problems, address_ref=checked.id)

    def list_rates(self, request: ParcelRequest) -> Sequence[Rate]:
        """Return the ways to send it, cheapest first."""
        shipment = self._find(request) or self._create(request)
        rates = [
            Rate(
                rate_ref=rate.id,
                service=f"{rate.carrier} {rate.service}",
                price=Money.of(rate.rate, rate.currency.upper()),
                days=rate.get("delivery_days"),
            )
            for rate in shipment.rates
        ]
        return sorted(rates, key=lambda rate: (rate.price.minor if rate.price else 0, rate.service))

    def buy_label(self, request: ParcelRequest, *, rate_ref: str) -> Label:
        """Buy the label, once: where one was bought for this shipment, that is the answer."""
        shipment = self._find(request) or self._create(request)
        if not shipment.get("postage_label"):
            shipment = self._buy(request, shipment, rate_ref)
        return _read_label(shipment)

    def find_label(self, request: ParcelRequest) -> Label | None:
        """Return the label that was bought for this shipment, or None."""
        shipment = self._find(request)
        return _read_label(shipment) if shipment is not None and shipment.get("postage_label") else None

    def print_label(self, request: ParcelRequest, *, parcel_ref: str) -> bytes:
        """Fetch the label as PDF from where the carrier keeps it."""
        shipment = self._look(request.subject_id, parcel_ref, self._client.shipment.retrieve)
        label = shipment.get("postage_label")
        if not label:
            raise Refused(_("There is no label for this parcel yet."))
        url = label.get("label_pdf_url") or label["label_url"]
        return send(
            operations.LABEL,
            processor=find_active(Kind.PARCEL).key,
            host=urlsplit(url).netloc,
            subject_id=request.subject_id,
            payload={"id": parcel_ref},
            reference=str(request.shipment_id),
            call=lambda _body: _fetch(url),
        )

    # -- Under way ----------------------------------------------------------------------------------------------------

    def find_state(self, parcel_ref: str, *, subject_id: UUID) -> TrackingState | None:
        """Return where the parcel is now; None where it has no label, or they do not know it any more."""
        shipment = self._look(subject_id, parcel_ref, self._none_if_unknown(self._client.shipment.retrieve))
        tracker = shipment.get("tracker") if shipment is not None else None
        return _STATES.get(tracker.status, TrackingState.PROBLEM) if tracker else None

    def read_event(self, *, body: bytes, signature: str) -> ParcelEvent | None:
        """Return a posted event; raise Forged where the signature is not theirs. Only news of a tracker concerns us."""
        from easypost.util import validate_webhook

        if not self._secret:
            raise Forged(_("This does not come from the parcel carrier."))
        try:
            event = validate_webhook(body, {"X-Hmac-Signature": signature}, self._secret)
        except (ValueError, TypeError, self._library.EasyPostError):
            raise Forged(_("This does not come from the parcel carrier.")) from None
        if not isinstance(event, dict) or event.get("description") not in {"tracker.updated", "tracker.created"}:
            return None
        result = event.get("result") or {}
        parcel_ref, state = result.get("shipment_id"), _STATES.get(str(result.get("status")))
        if not parcel_ref or state is None:
            return None
        return ParcelEvent(
            event_ref=str(event["id"]), parcel_ref=str(parcel_ref), state=state, at=_read_time(event.get("created_at"))
        )

    def forget(self, *, subject_id: UUID, refs: Sequence[tuple[str, str]]) -> str:
        """Have shipments and addresses deleted, and what hangs on them; what is gone already counts as deleted.

        The carrier's public interface deletes nothing. A carrier that this house hires must, by its agreement, or be
        registered with a dated exception.
        """
        from easypost.requestor import RequestMethod

        def delete(path: str) -> Callable[[str], Any]:
            return lambda ref: self._client.make_api_call(RequestMethod.DELETE, f"{path}/{ref}", {})

        for what, ref in refs:
            held = self._find_by(ref, subject_id) if what == SHIPMENT else None
            name = held.id if held is not None else ref
            if what == ADDRESS or held is not None:
                self._look(subject_id, name, self._none_if_unknown(delete(_PATHS[what])))
        return _("addresses and labels deleted")

    # -- Inside -------------------------------------------------------------------------------------------------------

    @cached_property
    def _library(self) -> Any:
        from easypost import errors

        return errors

    @cached_property
    def _client(self) -> Any:
        from easypost.easypost_client import EasyPostClient

        return EasyPostClient(self._key, api_base=f"{self._url}/v2", timeout=_TIMEOUT)

    def _find(self, request: ParcelRequest) -> Any:
        """Return the shipment that has our id as its reference, or None."""
        return self._find_by(str(request.shipment_id), request.subject_id)

    def _find_by(self, reference: str, subject_id: UUID) -> Any:
        retrieve = self._none_if_unknown(self._client.shipment.retrieve)
        return self._ask(
            operations.FIND, subject_id, {"reference": reference}, lambda body: retrieve(body["reference"])
        )

    def _create(self, request: ParcelRequest) -> Any:
        def call(body: dict[str, Any]) -> Any:
            return self._client.shipment.create(**{**body, "to_address": operations.join_district(body["to_address"])})

        # Under our own id and before it is there: killed in between, the carrier can still be asked to delete it.
        self._remember(request.subject_id, SHIPMENT, str(request.shipment_id))
        return self._ask(
            operations.SHIPMENT,
            request.subject_id,
            operations.write_shipment(request),
            call,
            reference=str(request.shipment_id),
        )

    def _buy(self, request: ParcelRequest, shipment: Any, rate_ref: str) -> Any:
        if rate_ref not in {rate.id for rate in shipment.rates}:
            raise Refused(
                _("This way to send it is not offered any more."),
                kept=_("Nothing was bought."),
                next_step=_("Ask the carrier again, and choose one of the ways that it names."),
            )

        def call(body: dict[str, Any]) -> Any:
            try:
                return self._client.shipment.buy(body["id"], rate=body["rate"])
            except self._library.ApiError as error:
                if error.code != "SHIPMENT.POSTAGE.EXISTS":
                    raise
                return self._client.shipment.retrieve(body["id"])

        payload = {"id": shipment.id, "rate": {"id": rate_ref}}
        return self._ask(operations.BUY, request.subject_id, payload, call, reference=str(request.shipment_id))

    def _ask[T](
        self,
        operation: Operation,
        subject_id: UUID,
        payload: Mapping[str, Any],
        call: Callable[[Any], T],
        *,
        reference: str = "",
    ) -> T:
        return send(
            operation,
            processor=find_active(Kind.PARCEL).key,
            host=self._host,
            subject_id=subject_id,
            payload=payload,
            reference=reference,
            call=lambda body: self._library_call(lambda: call(body)),
        )

    def _look(self, subject_id: UUID, ref: str, call: Callable[[str], Any]) -> Any:
        return self._ask(operations.LOOK, subject_id, {"id": ref}, lambda body: call(body["id"]), reference=ref)

    def _none_if_unknown(self, call: Callable[[str], Any]) -> Callable[[str], Any]:
        def ask(ref: str) -> Any:
            try:
                return call(ref)
            except self._library.NotFoundError:
                return None

        return ask

    def _library_call[T](self, call: Callable[[], T]) -> T:
        """Call, and put the library's errors into ours; what they say may hold a value, so none of it is kept."""
        try:
            return call()
        except (self._library.HttpError, self._library.TimeoutError, self._library.RateLimitError):
            raise Unreachable(_("The parcel carrier does not answer at the moment.")) from None
        except self._library.EasyPostError as error:
            if (getattr(error, "http_status", None) or 500) >= 500:
                raise Unreachable(_("The parcel carrier does not answer at the moment.")) from None
            raise Refused(_("The parcel carrier refused the request."), kept=_("Nothing was bought.")) from None

    def _remember(self, subject_id: UUID, what: str, ref: str) -> None:
        remember_reference(subject_id=subject_id, processor=find_active(Kind.PARCEL).key, what=what, ref=ref)


def make_adapter() -> EasyPostParcel:
    """Return the adapter for where this site runs."""
    environment = settings.ENVIRONMENT
    return EasyPostParcel(
        url=environment.parcel_url, key=environment.parcel_key, secret=environment.parcel_webhook_secret
    )


def forget(subject_id: UUID, references: Sequence[Reference]) -> Forgotten:
    """Have everything deleted that EasyPost holds about a client (``linking.forgetters``)."""
    words = make_adapter().forget(subject_id=subject_id, refs=[(each.what, each.ref) for each in references])
    for reference in references:
        drop_reference(processor=find_active(Kind.PARCEL).key, what=reference.what, ref=reference.ref)
    return Forgotten(answer=Answer.DELETED, words=words)


def _read_label(shipment: Any) -> Label:
    rate, tracker = shipment.selected_rate, shipment.tracker
    return Label(
        parcel_ref=shipment.id,
        tracking_number=shipment.tracking_code or "",
        tracking_url=(tracker.public_url if tracker else "") or "",
        carrier=rate.carrier,
        price=Money.of(rate.rate, rate.currency.upper()),
    )


def _read_time(text: Any) -> datetime:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return clock.now()
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _fetch(url: str) -> bytes:
    """Return the file at an address of the carrier's."""
    if urlsplit(url).scheme not in {"https", "http"}:
        raise Refused(_("The parcel carrier refused the request."))
    try:
        with urlopen(url, timeout=_TIMEOUT) as answer:  # noqa: S310  the scheme is looked at, the host by the door
            content: bytes = answer.read(_LARGEST_LABEL + 1)
    except (URLError, TimeoutError, OSError):
        raise Unreachable(_("The parcel carrier does not answer at the moment.")) from None
    if len(content) > _LARGEST_LABEL or not content.startswith(b"%PDF"):
        raise Refused(_("What the carrier sent is no label."), next_step=_("Print it at the carrier’s own page."))
    return content
