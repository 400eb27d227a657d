"""A merger, an acquisition or a sale: announced to everybody, shown for thirty full days, and only then carried out.

Owns what was registered (the other party, what would pass on, when, where to ask), the objections, and the package for
the other party with its manifest. The mails are the announcements' own; here stands when they allow a transfer.

Serves: N1 (what would be transferred, to whom and when, is registered and public) and N2 (a mail to everybody and a
notice on every page for thirty full days; nothing before; nothing of those who deleted their account or objected).
"""
