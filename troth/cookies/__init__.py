"""Cookies: the register of every cookie of this site, its enforcement on the way out, and its public page.

Owns the register (``register``), the guard at the door (``middleware``), the counts of what the guard removed and of
what browsers report against the content security policy (``models``), and the page that is made from the register
(``views``). It links nothing to a person: no cookie value, address or browser type is stored.

Serves: J1 (only registered cookies leave), J2 (a session cookie has no life of its own), J3 (how to remove a persistent
cookie), J5 (no tracking; ``Sec-GPC`` honoured), J6 (the page is the register), K1 and K2 (the notice before a reader
leaves for another site, which is told nothing).
"""
