"""The invented card processor as one program: who may call, which call is meant, and what happens by itself."""

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from troth.standins import pages as frame
from troth.standins.books import Books, Thing
from troth.standins.card import checkouts, control, customers, pages, payments, records, refunds
from troth.standins.card.desk import VERSION, Desk
from troth.standins.card.parameters import Parameters, Refusal, refuse
from troth.standins.http import Answer, Request, Standin, as_json, as_page, go_to

type Call = Callable[..., Thing]

CALLS: tuple[tuple[str, str, Collection[str], Call], ...] = (
    ("POST", "/v1/customers", customers.KNOWN, customers.create),
    ("GET", "/v1/customers/:id", (), customers.retrieve),
    ("POST", "/v1/customers/:id", customers.KNOWN, customers.update),
    ("DELETE", "/v1/customers/:id", (), customers.delete),
    ("GET", "/v1/customers/:id/payment_methods", ("type", "limit"), customers.list_methods),
    ("GET", "/v1/payment_methods/:id", (), customers.retrieve_method),
    ("POST", "/v1/payment_methods/:id/detach", (), customers.detach_method),
    ("POST", "/v1/checkout/sessions", checkouts.KNOWN, checkouts.create),
    ("GET", "/v1/checkout/sessions/:id", (), checkouts.retrieve),
    ("POST", "/v1/checkout/sessions/:id/expire", (), checkouts.expire),
    ("POST", "/v1/payment_intents", payments.KNOWN, payments.create),
    ("GET", "/v1/payment_intents", ("customer", "limit", "starting_after"), payments.list_all),
    ("GET", "/v1/payment_intents/:id", (), payments.retrieve),
    ("GET", "/v1/setup_intents/:id", (), records.retrieve_saving),
    ("GET", "/v1/charges/:id", (), records.retrieve_charge),
    ("POST", "/v1/refunds", refunds.KNOWN, refunds.create),
    ("GET", "/v1/refunds", ("payment_intent", "limit"), refunds.list_all),
    ("GET", "/v1/refunds/:id", (), refunds.retrieve),
    ("GET", "/v1/disputes/:id", (), refunds.retrieve_dispute),
    ("POST", "/v1/disputes/:id", refunds.EVIDENCE, refunds.answer_dispute),
    ("POST", "/v1/disputes/:id/close", (), refunds.accept_dispute),
    ("GET", "/v1/events", records.KNOWN, records.list_events),
    ("GET", "/v1/events/:id", (), records.retrieve_event),
    ("GET", "/v1/balance_transactions", records.KNOWN, records.list_movements),
)
"""Method, path, known parameters, and what is done. Everything else is refused."""

_COMPILED = [
    (method, re.compile(path.replace(":id", r"([A-Za-z0-9_]+)")), known, call) for method, path, known, call in CALLS
]


