"""What the law asks of us, and what we owe when something goes wrong: legal requests, holds, withholdings, breaches.

Owns the register of legal requests (document, authority, scope, deadline), what was granted and refused of each and by
whom, the holds that keep back a deletion, and the record of breaches with whom they concern. Nothing leaves from here
but through ``processors.send`` on the ground *required by law*, for which this room is the evidence.

Serves: H2 (two reviewers, least fields, client told unless a ban with an end forbids it), A10 (withheld by a named
decision, with an end), M3 (breach record, those affected are told), A6 (the evidence of the third ground).
"""
