"""The app's configuration: what it registers at start-up."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentConfig(AppConfig):
    """The promises, watched."""

    name = "troth.assessment"
    label = "assessment"

    def ready(self) -> None:
        """Register the interlock, the jobs, the suppliers of states, the link of the footer, and the events."""
        from troth.assessment import controls
        from troth.assessment.actions import JOB
        from troth.assessment.events import WORDS
        from troth.assessment.interlocks import PromiseInterlock
        from troth.assessment.queries import count_closures, read_clause_states, read_gpc_support
        from troth.cookies.api import register_gpc_witness
        from troth.kernel.ports import interlocks, register_system_job
        from troth.kernel.purposes import Purpose
        from troth.ledger.api import register_events
        from troth.staff.api import Permission, Room, register_room
        from troth.statement.api import register_clause_state
        from troth.ui.api import Place, register_link

        register_system_job(name=JOB, words=_("the checks of our promises"), purposes=[Purpose.UPKEEP])
        register_system_job(name="operator", words=_("the operator, at the command line"), purposes=[Purpose.UPKEEP])
        register_events(WORDS)
        interlocks.register("assessment", PromiseInterlock())
        register_clause_state(read_clause_states)
        register_gpc_witness(read_gpc_support)
        controls.register()
        register_room(
            Room(
                key="promises",
                words=_("Promises"),
                summary=_("Every check with its evidence, and what a broken promise closed."),
                url="assessment:console",
                permission=Permission.READ_ASSESSMENT,
                count_waiting=count_closures,
            )
        )
        register_link(place=Place.FOOTER, order=40, name="promises", words=_("Promises"), url="assessment:promises")
