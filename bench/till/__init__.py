"""A site at which is bought: orders, events and invoices."""
