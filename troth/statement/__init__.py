"""The statement: the operator's privacy policy as text with numbered clauses, published in versions.

Owns the closed list of clauses (``clauses``), the reading of ``operator/statement/<lang>/*.md`` (``text``), the
published versions, their comparison, archive, feed and PDF, and the notice of a new version. Knows nothing of checks:
the state of each clause is supplied by ``assessment`` through ``api.register_clause_state``.

Serves: O1 and O2 (versions, dates, comparison, archive, feed, banner), the text of O3, and the page on which every
other clause is read.
"""
