"""One module for each command: keys, index, retention, erasures."""
