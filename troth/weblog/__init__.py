"""The web log: visits are gathered, imported and reported here, and joined to nobody.

Owns the way of one hit from the web server to the collector (``hits``, ``middleware``), the visits that are held in
memory and forgotten (``gathering``), what is counted of them (``counting``, ``naming``), what may be written of the
counts (``suppression``, ``store``), the import of other servers' logs (``importing``), the reports, and the attack that
tries to link what is stored to a client (``attack``). It has no table in any database, imports no room that knows a
client, and none of those imports it: ``pyproject.toml`` forbids both.

Serves: I1 (what is gathered automatically), I2 (trends, administration, movement, the users as a whole), I3 (never
linked to anything that tells who somebody is).
"""
