"""``troth books``."""
