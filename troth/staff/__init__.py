"""Who of the operator's people may do what, and the door's answer to each of their looks.

Owns the register of staff members: role, training certificate, the pseudonym that clients read. A look by staff needs
all of it at that second: an active member, a certificate that has not run out, a role with this purpose, and an open
case about this client that the member took. The console's frame lives here; its rooms are handed in by higher apps.

Serves: A1 (purpose of each look), A2 (second factor), A4 (authorised, trained people only), A10 (who looked).
"""
