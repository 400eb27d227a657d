"""What is done with parcels: packing, labels, tracking, and mending an address."""
