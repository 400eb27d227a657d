"""Beginnings of answers that are written often. They hold no value of anybody; the writer completes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words


@dataclass(frozen=True, slots=True)
class Macro:
    """A beginning of an answer.

    Arguments:
        words: what it is called.
        text: what it writes.
    """

    words: Words
    text: Words


MACROS: Mapping[str, Macro] = MappingProxyType(
    {
        "thanks": Macro(_("Thanks, and a moment"), _("Thank you for writing. We look into it, and write again by …")),
        "where": Macro(
            _("Where it stands on the Admin page"),
            _("All that we hold about you, with who looked and why, stands on your Admin page. There you can also …"),
        ),
        "which": Macro(_("Which order is it?"), _("So that we find it: which order is it about? Its number is on …")),
        "done": Macro(_("It is done"), _("It is done: … You can see it on your Admin page.")),
    }
)
