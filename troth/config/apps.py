"""The app that wires the others."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Wires the rooms; owns no tables."""

    name = "troth.config"
    label = "config"

    def ready(self) -> None:
        """Hand the frame the links to this app's pages, register its checks, guard the queue's table and the cache."""
        from django.core import checks
        from django_tasks_db.models import DBTaskResult

        from troth.backup.api import declare_left_out
        from troth.config import site_controls
        from troth.config.links import register_site_links
        from troth.config.queue import guard_queue
        from troth.kernel.caching import check_cache_keys
        from troth.vault.api import declare_search_exception

        register_site_links()
        site_controls.register()
        guard_queue()
        declare_left_out(DBTaskResult._meta.label, "What was begun would be done twice; what is due is found anew.")
        checks.register(check_cache_keys, "troth")
        declare_search_exception("mailbox", "The demo's mails, which on a real site are in the clients' own mailboxes.")
        declare_search_exception(
            "standins", "The books of the demo's invented companies, which are other organisations."
        )
