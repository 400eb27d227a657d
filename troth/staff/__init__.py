"""Who of the operator's people may do what, and the door's answer to each of their looks.

Owns the register of staff members (role, training, the pseudonym that clients read), reviews by two people, looks
without a case, clients' objections and what came of them, and incidents. A look by staff needs all of it at that
second: an active member, a certificate that has not run out, no tie to the client and no objection by it, a role with
this purpose, and an open case about this client that the member took. The console's frame lives here; its rooms and
the parts of a client's record are handed in by other apps (``kernel.console``).

Serves: A1 (purpose of each look), A2 (second factor), A4 (authorised, trained people only), A5 (violations end in an
outcome), A10 (who looked, and objecting to it).
"""
