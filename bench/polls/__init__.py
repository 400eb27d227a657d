"""A site at which surveys are answered and their results released."""