class CardCompany(Standin):
    """The whole program.

    Arguments:
        origin: its own address.
        books: its own books.
        key: the secret key that a call must show.
    """

    def __init__(self, *, origin: str, books: Books, key: str) -> None:
        super().__init__(origin)
        self.books = books
        self.desk = Desk(books, origin)
        self._key = key

    # -- the interface for programs -----------------------------------------------------------------------------------

    def answer(self, request: Request) -> Answer:
        """Answer one request: a program's call, or a person's page."""
        try:
            if request.path.startswith("/v1/"):
                with self.books.turn():
                    return self._answer_call(request)
            return self._answer_person(request)
        except Refusal as refusal:
            return as_json({"error": refusal.error}, status=refusal.status)

    def _answer_call(self, request: Request) -> Answer:
        given = dict(request.query) if request.method in {"GET", "DELETE"} else request.form()
        key = request.headers.get("idempotency-key", "") if request.method == "POST" else ""
        digest = hashlib.sha256(json.dumps(sorted(given.items())).encode()).hexdigest()
        try:
            self._require_known(request)
            if key and (kept := self._find_answer(key, request.path, digest)):
                answer = kept
            else:
                answer = as_json(self._call(request, given))
        except Refusal as refusal:
            answer = as_json({"error": refusal.error}, status=refusal.status)
        replayed = "Idempotent-Replayed" in answer.headers
        if key and not replayed and answer.status in {200, 402}:
            # What was wrong in itself is not kept, so that it can be mended and sent under the same key.
            self.books.keep_answer(
                key, path=request.path, digest=digest, status=answer.status, body=answer.body.decode()
            )
        self.books.note_request(
            at=time.time(), method=request.method, path=request.path, body=given, status=answer.status
        )
        return answer

    def _require_known(self, request: Request) -> None:
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(shown, self._key):
            raise refuse(f"Invalid API Key provided: {shown[:8]}****", status=401)
        if (version := request.headers.get("stripe-version", VERSION)) != VERSION:
            raise refuse(f"Invalid Stripe API version: {version}. This stand-in speaks {VERSION}.")

    def _find_answer(self, key: str, path: str, digest: str) -> Answer | None:
        if (kept := self.books.find_answer(key)) is None:
            return None
        if kept[:2] != (path, digest):
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were first used with."
                f" Try using a key other than '{key}' if you meant to execute a different request."
            )
            raise Refusal(400, "idempotency_error", message)
        return Answer(kept[2], kept[3].encode(), headers={"Idempotent-Replayed": "true"})

    def _call(self, request: Request, given: dict[str, str]) -> Thing:
        for method, path, known, call in _COMPILED:
            if method == request.method and (match := path.fullmatch(request.path)):
                said = Parameters(given, known)
                return self.desk.expand(call(self.desk, said, *match.groups()), said.expand)
        raise refuse(f"Unrecognized request URL ({request.method}: {request.path}).", status=404)

    # -- the pages for people -----------------------------------------------------------------------------------------

    def _answer_person(self, request: Request) -> Answer:
        origin = request.headers.get("origin")
        if request.method == "POST" and origin not in {None, self.origin}:
            return as_page("This form comes from another site.", status=403)
        with self.books.turn():
            if match := re.fullmatch(r"/pay/(cs_[a-z0-9_]+)(/challenge)?", request.path):
                return self._answer_pay(request, match[1], challenge=bool(match[2]))
            if request.path.startswith("/control/"):
                return self._answer_control(request)
        if request.path == "/":
            return go_to("/control/")
        return as_page(frame.page(title="Not found", invented=pages.INVENTED, body="<h1>Not found</h1>"), status=404)

    def _answer_pay(self, request: Request, key: str, *, challenge: bool) -> Answer:
        session = self.desk.find("cs", key)
        if session["status"] != "open":
            return as_page(pages.show_over(session))
        if request.method == "GET":
            return as_page(pages.show_challenge(session) if challenge else pages.show_payment(self.desk, session))
        form = request.form()
        try:
            if challenge:
                return go_to(checkouts.answer_challenge(self.desk, session, agreed=form.get("answer") == "yes"))
            return go_to(checkouts.submit(self.desk, session, checkouts.read_card(self.desk, form)))
        except checkouts.Mistyped as mistake:
            return as_page(pages.show_payment(self.desk, self.desk.find("cs", key), error=str(mistake)), status=422)

    def _answer_control(self, request: Request) -> Answer:
        if request.method == "GET":
            return self._show_control(request)
        form = request.form()
        match request.path.strip("/").split("/"):
            case ["control", "settings"]:
                control.change_settings(self.desk, form)
            case ["control", "disputes"]:
                control.dispute(self.desk, form.get("payment", ""), inquiry=form.get("stage") == "inquiry")
            case ["control", "cards", key]:
                control.change_card(self.desk, key, form)
            case ["control", "disputes", key]:
                control.move_dispute(self.desk, key, form.get("outcome", ""))
            case ["control", "refunds"]:
                control.refund(self.desk, form)
            case ["control", "faults"]:
                control.set_fault(self.desk, form)
            case ["control", "posts"]:
                return as_json(control.take_posts(self.desk))
            case ["control", "tick"]:
                self._do_due()
            case _:
                raise refuse("Not found", status=404)
        return go_to("/control/")

    def _show_control(self, request: Request) -> Answer:
        if request.path == "/control/books.json":
            return as_json(control.read_books(self.desk, after=int(dict(request.query).get("after", "0"))))
        if match := re.fullmatch(r"/control/people/(cus_[a-z0-9]+)(\.json)?", request.path):
            if match[2]:
                return as_json(control.list_held(self.desk, match[1]))
            return as_page(pages.show_person(self.desk, self.desk.find("cus", match[1])))
        if request.path == "/control/":
            return as_page(pages.show_books(self.desk))
        raise refuse("Not found", status=404)

    # -- what happens by itself ---------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Let happen what is due: disputes, slow refunds, pages that run out."""
        with self.books.turn():
            self._do_due()

    def _do_due(self) -> None:
        for what, target in self.books.take_due(self.desk.now()):
            if what == "dispute" and not self.desk.find("ch", target)["disputed"]:
                refunds.open_dispute(self.desk, target)
            elif what == "refund":
                refunds.finish(self.desk, target)
            elif what == "expire" and (session := self.desk.find("cs", target))["status"] == "open":
                checkouts.close(self.desk, session)

    def take_fault(self, request: Request) -> str:
        """Return the fault that this call is to meet, and count it."""
        if not request.path.startswith("/v1/"):
            return ""
        with self.books.turn():
            fault: dict[str, Any] = json.loads(self.books.setting("fault", "{}"))
            if not fault or fault["times"] < 1 or fault["path"] not in request.path:
                return ""
            self.books.set("fault", json.dumps({**fault, "times": fault["times"] - 1}))
        return str(fault["kind"])


def sign(body: bytes, *, secret: str, at: float | None = None) -> dict[str, str]:
    """Return the header that proves where a body is from: ``Stripe-Signature``."""
    moment = int(time.time() if at is None else at)
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Stripe-Signature": f"t={moment},v1={digest}"}


def open_company(*, place: Path, origin: str, key: str) -> CardCompany:
    """Return the company with its books in this folder."""
    return CardCompany(origin=origin, books=Books(place / "card.db"), key=key)
