"""What is done with surveys: written, looked at, opened, answered, closed, released."""
