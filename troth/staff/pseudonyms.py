"""The names under which clients meet staff in the record: a bird and a number, drawn at random, kept for good."""

import secrets

from troth.kernel.errors import Refused
from troth.staff.models import StaffMember

BIRDS = (
    "Avocet", "Bittern", "Bunting", "Curlew", "Dipper", "Dunlin", "Egret", "Finch", "Goldcrest", "Grebe", "Heron",
    "Kestrel", "Kite", "Lapwing", "Lark", "Linnet", "Magpie", "Martin", "Merlin", "Nightjar", "Nuthatch", "Oriole",
    "Osprey", "Ouzel", "Petrel", "Pipit", "Plover", "Quail", "Raven", "Redstart", "Robin", "Sandpiper", "Siskin",
    "Skylark", "Snipe", "Starling", "Stork", "Swallow", "Swift", "Teal", "Tern", "Thrush", "Treecreeper", "Wagtail",
    "Warbler", "Waxwing", "Whimbrel", "Wigeon", "Wren",
)  # fmt: skip
_TRIES = 50


def draw_pseudonym() -> str:
    """Return a pseudonym that nobody bears, such as ``Heron 12``."""
    for _try in range(_TRIES):
        drawn = f"{secrets.choice(BIRDS)} {secrets.randbelow(89) + 11}"
        if not StaffMember.objects.filter(pseudonym=drawn).exists():
            return drawn
    raise Refused("No free pseudonym was found.", kept="Nobody was invited.", next_step="Try again.")
