"""Rules of the house that no linter knows, each shown to see what it forbids and let pass what it allows (A7, J5)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import troth

PACKAGE = Path(troth.__file__).parent

LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
LOG_KEYWORDS = {"extra", "exc_info"}

MAY_PRINT = {"config/cli.py", "config/doctor.py", "config/log_file.py", "config/serve.py", "config/setup.py"}
"""Programs of the command line: what they print is read by whoever started them, and kept nowhere."""

SIGNALS = ("django.dispatch", "django.db.models.signals", "django.core.signals", "django.contrib.auth.signals")
MAY_LISTEN = {"config/queue.py"}
"""The queue's package offers no other place to take an error's text out before its row is stored."""

PAGES_OF_THEIR_OWN = {"rights/templates/rights/export.html"}
"""Read from a folder of downloads, where no policy and no style sheet of ours is."""

INLINE = {
    "a style on an element": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "a style in the page": re.compile(r"<style\b", re.IGNORECASE),
    "a script in the page": re.compile(r"<script\b(?![^>]*\ssrc\s*=)", re.IGNORECASE),
    "a handler on an element": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "an address that is a script": re.compile(r"=\s*[\"']?\s*javascript:", re.IGNORECASE),
}


def list_sources() -> list[str]:
    """Return the path, within the package, of every module that is ours to write."""
    found = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
    return sorted(path.as_posix() for path in found if "migrations" not in path.parts)


def list_templates() -> list[str]:
    """Return the path of every template of a page; mails have no style sheet to link, so they are left out."""
    found = (path.relative_to(PACKAGE) for kind in ("*.jinja", "*.html") for path in PACKAGE.rglob(kind))
    return sorted(path.as_posix() for path in found if "emails" not in path.parts and "static" not in path.parts)


def handles_requests_or_tasks(path: str) -> bool:
    """Return whether the module has views, middleware or tasks: there, what is at hand came from a person."""
    parts = Path(path).parts
    return Path(path).stem.startswith(("views", "tasks", "middleware")) or "views" in parts


def find_logged_arguments(source: str) -> list[int]:
    """Return the lines on which a log line is anything but a constant sentence with facts beside it."""
    return [call.lineno for call in _list_calls(source) if _is_log(call) and not _is_plain(call)]


def find_prints(source: str) -> list[int]:
    """Return the lines that print."""
    return [call.lineno for call in _list_calls(source) if isinstance(call.func, ast.Name) and call.func.id == "print"]


def find_signals(source: str) -> list[str]:
    """Return what the source imports of Django's signals: by them one room acts in another unseen."""
    found = []
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        module = f"{node.module}." if isinstance(node, ast.ImportFrom) and node.module else ""
        found += [f"{module}{name}" for name in names if f"{module}{name}".startswith(SIGNALS)]
    return found


def find_inline(template: str) -> list[str]:
    """Return what of a template the site's policy would have a browser refuse."""
    return [what for what, pattern in INLINE.items() if pattern.search(template)]


def _list_calls(source: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))


def _is_log(call: ast.Call) -> bool:
    function = call.func
    return (
        isinstance(function, ast.Attribute)
        and function.attr in LEVELS
        and isinstance(function.value, ast.Name)
        and function.value.id.strip("_") in {"log", "logger", "logging"}
    )


def _is_plain(call: ast.Call) -> bool:
    words = call.args[1:] if getattr(call.func, "attr", "") == "log" else call.args
    is_sentence = len(words) == 1 and isinstance(words[0], ast.Constant) and isinstance(words[0].value, str)
    return is_sentence and {keyword.arg for keyword in call.keywords} <= LOG_KEYWORDS


def _read(path: str) -> str:
    return (PACKAGE / path).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [path for path in list_sources() if handles_requests_or_tasks(path)])
def test_views_and_tasks_log_sentences_and_no_arguments(path):
    assert find_logged_arguments(_read(path)) == []


def test_nothing_prints_but_the_programs_of_the_command_line():
    printing = {path for path in list_sources() if find_prints(_read(path))}
    assert printing == MAY_PRINT


def test_no_room_acts_in_another_by_signals():
    listening = {path: found for path in list_sources() if (found := find_signals(_read(path)))}
    assert listening.keys() == MAY_LISTEN


@pytest.mark.parametrize("path", list_templates())
def test_no_template_of_a_page_brings_a_style_or_script_within_it(path):
    found = find_inline(_read(path))
    assert found == [] or path in PAGES_OF_THEIR_OWN, found


def test_a_page_of_its_own_runs_no_script():
    for path in PAGES_OF_THEIR_OWN:
        assert set(find_inline(_read(path))) <= {"a style in the page"}


def test_what_is_looked_at_is_there():
    assert {"accounts/views.py", "rights/views/console.py", "accounts/tasks.py"} <= {
        path for path in list_sources() if handles_requests_or_tasks(path)
    }
    assert len(list_templates()) > 30


@pytest.mark.parametrize(
    ("line", "allowed"),
    [
        ("log.info('A mail was not taken.', extra={'facts': {'message': key}})", True),
        ("log.log(level, 'A request was refused.', exc_info=error)", True),
        ("log.info('Signed in: %s', name)", False),
        ("log.info(f'Signed in: {name}')", False),
        ("_log.warning('Signed in: ' + name)", False),
        ("logging.error(error)", False),
        ("log.exception('It fell.', name)", False),
        ("catalog.info(name)", True),
    ],
)
def test_the_rule_of_logs_sees_arguments_and_lets_sentences_pass(line, allowed):
    assert (find_logged_arguments(line) == []) is allowed


def test_the_rules_of_prints_and_signals_see_them_and_let_others_pass():
    assert find_prints("def f():\n    print(1)\n") == [2]
    assert find_prints("self.stdout.write('1')\nprinter.print('1')\n") == []
    assert find_signals("from django.db.models.signals import post_save\n") == ["django.db.models.signals.post_save"]
    assert find_signals("from django.dispatch import receiver\nimport django.core.signals\n") == [
        "django.dispatch.receiver",
        "django.core.signals",
    ]
    assert find_signals("import signal\nfrom django.db import models\n") == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('<p style="color: red">', ["a style on an element"]),
        ("<style>p { color: red }</style>", ["a style in the page"]),
        ("<script>run()</script>", ["a script in the page"]),
        ('<button type="button" onclick="run()">', ["a handler on an element"]),
        ('<a href="javascript:run()">', ["an address that is a script"]),
        ('<script src="{{ static("ui/passkeys.js") }}" defer></script>', []),
        ('<p class="style">{{ environment(newstyle=True) }} the style = the man</p>', []),
    ],
)
def test_the_rule_of_templates_sees_what_the_policy_refuses_and_lets_the_rest_pass(template, found):
    assert find_inline(template) == found
