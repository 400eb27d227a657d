"""What changes: sites, consents, tokens, and what is told."""
