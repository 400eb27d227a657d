"""Invented outside companies for the demo and the tests: a card processor and a carrier, on origins of their own.

Each is a separate program which speaks, over real HTTP, the part of a real company's interface that this house uses
(``card``: Stripe, ``parcel``: EasyPost), so that the same adapters and the companies' own libraries work with both. A
stand-in refuses what it does not know, keeps its own books, and knows nothing of this house but where to post what
happened. No room imports it; only the wiring starts it. Owns no tables.

Serves: C1 (the card's number is typed at another origin), E1 (a stand-in of each company runs with the demo).
"""
