"""``troth statement``."""
