"""What everybody is told of a transition: made of what was registered, in every language, so that nothing is left out.

The notice names its transition together with a digest of what was registered (``about``). The reviewers' word is bound
to the hash of the notice, which covers that name: whoever changes what was registered has nobody's word for it.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from troth.announcements.api import About, Blocks
from troth.kernel.operator import read_operator
from troth.transitions.kinds import FULL_DAYS
from troth.transitions.models import Transition
from troth.ui.api import absolute_url, format_date
from troth.vault.api import Attribute, all_attributes, sealed_models

KIND = "transition"


def name_of(transition: Transition) -> str:
    """Return what a notice is about that tells of just this: the transition, and a digest of what was registered."""
    return f"{KIND}:{transition.pk.hex}:{digest_facts(transition)}"


def digest_facts(transition: Transition) -> str:
    """Return a digest of all that was registered; 16 signs are what a notice has room for."""
    facts = [
        transition.kind,
        transition.other_party,
        transition.contact,
        transition.planned_on.isoformat(),
        sorted(transition.labels),
        transition.recipient_key,
    ]
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()[:16]


def find_about(ref: str) -> About | None:
    """Return the page of the transition that a notice tells of (``about_finders``)."""
    try:
        pk = UUID(ref.partition(":")[0])
    except ValueError:
        return None
    return About(
        public_url=public_url(pk),
        public_words=_("Read about it, and object"),
        console_url=f"/console/transitions/{pk}/",
    )


def public_url(pk: UUID) -> str:
    """Return the path of its public page."""
    return f"/transitions/{pk}/"


def group_labels(labels: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return table → names of its values, in words and in the language in force."""
    known = _known()
    chosen = [known[label] for label in sorted(labels) if label in known]
    groups = groupby(chosen, key=lambda attribute: attribute.model)
    return [(str(model._meta.verbose_name_plural), [str(each.label) for each in some]) for model, some in groups]


def write_texts(transition: Transition) -> Mapping[str, Blocks]:
    """Return the notice that announces it, by language."""
    return {language: _in(language, transition, _announce) for language in read_operator().languages}


def write_cancelling(transition: Transition) -> Mapping[str, Blocks]:
    """Return the notice that it was cancelled, by language."""
    return {language: _in(language, transition, _cancel) for language in read_operator().languages}


def list_offered() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what can be chosen to pass on: table → label and words. What opens an account is not among it, ever."""
    return [
        (str(model._meta.verbose_name_plural), [(_label(each), str(each.label)) for each in chosen])
        for model in sealed_models()
        if (chosen := [each for each in model.sealed_attributes.values() if _may_pass_on(each)])
    ]


def list_offered_labels() -> list[str]:
    """Return the labels of what can be chosen."""
    return [label for _table, values in list_offered() for label, _words in values]


def _may_pass_on(attribute: Attribute) -> bool:
    """Whether a value is a client's own; not one that opens an account, of staff, of the law's or of our own upkeep."""
    label = _label(attribute)
    return not attribute.category.startswith("user.authorization") and not label.startswith(("staff.", "law."))


def _known() -> dict[str, Attribute]:
    return {_label(attribute): attribute for attribute in all_attributes()}


def _label(attribute: Attribute) -> str:
    return f"{attribute.model._meta.label}.{attribute.name}"


def _in(language: str, transition: Transition, write: object) -> Blocks:
    assert callable(write)  # noqa: S101  one of the two below
    with override(language):
        blocks: Blocks = write(transition)
    return blocks


def _announce(transition: Transition) -> Blocks:
    operator, party = read_operator(), transition.other_party
    values = [f"{table}: {', '.join(names)}" for table, names in group_labels(transition.labels)]
    what = [
        _("%(we)s plans this: %(kind)s. The other party is %(party)s. The day planned for it is %(day)s.")
        % {
            "we": operator.name,
            "kind": transition.get_kind_display(),
            "party": party,
            "day": format_date(transition.planned_on),
        },
        _("Of what we hold about you, this would pass on:"),
        *values,
        _("It would be sealed so that %(party)s alone can open it, with this key: %(key)s")
        % {"party": party, "key": transition.recipient_key},
    ]
    effect = _(
        "Nothing passes on before everybody has had this mail and %(days)s full days have gone by since. "
        "A notice stands on every page of our site until then, with the days that are left."
    ) % {"days": FULL_DAYS}
    to_do = [
        _("If you agree, nothing. If not, object on the page below, or delete your account: you are not in it then."),
        absolute_url(public_url(transition.pk)),
        _("Who answers questions: %(contact)s") % {"contact": transition.contact},
    ]
    return Blocks(
        subject=_("Who holds your information is to change")[:120],
        what="\n".join(what),
        effect=effect,
        to_do="\n".join(to_do),
    )


def _cancel(transition: Transition) -> Blocks:
    return Blocks(
        subject=_("Who holds your information does not change after all"),
        what=_("We told you that information about you might pass on to %(party)s. It does not: this was cancelled.")
        % {"party": transition.other_party},
        effect=_("Nothing about you was handed over, and everything stays as it was."),
        to_do=_("Nothing."),
    )
