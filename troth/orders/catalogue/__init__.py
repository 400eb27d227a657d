"""What is sold: the operator's file that seeds it, its changes, and what the pages read of it."""
