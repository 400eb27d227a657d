"""``troth processors``."""
