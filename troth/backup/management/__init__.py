"""The commands of backups; ``troth restore`` runs before the tables are there, and is in ``config``."""
