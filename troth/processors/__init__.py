"""The outside companies that act for the operator, and the one way on which values go to them.

Owns no tables yet: so far there is one processor, the mail relay, and its courier.

Serves: A6 (a row in the ledger before the bytes leave, with its ground), A7 (no personal value in a mail's header).
"""
