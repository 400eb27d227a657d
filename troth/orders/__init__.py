"""What is sold and what was bought: catalogue, basket, orders, payments, invoices, refunds, memberships, parcels.

Serves: C1 (order form, card at the processor), C2 (billing and filling the order), C3 (told when something goes wrong),
A9 (returned parcels mark an address), A13 (an order waits with a reason where a promise stands in its way).
"""
