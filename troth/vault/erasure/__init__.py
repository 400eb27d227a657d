"""Erasing one client: plan, run, verify, signed receipt; and whoever was erased does not come back (L1, A7).

``subjects`` knows every table that can carry a subject · ``plan`` says what goes and what stays · ``run`` does it,
step by step, and goes on after a kill · ``search`` looks for the values themselves in every table and file before the
keys go · ``receipt`` signs and checks · ``replay`` erases again after a restore or an import
(docs/decisions/erasure.md).
"""
