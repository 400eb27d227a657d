"""``troth take_mail``."""
