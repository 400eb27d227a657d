"""What is kept of codes, tokens and secrets."""

import hashlib


def digest(secret: str) -> str:
    """Return what is kept of a secret that was drawn with 128 bits and more: nobody guesses it from this."""
    return hashlib.sha256(secret.encode()).hexdigest()
