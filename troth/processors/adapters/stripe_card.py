"""Stripe as the card processor: its hosted page, saved cards, refunds, disputes, signed events (C1, E1, E3).

The one call that carries anything personal opens the payer's entry there: name and e-mail address. Every other call
names things by Stripe's own references and ours, and passes the one door out all the same, so that nothing can travel
in its metadata. The library is loaded when it is first needed: it is large, and most processes never pay.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from troth.kernel.errors import Refused
from troth.kernel.money import Money
from troth.processors.adapters import stripe_operations as operations
from troth.processors.adapters.stripe_events import read_attempt, read_event
from troth.processors.adapters.stripe_giving_back import GivingBack
from troth.processors.adapters.stripe_words import describe_failure, read_card, read_state
from troth.processors.card import (
    CardEvent,
    CardHint,
    CardOutcome,
    CardPage,
    CardState,
    ChargeRequest,
)
from troth.processors.correcting import Corrected, find_details
from troth.processors.egress import send
from troth.processors.errors import Forged, Unreachable
from troth.processors.linking import CUSTOMER, Forgotten, Reference, drop_reference, find_active, remember_reference
from troth.processors.models import Answer, CorrectionState, HeldThere, Kind
from troth.processors.schema import Operation
from troth.vault.api import SealedValue

ADAPTER = "stripe"
_TIMEOUT = 20
"""Seconds after which a call counts as unanswered; it is made again under the same key."""
_EXPAND = ["payment_intent.payment_method", "setup_intent.payment_method"]
_OLDEST_EVENT = 300
"""Seconds after which a signature counts no more."""


class StripeCard(GivingBack):
    """A card processor that speaks Stripe's interface, at Stripe or at the demo's stand-in (``card.CardProcessor``)."""

    def __init__(self, *, url: str, key: str, secret: str) -> None:
        self._url, self._key, self._secret = url, key, secret
        self._host = urlsplit(url).netloc

    # -- Paying -------------------------------------------------------------------------------------------------------

    def start_checkout(self, request: ChargeRequest) -> CardPage:
        """Open the hosted page for one payment."""
        customer = self._find_customer(request.subject_id, request.payer)
        payload = operations.write_checkout(request, customer=customer)
        session = self._ask(
            operations.CHECKOUT,
            subject_id=request.subject_id,
            payload=payload,
            reference=str(request.attempt_id),
            call=lambda body: self._client.v1.checkout.sessions.create(body, _key(request.attempt_id)),
        )
        return _read_page(session)

    def start_saving(
        self,
        *,
        setup_id: UUID,
        subject_id: UUID,
        payer: Mapping[str, SealedValue],
        return_url: str,
        cancel_url: str,
    ) -> CardPage:
        """Open the hosted page on which a card is saved."""
        customer = self._find_customer(subject_id, payer)
        payload = operations.write_saving(
            setup_id, customer=customer, currency="usd", return_url=return_url, cancel_url=cancel_url
        )
        session = self._ask(
            operations.SAVING,
            subject_id=subject_id,
            payload=payload,
            reference=str(setup_id),
            call=lambda body: self._client.v1.checkout.sessions.create(body, _key(setup_id)),
        )
        return _read_page(session)

    def find_checkout(self, session_ref: str, *, subject_id: UUID) -> CardOutcome:
        """Return what became of a hosted page."""
        session = self._look(
            subject_id,
            session_ref,
            lambda body: self._client.v1.checkout.sessions.retrieve(body["id"], {"expand": _EXPAND}),
        )
        intent = session.payment_intent or session.setup_intent
        if session.status == "expired":
            return CardOutcome(CardState.EXPIRED, customer_ref=session.customer or "")
        if intent is None:
            return CardOutcome(CardState.OPEN, customer_ref=session.customer or "")
        if session.mode == "setup":
            return self._read_saving(session, intent, subject_id)
        outcome = self._read_payment(intent, subject_id)
        # On an open page another card may be tried and the bank may still be asked, so nothing has ended.
        is_waiting = session.status == "open" and outcome.state is not CardState.PAID
        return _with_state(outcome, CardState.OPEN) if is_waiting else outcome

    def charge_saved(self, request: ChargeRequest, *, customer_ref: str, saved_card_ref: str) -> CardOutcome:
        """Charge a saved card while the client is away; a "no" of the bank is an outcome and no error."""
        payload = operations.write_charge(request, customer=customer_ref, card=saved_card_ref)

        def call(body: Any) -> Any:
            try:
                return self._client.v1.payment_intents.create(body, _key(request.attempt_id))
            except self._library.CardError as error:
                return error.error.payment_intent

        intent = self._ask(
            operations.CHARGE,
            subject_id=request.subject_id,
            payload=payload,
            reference=str(request.attempt_id),
            call=call,
        )
        return self.find_payment(intent["id"], subject_id=request.subject_id)

    def find_payment(self, payment_ref: str, *, subject_id: UUID) -> CardOutcome:
        """Return where a payment stands."""
        intent = self._look(
            subject_id,
            payment_ref,
            lambda body: self._client.v1.payment_intents.retrieve(body["id"], {"expand": ["payment_method"]}),
        )
        return self._read_payment(intent, subject_id)

    def find_charge(self, attempt_id: UUID, *, subject_id: UUID) -> CardOutcome | None:
        """Look among the payer's payments for one that names the attempt."""
        processor = find_active(Kind.CARD).key
        payer = HeldThere.objects.filter(subject_id=subject_id, processor=processor, what=CUSTOMER).first()
        if payer is None:
            return None

        def call(body: Any) -> str:
            listed = self._client.v1.payment_intents.list({"customer": body["id"], "limit": 100})
            mine = (each for each in listed.auto_paging_iter() if read_attempt(each.to_dict()) == attempt_id)
            return next((each.id for each in mine), "")

        payment_ref = self._look(subject_id, payer.ref, call)
        return self.find_payment(payment_ref, subject_id=subject_id) if payment_ref else None

    def cancel_checkout(self, session_ref: str, *, subject_id: UUID) -> None:
        """Close a hosted page; one that is paid or closed is left as it is."""

        def call(body: Any) -> None:
            try:
                self._client.v1.checkout.sessions.expire(body["id"])
            except self._library.InvalidRequestError:
                return

        self._look(subject_id, session_ref, call)

    # -- Saved cards, and forgetting ----------------------------------------------------------------------------------

    def find_saved_card(self, saved_card_ref: str, *, subject_id: UUID) -> CardHint | None:
        """Return the hint of a saved card; None where it is detached from its payer, or not there."""

        def call(body: Any) -> CardHint | None:
            try:
                method = self._client.v1.payment_methods.retrieve(body["id"])
            except self._library.InvalidRequestError as error:
                if error.http_status == 404:
                    return None
                raise
            return read_card(method) if method.customer else None

        return self._look(subject_id, saved_card_ref, call)

    def forget_card(self, *, subject_id: UUID, customer_ref: str, saved_card_ref: str) -> None:
        """Remove a saved card; one that is gone already counts as removed."""

        def call(body: Any) -> None:
            try:
                self._client.v1.payment_methods.detach(body["id"])
            except self._library.InvalidRequestError:
                return

        self._look(subject_id, saved_card_ref, call)

    def forget_customer(self, *, subject_id: UUID, customer_ref: str) -> str:
        """Have the payer's entry deleted, with its cards; return the answer in words."""

        def call(body: Any) -> bool:
            try:
                return bool(self._client.v1.customers.delete(body["id"]).deleted)
            except self._library.InvalidRequestError as error:
                return bool(error.http_status == 404)

        deleted = self._look(subject_id, customer_ref, call)
        return _("customer and cards deleted") if deleted else _("not deleted")

    def correct_customer(self, *, subject_id: UUID, customer_ref: str, values: Mapping[str, SealedValue]) -> None:
        """Have name and e-mail address of the payer's entry corrected."""
        self._ask(
            operations.CORRECT,
            subject_id=subject_id,
            payload={"id": customer_ref, **values},
            call=lambda body: self._client.v1.customers.update(
                body["id"], {name: value for name, value in body.items() if name != "id"}
            ),
            reference=customer_ref,
        )

    # -- What it tells us ---------------------------------------------------------------------------------------------

    def read_event(self, *, body: bytes, signature: str) -> CardEvent | None:
        """Return a posted event; raise Forged where the signature is not theirs or too old."""
        try:
            self._library.WebhookSignature.verify_header(body.decode(), signature, self._secret, _OLDEST_EVENT)
            said = json.loads(body)
        except (ValueError, RecursionError, self._library.SignatureVerificationError):
            raise Forged(_("This does not come from the card processor.")) from None
        return read_event(said)

    # -- Inside -------------------------------------------------------------------------------------------------------

    @cached_property
    def _library(self) -> Any:
        import stripe

        stripe.enable_telemetry = False
        return stripe

    @cached_property
    def _client(self) -> Any:
        return self._library.StripeClient(
            self._key,
            base_addresses={"api": self._url},
            max_network_retries=0,
            http_client=self._library.RequestsClient(timeout=_TIMEOUT),
        )

    def _ask[T](
        self,
        operation: Operation,
        *,
        subject_id: UUID,
        payload: Mapping[str, Any],
        call: Callable[[Any], T],
        reference: str = "",
    ) -> T:
        return send(
            operation,
            processor=find_active(Kind.CARD).key,
            host=self._host,
            subject_id=subject_id,
            payload=payload,
            reference=reference,
            call=lambda body: self._library_call(lambda: call(body)),
        )

    def _look[T](self, subject_id: UUID, ref: str, call: Callable[[Any], T]) -> T:
        return self._ask(operations.LOOK, subject_id=subject_id, payload={"id": ref}, call=call, reference=ref)

    def _library_call[T](self, call: Callable[[], T]) -> T:
        """Call, and put the library's errors into ours; what they say may hold a value, so none of it is kept."""
        library = self._library
        try:
            return call()
        except (library.APIConnectionError, library.RateLimitError):
            raise Unreachable(_("The card processor does not answer at the moment.")) from None
        except library.StripeError as error:
            if (error.http_status or 500) >= 500:
                raise Unreachable(_("The card processor does not answer at the moment.")) from None
            raise Refused(_("The card processor refused the request."), kept=_("Nothing was charged.")) from None

    def _find_customer(self, subject_id: UUID, payer: Mapping[str, SealedValue]) -> str:
        """Return the payer's entry there, opened now where there is none."""
        processor = find_active(Kind.CARD).key
        known = HeldThere.objects.filter(subject_id=subject_id, processor=processor, what=CUSTOMER).first()
        if known is not None:
            return known.ref
        customer = self._ask(
            operations.CUSTOMER,
            subject_id=subject_id,
            payload={"name": payer["name"], "email": payer["email"]},
            call=lambda body: self._client.v1.customers.create(body, {"idempotency_key": f"customer-{subject_id}"}),
        )
        remember_reference(subject_id=subject_id, processor=processor, what=CUSTOMER, ref=customer.id)
        return str(customer.id)

    def _read_payment(self, intent: Any, subject_id: UUID) -> CardOutcome:
        state = read_state(intent)
        paid = state is CardState.PAID
        method = intent.payment_method if not isinstance(intent.payment_method, str) else None
        return CardOutcome(
            state=state,
            payment_ref=intent.id,
            amount=Money(intent.amount_received, intent.currency.upper()) if paid else None,
            reason="" if paid else describe_failure(intent.last_payment_error),
            card=read_card(method),
            saved_card_ref=method.id if paid and method and method.customer else "",
            customer_ref=intent.customer or "",
        )

    def _read_saving(self, session: Any, intent: Any, subject_id: UUID) -> CardOutcome:
        saved = session.status == "complete" and intent.status == "succeeded"
        method = intent.payment_method if not isinstance(intent.payment_method, str) else None
        return CardOutcome(
            state=CardState.PAID if saved else CardState.OPEN,
            card=read_card(method),
            saved_card_ref=method.id if saved and method else "",
            customer_ref=session.customer or "",
        )


