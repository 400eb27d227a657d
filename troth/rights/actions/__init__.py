"""What changes: requests, corrections, and what staff do at a verified request."""
