"""The statement's part of the ``troth`` command."""