def make_adapter() -> StripeCard:
    """Return the adapter for where this site runs."""
    environment = settings.ENVIRONMENT
    return StripeCard(url=environment.card_url, key=environment.card_key, secret=environment.card_webhook_secret)


def forget(subject_id: UUID, references: Sequence[Reference]) -> Forgotten:
    """Have everything deleted that Stripe holds about a client (``linking.forgetters``)."""
    adapter, words = make_adapter(), ""
    for reference in references:
        if reference.what == CUSTOMER:
            words = adapter.forget_customer(subject_id=subject_id, customer_ref=reference.ref)
            drop_reference(processor=find_active(Kind.CARD).key, what=CUSTOMER, ref=reference.ref)
    return Forgotten(answer=Answer.DELETED, words=words or _("customer and cards deleted"))


def correct(subject_id: UUID, references: Sequence[Reference], names: Sequence[str]) -> Corrected:
    """Have corrected details put right at Stripe (``correcting.correctors``)."""
    details, adapter = find_details(subject_id), make_adapter()
    customers = [reference.ref for reference in references if reference.what == CUSTOMER]
    wanted = [name for name in names if name in {"name", "email"}]
    if details is None or not customers or not wanted:
        return Corrected(CorrectionState.STAYS)
    for ref in customers:
        values = {name: getattr(details, name) for name in wanted}
        adapter.correct_customer(subject_id=subject_id, customer_ref=ref, values=values)
    return Corrected(CorrectionState.DONE)


def _key(request_id: UUID) -> dict[str, str]:
    return {"idempotency_key": str(request_id)}


def _read_page(session: Any) -> CardPage:
    return CardPage(
        session_ref=session.id, url=session.url or "", expires_at=datetime.fromtimestamp(session.expires_at, tz=UTC)
    )


def _with_state(outcome: CardOutcome, state: CardState) -> CardOutcome:
    return CardOutcome(state, outcome.payment_ref, reason=outcome.reason, customer_ref=outcome.customer_ref)
