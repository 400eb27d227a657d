"""Searching again, at any later time, for a value that only the erased person knows.

The page that offers it must ask for a genuine receipt first and limit the tries: without that it would tell anybody
whether an address is known here.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from troth.kernel.ports import Words
from troth.vault.attributes import Lookup
from troth.vault.index import find_subjects
from troth.vault.upkeep import looked_up_attributes


@dataclass(frozen=True, slots=True)
class SearchedAgain:
    """What a search found.

    Arguments:
        examined: in how many look-ups the value was looked for; 0 where it fits none of them.
        found: the names of the values as which it was found, in the client's words. A new account is found too.
    """

    examined: int
    found: tuple[Words, ...]


def search_again(value: str) -> SearchedAgain:
    """Look for a value (an e-mail address, a user name, a telephone number) in every look-up that tells one person."""
    examined = 0
    found = []
    for attribute in looked_up_attributes():
        if attribute.lookup is Lookup.WORDS or attribute.kind == "choices":
            continue
        try:
            normal = attribute.clean(value)
        except ValidationError:
            continue
        examined += 1
        if find_subjects(attribute, normal):
            found.append(attribute.label)
    return SearchedAgain(examined=examined, found=tuple(found))
