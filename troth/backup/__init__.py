"""Backup and restore: the main database and the keys' database, each sealed to a key that is not on this machine.

A backup holds the tables of clients with every value still sealed under its client's key. Not in it: the keys (a copy
of their own, worth nothing after its epoch), the look-up index, the secrets folder, sessions, links, tokens and the
queue. A restore does not serve until the keys are the newest, the erasure ledger was replayed, the index was made anew
and mail to many is held. A control restores in scratch and looks for the erased. Clauses: M2, L1
(docs/decisions/backup.md).

``contents`` what is left out · ``dumping`` a database to a file and back · ``sealing`` the sealed file · ``store`` the
folder of backups · ``taking`` makes and prunes them · ``restoring`` brings one back · ``rehearsal`` looks for
the erased
"""
