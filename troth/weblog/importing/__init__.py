"""The import of other servers' logs: read in pieces, counted by the same rules as our own visits, and not kept."""
