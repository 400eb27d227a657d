"""Who the vault's own checks act as, and about whom: a job of theirs, and two ids that belong to nobody."""

from uuid import UUID

JOB = "vault-probe"
PROBE = UUID("00000000-0000-8000-8000-7472f0740001")
STRANGER = UUID("00000000-0000-8000-8000-7472f0740002")
