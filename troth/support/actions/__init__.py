"""The verbs of the help desk."""
