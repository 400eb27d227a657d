"""The invented carrier as one program: who may call, which call is meant, and what people see."""

import hashlib
import hmac
import json
import re
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

from troth.standins.books import Books, Thing
from troth.standins.http import Answer, Request, Standin, as_json, as_page, go_to
from troth.standins.parcel import pages
from troth.standins.parcel.labels import draw_label
from troth.standins.parcel.parcels import Counter, Refusal

SETTINGS = {"post_delay", "post_twice", "post_shuffled", "post_held"}
FAULTS = {"down", "hang", "lost", "unheard"}


class ParcelCompany(Standin):
    """The whole program.

    Arguments:
        origin: its own address.
        books: its own books.
        key: the key that a call must show.
    """

    def __init__(self, *, origin: str, books: Books, key: str) -> None:
        super().__init__(origin)
        self.books = books
        self.counter = Counter(books, origin)
        self._key = key

    def answer(self, request: Request) -> Answer:
        """Answer one request: a program's call, or a person's page."""
        with self.books.turn():
            try:
                if request.path.startswith("/v2/"):
                    return self._answer_call(request)
                return self._answer_person(request)
            except Refusal as refusal:
                return as_json({"error": refusal.error}, status=refusal.status)

    def _answer_call(self, request: Request) -> Answer:
        said: Any = {}
        try:
            shown = request.headers.get("authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(shown, self._key):
                raise Refusal(401, "APIKEY.INACTIVE", "This api key is no longer active.")
            said = json.loads(request.body or b"{}")
            done = self._call(request, said if isinstance(said, dict) else {})
            answer = Answer(204, b"") if done is None else as_json(done)
        except (ValueError, Refusal) as error:
            refusal = error if isinstance(error, Refusal) else Refusal(400, "BAD_REQUEST", "The body is no JSON.")
            answer = as_json({"error": refusal.error}, status=refusal.status)
        self.books.note_request(
            at=time.time(), method=request.method, path=request.path, body=said, status=answer.status
        )
        return answer

    def _call(self, request: Request, said: dict[str, Any]) -> Thing | None:
        for method, path, call in _CALLS:
            if method == request.method and (match := path.fullmatch(request.path)):
                return call(self.counter, said, *match.groups())
        raise _not_found()

    # -- the pages for people -----------------------------------------------------------------------------------------

    def _answer_person(self, request: Request) -> Answer:
        if request.method == "POST":
            if request.headers.get("origin") not in {None, self.origin}:
                return as_page("This form comes from another site.", status=403)
            return self._change(request)
        for path, show in _PAGES:
            if match := path.fullmatch(request.path):
                return show(self, request, *match.groups())
        raise _not_found()

    def _change(self, request: Request) -> Answer:
        form = request.form()
        match request.path.strip("/").split("/"):
            case ["control", "parcels", key]:
                self.counter.move(key, form.get("state", ""))
            case ["control", "settings"] if set(form) <= SETTINGS:
                for name, value in form.items():
                    self.books.set(name, str(float(value)) if name == "post_delay" else value)
            case ["control", "faults"] if form.get("kind") in FAULTS:
                self.books.set("fault", json.dumps({"path": "/v2/", **form, "times": int(form.get("times", "1"))}))
            case ["control", "posts"]:
                posts = self.books.list_posts()
                for post in posts:
                    self.books.settle_post(post["seq"], state="done")
                return as_json(posts)
            case _:
                raise _not_found()
        return go_to("/control/")

    def read_books(self, *, after: int = 0) -> Thing:
        """Return everything: things by kind, and every request with its body as it came."""
        things = {kind: self.books.all(kind) for kind in ("adr", "shp", "trk", "evt")}
        return {"things": things, "requests": self.books.list_requests(after=after)}

    def tick(self) -> None:
        """Nothing happens to a parcel by itself."""

    def take_fault(self, request: Request) -> str:
        """Return the fault that this call is to meet, and count it."""
        if not request.path.startswith("/v2/"):
            return ""
        with self.books.turn():
            fault: dict[str, Any] = json.loads(self.books.setting("fault", "{}"))
            if not fault or fault["times"] < 1 or fault["path"] not in request.path:
                return ""
            self.books.set("fault", json.dumps({**fault, "times": fault["times"] - 1}))
        return str(fault["kind"])


def _not_found() -> Refusal:
    return Refusal(404, "NOT_FOUND", "The requested resource could not be found.")


def _follow(company: ParcelCompany, _request: Request, code: str) -> Answer:
    for tracker in company.books.all("trk"):
        if tracker["tracking_code"] == code:
            return as_page(pages.show_tracking(tracker))
    raise _not_found()


def _label(company: ParcelCompany, _request: Request, key: str) -> Answer:
    shipment = company.counter.find("shp", key)
    if not shipment["postage_label"]:
        raise _not_found()
    return Answer(200, draw_label(shipment), "application/pdf")


_CALLS: tuple[tuple[str, re.Pattern[str], Callable[..., Thing | None]], ...] = tuple(
    (method, re.compile(path.replace(":id", r"([a-z]+_[0-9a-f]+)")), call)
    for method, path, call in (
        ("POST", "/v2/addresses", Counter.create_address),
        ("DELETE", "/v2/addresses/:id", lambda counter, _said, key: counter.delete_address(key)),
        ("POST", "/v2/shipments", Counter.create_shipment),
        ("GET", "/v2/shipments/([a-z0-9_-]+)", lambda counter, _said, key: counter.retrieve_shipment(key)),
        ("DELETE", "/v2/shipments/:id", lambda counter, _said, key: counter.delete_shipment(key)),
        ("POST", "/v2/shipments/:id/buy", lambda counter, said, key: counter.buy(key, said)),
        ("GET", "/v2/trackers/:id", lambda counter, _said, key: counter.find("trk", key)),
        ("DELETE", "/v2/trackers/:id", lambda counter, _said, key: counter.delete_tracker(key)),
        ("GET", "/v2/events/:id", lambda counter, _said, key: counter.find("evt", key)),
        ("GET", "/v2/events", lambda counter, _said: counter.list_events()),
    )
)
"""Method, path, and what is done. Everything else is refused."""

_PAGES: tuple[tuple[re.Pattern[str], Callable[..., Answer]], ...] = tuple(
    (re.compile(path), show)
    for path, show in (
        (r"/", lambda _company, _request: go_to("/control/")),
        (r"/control/", lambda company, _request: as_page(pages.show_books(company.counter))),
        (
            r"/control/books\.json",
            lambda company, request: as_json(company.read_books(after=int(dict(request.query).get("after", "0")))),
        ),
        (
            r"/control/parcels/(shp_[0-9a-f]+)",
            lambda company, _request, key: as_page(pages.show_parcel(company.counter.retrieve_shipment(key))),
        ),
        (r"/follow/(\w+)", _follow),
        (r"/labels/(shp_[0-9a-f]+)\.pdf", _label),
    )
)


def sign(body: bytes, *, secret: str) -> dict[str, str]:
    """Return the header that proves where a body is from: ``X-Hmac-Signature``."""
    key = unicodedata.normalize("NFKD", secret).encode()
    return {"X-Hmac-Signature": f"hmac-sha256-hex={hmac.new(key, body, hashlib.sha256).hexdigest()}"}


def open_company(*, place: Path, origin: str, key: str) -> ParcelCompany:
    """Return the company with its books in this folder."""
    return ParcelCompany(origin=origin, books=Books(place / "parcel.db"), key=key)
