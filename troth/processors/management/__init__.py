"""Commands of processors."""
