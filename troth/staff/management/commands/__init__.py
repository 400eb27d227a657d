"""``troth staff``."""
