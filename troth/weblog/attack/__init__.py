"""The attack on our own web log: invented people with known truth, and every known way to link them to their visits."""
