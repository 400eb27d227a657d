"""The release gate: what is counted, what is hidden, and the audit of all that ever left of a survey."""
