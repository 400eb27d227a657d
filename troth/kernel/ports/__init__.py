"""The interfaces that keep the arrows pointing down: defined here, supplied by higher rooms at start-up.

A registry that nobody registered at denies or is reported; it never passes in silence. A module for each subject, and
all of it importable from here:

* ``access``: ``judges``, one ``AccessJudge`` for each kind of actor that may open another's values (none: nothing
  opens); ``system_jobs``, each with the purposes it may act for; ``case_resolvers``, who answers for a kind of case;
  ``secret_cases``, of which the law forbids to tell today.
* ``contacts``: ``contact_kinds``, what a room may have to say to a client; ``contact_gates``, the one gate that decides
  each contact (none: nobody is contacted); ``EXEMPT``, the mail that does not pass it, and why.
* ``holders``: one ``DataHolder`` for each store of personal data that is no sealed table (files, tokens, queues);
  ``withholders``, what the law forbids to show now; ``change_listeners``, told of every value that was changed.
* ``leaving``: ``retention_holds`` and ``retention_rules``, what must not go yet, and what goes when, outside the sealed
  tables; ``farewells`` and ``erasure_relays``, who tells the client, and who tells the organisations, of an erasure.
* ``mail``: ``courier``, which sends one mail; supplied by ``processors``. ``bounce_takers``, who knows a mail that came
  back; supplied by ``announcements`` (none: it is set apart).
* ``promises``: ``controls``, the checks of the promises, each with its sabotages; ``interlocks``, asked whether a
  feature is open; supplied by ``assessment``.
"""

from troth.kernel.ports.access import (
    AccessJudge,
    AccessRequest,
    CaseResolver,
    OpenCase,
    SystemJob,
    SystemJudge,
    case_resolvers,
    judges,
    register_system_job,
    secret_cases,
    system_jobs,
)
from troth.kernel.ports.contacts import (
    EXEMPT,
    Channel,
    ContactGate,
    ContactGone,
    ContactKind,
    ContactOutcome,
    ContactRequest,
    Facts,
    contact_client,
    contact_gates,
    contact_kinds,
    register_contact_kind,
    rehearse_contact,
    require_contact_allowed,
)
from troth.kernel.ports.governing import Use, find_unpromised, use_judges
from troth.kernel.ports.holders import (
    DataHolder,
    HeldItem,
    Withheld,
    Withholder,
    change_listeners,
    holders,
    withholders,
)
from troth.kernel.ports.leaving import (
    Hold,
    RetentionHold,
    RetentionRule,
    erasure_relays,
    farewells,
    retention_holds,
    retention_rules,
)
from troth.kernel.ports.mail import (
    Courier,
    Letter,
    NotSent,
    bounce_takers,
    courier,
    send_letter,
)
from troth.kernel.ports.promises import (
    Control,
    Feature,
    Interlock,
    Observation,
    Sabotage,
    controls,
    interlocks,
    require_open,
)
from troth.kernel.ports.registry import (
    Registry,
    Words,
)

__all__ = [
    "EXEMPT",
    "AccessJudge",
    "AccessRequest",
    "CaseResolver",
    "Channel",
    "ContactGate",
    "ContactGone",
    "ContactKind",
    "ContactOutcome",
    "ContactRequest",
    "Control",
    "Courier",
    "DataHolder",
    "Facts",
    "Feature",
    "HeldItem",
    "Hold",
    "Interlock",
    "Letter",
    "NotSent",
    "Observation",
    "OpenCase",
    "Registry",
    "RetentionHold",
    "RetentionRule",
    "Sabotage",
    "SystemJob",
    "SystemJudge",
    "Use",
    "Withheld",
    "Withholder",
    "Words",
    "bounce_takers",
    "case_resolvers",
    "change_listeners",
    "contact_client",
    "contact_gates",
    "contact_kinds",
    "controls",
    "courier",
    "erasure_relays",
    "farewells",
    "find_unpromised",
    "holders",
    "interlocks",
    "judges",
    "register_contact_kind",
    "register_system_job",
    "rehearse_contact",
    "require_contact_allowed",
    "require_open",
    "retention_holds",
    "retention_rules",
    "secret_cases",
    "send_letter",
    "system_jobs",
    "use_judges",
    "withholders",
]
