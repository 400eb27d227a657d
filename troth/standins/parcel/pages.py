"""The pages of the invented carrier."""

import json
from html import escape

from troth.standins import pages
from troth.standins.books import Thing
from troth.standins.parcel.parcels import STATES, Counter

INVENTED = "Parcelsandbox, an invented parcel carrier. No parcel moves, and nobody is paid."
_STEPS = (
    ("Under way", "in_transit"),
    ("Out for delivery", "out_for_delivery"),
    ("Delivered", "delivered"),
    ("Returned", "return_to_sender"),
)


def show_books(counter: Counter) -> str:
    """Return the page with every parcel, and buttons that move it along."""
    rows = [
        (
            f'<a href="/control/parcels/{parcel["id"]}"><code>{parcel["tracking_code"] or parcel["id"]}</code></a>',
            escape(STATES.get(parcel["status"], "no label yet")),
            "".join(
                pages.button(f"/control/parcels/{parcel['id']}", words, fields={"state": state})
                for words, state in _STEPS
            )
            if parcel["tracking_code"]
            else "",
        )
        for parcel in counter.books.all("shp")
    ]
    settings = "".join(
        pages.button("/control/settings", words, fields={name: value})
        for words, name, value in (
            ("Post at once", "post_delay", "0"),
            ("Post a minute late", "post_delay", "60"),
            ("Post once", "post_twice", "0"),
            ("Post twice", "post_twice", "1"),
            ("Post in order", "post_shuffled", "0"),
            ("Post in disorder", "post_shuffled", "1"),
        )
    )
    empty = "No parcel yet. Buying a label makes the first."
    body = (
        "<h1>The books of an invented parcel carrier</h1>"
        f"{pages.table(('Parcel', 'State', 'Let it happen'), rows, empty=empty)}"
        f"<h2>What happened is posted to the shop</h2>{settings}"
        '<p><a href="/control/books.json">All of it, for programs</a></p>'
    )
    return pages.page(title="Books · Parcelsandbox", invented=INVENTED, body=body)


def show_parcel(parcel: Thing) -> str:
    """Return all that is held on one parcel."""
    text = escape(json.dumps(parcel, indent=2, ensure_ascii=False))
    sheet = f"<div class='sheet'><pre>{text}</pre></div>"
    body = f"<h1>What is held on a parcel</h1>{sheet}<p><a href='/control/'>All books</a></p>"
    return pages.page(title="Held · Parcelsandbox", invented=INVENTED, body=body)


def show_tracking(tracker: Thing) -> str:
    """Return the public page on which a parcel is followed: steps, and nothing of the person."""
    rows = [(escape(step["datetime"]), escape(step["message"])) for step in tracker["tracking_details"]]
    body = f"<h1>{escape(tracker['tracking_code'])}</h1>{pages.table(('When', 'What'), rows, empty='')}"
    return pages.page(title="Your parcel · Parcelsandbox", invented=INVENTED, body=body)
