"""What changes orders: placing, paying, taking back. Each judges, changes and records in one transaction."""
