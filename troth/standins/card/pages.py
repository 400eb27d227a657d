"""The pages of the invented card processor: where a card is typed, the bank's question, the books."""

import json
from html import escape

from troth.standins import pages
from troth.standins.books import Thing
from troth.standins.card import checkouts
from troth.standins.card.cards import CARDS
from troth.standins.card.desk import Desk

INVENTED = "Cardsandbox, an invented card processor. No real money moves here. Never type a real card."
_WITHOUT_CENTS = {"jpy"}
_THOUSANDTHS = {"kwd"}


def show_money(minor: int, currency: str) -> str:
    """Return an amount as people write it."""
    places = 0 if currency in _WITHOUT_CENTS else 3 if currency in _THOUSANDTHS else 2
    return f"{currency.upper()} {minor / 10**places:,.{places}f}"


def show_payment(desk: Desk, session: Thing, *, error: str = "") -> str:
    """Return the page on which a card is typed."""
    saving = session["mode"] == "setup"
    title = "Save a card" if saving else "Pay"
    total = "" if saving else show_money(session["amount_total"], session["currency"])
    customer = desk.find("cus", session["customer"])
    lines = pages.table(
        ("What", "Amount"),
        [
            (escape(line["description"]), show_money(line["amount_total"], line["currency"]))
            for line in checkouts.list_lines(desk, session)
        ],
        empty="Nothing is charged now. The card is kept here for later payments.",
    )
    who = pages.facts(
        (name, str(customer[key])) for name, key in (("Name", "name"), ("E-mail", "email")) if customer.get(key)
    )
    problem = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    verb = "Save this card" if saving else f"Pay {total}"
    form = (
        f'<form method="post" action="/pay/{session["id"]}" autocomplete="off">'
        + pages.entry("number", "Card number", "One of the test cards below")
        + f'<div class="two">{pages.entry("expiry", "Ends", "Such as 12/34")}'
        + f"{pages.entry('code', 'Security code', 'Any three digits')}</div>"
        + f'<button class="wide">{escape(verb)}</button></form>'
        + f'<p><a href="{escape(session["cancel_url"])}">Go back without {"saving" if saving else "paying"}</a></p>'
    )
    left = f"<section><h1>{title}</h1>{f'''<p class="sum">{total}</p>''' if total else ''}{lines}{who}</section>"
    body = f'{left}<section class="sheet">{problem}{form}</section><section>{_list_cards()}</section>'
    return pages.page(title=f"{title} · Cardsandbox", invented=INVENTED, body=body, kind="pay")


def show_challenge(session: Thing) -> str:
    """Return the page on which the invented bank asks the owner of the card."""
    action = f"/pay/{session['id']}/challenge"
    what = (
        "to save this card"
        if session["mode"] == "setup"
        else f"to pay {show_money(session['amount_total'], session['currency'])}"
    )
    body = (
        '<section class="sheet"><h1>Your bank asks</h1>'
        f"<p>Is it you who wants {escape(what)}? A real bank would ask in its app, or by a code.</p>"
        + pages.button(action, "Yes, it is me", quiet=False, fields={"answer": "yes"})
        + pages.button(action, "No, stop", fields={"answer": "no"})
        + "</section>"
    )
    return pages.page(title="Your bank asks · Cardsandbox", invented=INVENTED, body=body)


def show_over(session: Thing) -> str:
    """Return the page of a session that is paid or has run out."""
    done = session["status"] == "complete"
    words = "This payment is done; nothing more is taken." if done else "This page has run out; nothing was taken."
    back = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]) if done else session["cancel_url"]
    body = f'<h1>{words}</h1><p><a href="{escape(back)}">Go back to the shop</a></p>'
    return pages.page(title="Cardsandbox", invented=INVENTED, body=body)


