"""The house's template environment with the templates of this folder added, for tests that need a mail of their own."""

from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader

from troth.ui.jinja import make_environment


def make_specimens(**options: Any) -> Environment:
    environment = make_environment(**options)
    environment.loader = ChoiceLoader([environment.loader, FileSystemLoader(Path(__file__).parent)])
    return environment
