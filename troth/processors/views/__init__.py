"""Pages of this room: thin; the rules stand in ``actions``."""
