"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig


class BackupConfig(AppConfig):
    """Backups and how one is brought back; owns no tables."""

    name = "troth.backup"
    label = "backup"

    def ready(self) -> None:
        """Register events, the job and the checks."""
        from troth.backup.startup import register

        register()
