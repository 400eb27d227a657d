"""Invoices and credit notes: numbered without gaps, drawn once, shut for good.

A paper has its number from the transaction that settles the order or decides the refund (``issue``): money and number
change together or not at all. In that transaction nothing of the client is opened. Name and address are put in, and the
PDF is made, right after it, by a task that may run twice (``draw``); from then on the guards of the database refuse
every change (``guards``).
"""
