"""The pages of the console's frame."""
