"""What ``operator/processors.toml`` says otherwise than the register.

The file fills the register with companies that are new, and alters none that stands: the console keeps the register,
with two people where more would leave. So a file that changes later, as with a new version of the program, is compared
and the difference shown; the console prepares it for a second person in one step.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from troth.kernel.errors import NotConfigured
from troth.processors.models import AllowedField, Processor
from troth.processors.seed import FACTS, Entry, as_words, read_seed

type Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """How the file and the register differ on one company.

    Arguments:
        key: the company's key.
        more: pairs of label and purpose that the file allows, and the register does not.
        less: pairs that the register allows, and the file does not.
        facts: what the file says otherwise, by name.
        is_missing: whether the register has the company and the file does not.
    """

    key: str
    more: Sequence[Pair] = ()
    less: Sequence[Pair] = ()
    facts: dict[str, Any] = field(default_factory=dict)
    is_missing: bool = False

    def __bool__(self) -> bool:
        return bool(self.more or self.less or self.facts or self.is_missing)


def compare_all() -> list[Difference]:
    """Return the companies on which file and register differ; none where the file cannot be read."""
    try:
        entries = {entry.key: entry for entry in read_seed()}
    except NotConfigured:
        return []
    rows = Processor.objects.order_by("key")
    found = [compare(row, entries.get(row.key)) for row in rows]
    return [difference for difference in found if difference]


def compare_one(processor: Processor) -> Difference:
    """Return how they differ on one company."""
    return next((each for each in compare_all() if each.key == processor.key), Difference(processor.key))


def compare(processor: Processor, entry: Entry | None) -> Difference:
    """Return how the register's company differs from the file's."""
    if entry is None:
        return Difference(processor.key, is_missing=True)
    wanted = {(label, purpose) for label, purposes in entry.fields.items() for purpose in purposes}
    held = set(AllowedField.objects.filter(processor=processor).values_list("label", "purpose"))
    said = {name: as_words(name, entry.facts.get(name)) for name in FACTS if name in entry.facts}
    return Difference(
        key=processor.key,
        more=sorted(wanted - held),
        less=sorted(held - wanted),
        facts={name: value for name, value in said.items() if value != getattr(processor, name)},
    )
