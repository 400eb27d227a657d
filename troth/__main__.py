"""``python -m troth`` is the ``troth`` command."""

from troth.config.cli import main

if __name__ == "__main__":
    main()
