"""The console's pages of this room: orders, refunds, disputes, books, catalogue, memberships. No value on any list."""
