"""Pages of this room, and what programs ask: thin; the rules stand in ``actions``."""
