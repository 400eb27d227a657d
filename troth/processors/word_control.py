"""Two more checks of the door: a word that a client took back opens nothing, and a correction follows what left."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from troth.disclosures import api as disclosures
from troth.disclosures.api import Authorised
from troth.kernel import clock
from troth.kernel.ids import new_id
from troth.kernel.ports import Control, Observation, Sabotage, controls
from troth.kernel.purposes import Purpose
from troth.kernel.sabotage import swap
from troth.processors import correcting, egress, schema
from troth.processors.egress import Departure, rehearsing, send
from troth.processors.errors import SendRefused
from troth.processors.linking import remember_reference
from troth.processors.models import Processor, RelayedCorrection, State
from troth.processors.probe import PROBE, Probe, vanishing_probe
from troth.processors.queries import judge
from troth.processors.schema import Operation, Personal
from troth.processors.standing import list_hosts

_NAME = "accounts.Profile.name"
_DAY = timedelta(days=1)


def observe_word() -> Observation:
    """Let an invented client say yes to a company, take it back, and let another word run out; try after each."""
    examined, failures = 0, []
    for processor in _may_receive_names():
        with vanishing_probe() as probe:
            purpose = Purpose(processor.allowed_fields.filter(label=_NAME)[0].purpose)
            word = _give_word(processor, purpose)
            tries = [("given", _leaves(probe, processor, purpose, word.pk), True)]
            disclosures.withdraw(subject_id=PROBE, authorisation_id=word.pk)
            tries.append(("taken back", _leaves(probe, processor, purpose, word.pk), False))
            tries.append(("never given", _leaves(probe, processor, purpose, new_id()), False))
            for words, left, expected in tries:
                examined += 1
                if left != expected:
                    failures.append(
                        f"{processor.key}: on a word that was {words}, a value {'left' if left else 'stayed'}"
                    )
    return Observation(examined=examined, failures=failures)


def observe_corrections() -> Observation:
    """Let a name leave, correct it, and look whether the correction is on its way to whoever received the old one."""
    examined, failures = 0, []
    for processor in _may_receive_names():
        with vanishing_probe() as probe:
            purpose = Purpose(processor.allowed_fields.filter(label=_NAME)[0].purpose)
            word = _give_word(processor, purpose)
            if not _leaves(probe, processor, purpose, word.pk):
                continue
            remember_reference(subject_id=PROBE, processor=processor.key, what="probe", ref=f"probe-{new_id()}")
            row: Any = probe.row
            row.name = f"Mended{new_id().hex[-8:]}"
            row.save()
            relayed = RelayedCorrection.objects.filter(subject_id=PROBE, processor=processor.key).first()
            examined += 1
            if relayed is None or _NAME not in relayed.labels:
                failures.append(f"{processor.key}: holds an old name, and its correction is not passed on")
    return Observation(examined=examined, failures=failures)


def _may_receive_names() -> list[Processor]:
    rows = Processor.objects.filter(state=State.ACTIVE, allowed_fields__label=_NAME).distinct()
    return [row for row in rows if judge(row)[0] is None and list_hosts(row)]


def _give_word(processor: Processor, purpose: Purpose) -> disclosures.Authorisation:
    return disclosures.authorise(
        subject_id=PROBE,
        recipient=processor.key,
        recipient_name=processor.name,
        purpose=purpose,
        fields=[_NAME],
        wording="Canary",
        until=clock.now() + _DAY,
    )


def _leaves(probe: Probe, processor: Processor, purpose: Purpose, word_id: Any) -> bool:
    left: list[Departure] = []
    operation = Operation(
        name="probe.word",
        purpose=purpose,
        schema={"to": Personal("user.name"), "metadata.id": schema.reference()},
    )
    with rehearsing(left.append):
        try:
            send(
                operation,
                processor=processor.key,
                host=list_hosts(processor)[0],
                subject_id=PROBE,
                payload={"to": probe.value("name"), "metadata": {"id": "p-1"}},
                call=lambda _body: None,
                ground=Authorised(word_id),
            )
        except SendRefused:
            return False
    return bool(left)


def ignore_withdrawal() -> Any:
    """Say that a word was taken back, and keep it."""
    return swap(disclosures, "withdraw", lambda **_named: True)


def believe_every_word() -> Any:
    """Take every word for one in force."""

    def trusting(ground: Authorised, **_named: Any) -> disclosures.Evidence:
        ref = f"authorisation:{ground.authorisation_id}"
        return disclosures.Evidence(kind=Authorised.kind, ref=ref, since=clock.now())

    return swap(egress, "judge_ground", trusting)


def forget_who_received() -> Any:
    """Take it that nobody received anything."""
    return swap(correcting, "_has_received", lambda *_given: False)


WORD = Control(
    key="processors.word",
    clauses=("A6", "H1"),
    words=_("On a client’s own word only what it says leaves, and nothing once it is taken back"),
    observe=observe_word,
    every=timedelta(hours=6),
    sabotages=(
        Sabotage("deaf", _("Taking a word back does nothing"), ignore_withdrawal),
        Sabotage("gullible", _("Every word counts as given and in force"), believe_every_word),
    ),
)
CORRECTIONS = Control(
    key="processors.corrections",
    clauses=("A11",),
    words=_("A correction is passed on to each company that received the old value"),
    observe=observe_corrections,
    every=timedelta(hours=6),
    sabotages=(Sabotage("kept", _("Nobody is told that a value was corrected"), forget_who_received),),
)


def register() -> None:
    """Register the checks; called once, at start-up."""
    for control in (WORD, CORRECTIONS):
        controls.register(control.key, control)
