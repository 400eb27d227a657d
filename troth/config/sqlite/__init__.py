"""Django's SQLite backend with a queue of writers, and with pragmas that are read back."""
