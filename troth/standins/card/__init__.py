"""An invented card processor, which speaks the part of Stripe's interface that this house uses. No money moves.

``cards`` the test cards · ``parameters`` what each call may say, and how a refusal looks · ``desk`` what all calls
share · ``checkouts``, ``payments``, ``customers``, ``refunds``, ``records`` the calls · ``pages`` what people see ·
``control`` what may be asked of it that no real processor grants · ``company`` all of it, as one program.
"""
