"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffConfig(AppConfig):
    """The operator's people, and what they may do."""

    name = "troth.staff"
    label = "staff"

    def ready(self) -> None:
        """Register the gate, the judge, the ledger's events, and what is held about staff."""
        from troth.accounts.api import staff_of
        from troth.kernel.pages import gates
        from troth.kernel.ports import holders
        from troth.ledger.api import register_events
        from troth.staff import job, judge
        from troth.staff.events import WORDS, Event
        from troth.staff.gates import admit_staff, is_at_work
        from troth.staff.holder import StaffHolder
        from troth.staff.queries import find_by_subject
        from troth.ui.api import Place, register_link

        register_events(WORDS, looks=[Event.CLIENT_SOUGHT])
        job.register()
        judge.register()
        gates.register("staff", admit_staff)
        holders.register("staff", StaffHolder())
        register_link(
            place=Place.HEADER, order=75, name="console", words=_("Console"), url="staff:desk", when=is_at_work
        )
        staff_of.register("staff", lambda subject_id: find_by_subject(subject_id) is not None)