def show_books(desk: Desk) -> str:
    """Return the page on which anybody sees what this processor holds, and can make things happen."""
    settings = "".join(
        pages.button("/control/settings", words, fields={name: value})
        for words, name, value in (
            ("Post at once", "post_delay", "0"),
            ("Post a minute late", "post_delay", "60"),
            ("Post once", "post_twice", "0"),
            ("Post twice", "post_twice", "1"),
            ("Post in order", "post_shuffled", "0"),
            ("Post in disorder", "post_shuffled", "1"),
            ("Post", "post_held", "0"),
            ("Hold posts back", "post_held", "1"),
        )
    )
    names = ("post_delay", "post_twice", "post_shuffled", "post_held", "clock_ahead")
    body = (
        "<h1>The books of an invented card processor</h1>"
        '<nav><a href="#people">People</a><a href="#payments">Payments</a><a href="#disputes">Disputes</a>'
        '<a href="#posts">Posts</a><a href="/control/books.json">All of it, for programs</a></nav>'
        f'<h2 id="people">What is held on whom</h2>{_show_people(desk)}'
        f'<h2 id="payments">Payments</h2>{_show_payments(desk)}'
        f'<h2 id="cards">Saved cards</h2>{_show_saved(desk)}'
        f'<h2 id="disputes">Disputes</h2>{_show_disputes(desk)}'
        f'<h2 id="posts">What happened is posted to the shop</h2>'
        f"{pages.facts((name, desk.books.setting(name, '0')) for name in names)}{settings}"
        f'<p class="help">{len(desk.books.list_posts())} wait.</p>{_list_cards()}'
    )
    return pages.page(title="Books · Cardsandbox", invented=INVENTED, body=body)


def show_person(desk: Desk, customer: Thing) -> str:
    """Return all that is held on one person."""
    from troth.standins.card.control import list_held

    held = list_held(desk, customer["id"])
    blocks = "".join(
        f"<h2>{escape(kind)}</h2><div class='sheet'><pre>{_write(things)}</pre></div>"
        for kind, things in held.items()
        if things
    )
    body = f"<h1>What is held on {escape(customer['id'])}</h1>{blocks}<p><a href='/control/'>All books</a></p>"
    return pages.page(title="Held · Cardsandbox", invented=INVENTED, body=body)


def _show_people(desk: Desk) -> str:
    rows = [
        (
            f'<a href="/control/people/{customer["id"]}"><code>{customer["id"]}</code></a>',
            "deleted" if customer.get("deleted") else escape(customer.get("name") or ""),
            escape(customer.get("email") or ""),
        )
        for customer in desk.books.all("cus")
    ]
    return pages.table(("Customer", "Name", "E-mail"), rows, empty="Nobody yet. A checkout makes the first.")


def _show_payments(desk: Desk) -> str:
    rows = [
        (
            f"<code>{intent['id']}</code>",
            show_money(intent["amount"], intent["currency"]),
            escape(intent["status"]),
            pages.button("/control/disputes", "Dispute it", fields={"payment": intent["id"]})
            + pages.button("/control/disputes", "Ask about it", fields={"payment": intent["id"], "stage": "inquiry"})
            + pages.button("/control/refunds", "Refund it here", fields={"payment": intent["id"]})
            if intent["status"] == "succeeded"
            else "",
        )
        for intent in desk.books.all("pi")
    ]
    return pages.table(("Payment", "Amount", "State", ""), rows, empty="None yet.")


def _show_disputes(desk: Desk) -> str:
    rows = [
        (
            f"<code>{dispute['id']}</code>",
            show_money(dispute["amount"], dispute["currency"]),
            escape(dispute["status"]),
            _offer_stages(dispute),
        )
        for dispute in desk.books.all("du")
    ]
    return pages.table(("Dispute", "Amount", "State", ""), rows, empty="None.")


def _offer_stages(dispute: Thing) -> str:
    """Return the buttons that take a dispute further."""
    if dispute["status"] in {"won", "lost", "warning_closed"}:
        return ""
    stages = {"For the shop": "won", "For the client": "lost"}
    if dispute["status"].startswith("warning_"):
        stages = {"Make it a dispute": "escalated", "Close it": "closed"}
    page = f"/control/disputes/{dispute['id']}"
    return "".join(pages.button(page, words, fields={"outcome": outcome}) for words, outcome in stages.items())


def _show_saved(desk: Desk) -> str:
    rows = [
        (
            f"<code>{method['id']}</code>",
            escape(f"{method['card']['brand']} {method['card']['last4']}"),
            pages.button(f"/control/cards/{method['id']}", "Remove it here", fields={"change": "remove"})
            + pages.button(f"/control/cards/{method['id']}", "Issue it anew", fields={"change": "renew"}),
        )
        for method in desk.books.all("pm")
        if method["customer"]
    ]
    return pages.table(("Saved card", "", ""), rows, empty="None.")


def _list_cards() -> str:
    rows = [(f"<code>{_group(number)}</code>", escape(card.words)) for number, card in CARDS.items()]
    return "<h2>Test cards</h2>" + pages.table(("Number", "What it does"), rows, empty="")


def _group(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def _write(things: list[Thing]) -> str:
    return escape(json.dumps(things, indent=2, ensure_ascii=False))
