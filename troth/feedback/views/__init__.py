"""The pages of this room: thin, the rules live in actions and queries."""
