"""The help desk: inquiries by form, mail, telephone and letter, each a case with a thread, an owner and a clock.

Serves: G2 (answers to inquiries), G3 (by the channel that the client wishes), A11 (errors corrected promptly), L2, L3.
"""
