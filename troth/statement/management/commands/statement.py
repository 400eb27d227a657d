"""``troth statement check|diff|publish``: the operator's text, before and while it becomes a version."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from troth.kernel.acting import acting, system
from troth.kernel.errors import TrothError
from troth.kernel.purposes import Purpose
from troth.statement.actions import publish_draft
from troth.statement.comparison import Change, RunKind, compare_texts
from troth.statement.drafts import Draft, read_draft
from troth.statement.events import PUBLISHER
from troth.statement.queries import find_current_version, read_texts
from troth.statement.text import Text


class Command(BaseCommand):
    """Check the text in the operator's folder, show what would change, publish it as the next version."""

    help = "Check, compare and publish the statement."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the three verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True, parser_class=ArgumentParser)
        check = verbs.add_parser(
            "check", help="report what is wrong or unbound in the text; exit code 1 if it is wrong"
        )
        diff = verbs.add_parser("diff", help="show what would change by publishing")
        for verb in (check, diff):
            verb.add_argument("--json", action="store_true", help="write JSON")
        publish = verbs.add_parser("publish", help="publish the text as the first version; later ones need the console")
        publish.add_argument("--reason", required=True, help="why it changes, in words for clients")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do what the verb says."""
        try:
            draft = read_draft()
            if options["verb"] == "check":
                self._check(draft, as_json=options["json"])
            elif options["verb"] == "diff":
                self._diff(draft, as_json=options["json"])
            else:
                self._publish(draft, reasons=options["reason"])
        except TrothError as error:
            words = " ".join(part for part in (error.message, error.kept, error.next_step) if part)
            raise CommandError(words) from None

    def _check(self, draft: Draft, *, as_json: bool) -> None:
        version = find_current_version()
        published = version is not None and version.content_hash == draft.content_hash
        if as_json:
            found = {
                "problems": [str(finding) for finding in draft.problems],
                "gaps": [str(finding) for finding in draft.gaps],
                "content_hash": draft.content_hash,
                "published": published,
            }
            self.stdout.write(json.dumps(found, indent=2))
        else:
            for kind, findings in (("Wrong", draft.problems), ("Unbound", draft.gaps)):
                for finding in findings:
                    self.stdout.write(f"{kind}: {finding}")
            clauses = len(next(iter(draft.texts.values())).by_clause) if draft.texts else 0
            self.stdout.write(f"{clauses} clauses in {len(draft.texts)} languages; {len(draft.problems)} problems.")
            if version and not published:
                self.stdout.write(f"The text differs from version {version.number}, which is served.")
        if draft.problems:
            raise CommandError("The text cannot be published as it is.")

    def _diff(self, draft: Draft, *, as_json: bool) -> None:
        version = find_current_version()
        old = read_texts(version.pk) if version else {}
        changes = {
            language: [
                change for change in compare_texts(old.get(language, Text(language, ())), text) if change.kind != "same"
            ]
            for language, text in draft.texts.items()
        }
        if as_json:
            self.stdout.write(json.dumps({tag: [_describe(each) for each in found] for tag, found in changes.items()}))
            return
        for language, found in changes.items():
            for change in found:
                self.stdout.write(f"{language}  {change.section}  {' '.join(change.clauses)}\n    {_write(change)}")
        self.stdout.write(f"{sum(map(len, changes.values()))} changes since {version or 'nothing was published'}.")

    def _publish(self, draft: Draft, *, reasons: str) -> None:
        with acting(actor=system(PUBLISHER), purpose=Purpose.LEGAL):
            version = publish_draft(draft, material=False, reasons=reasons)
        for finding in draft.gaps:
            self.stdout.write(f"Unbound: {finding}")
        self.stdout.write(f"Published version {version.number}, SHA-256 {version.content_hash}.")


def _describe(change: Change) -> dict[str, Any]:
    return {
        "section": change.section,
        "clauses": change.clauses,
        "kind": change.kind,
        "runs": [[run.kind, run.words] for run in change.runs],
    }


def _write(change: Change) -> str:
    signs = {RunKind.SAME: ("", ""), RunKind.INSERTED: ("[+", "+]"), RunKind.REMOVED: ("[-", "-]")}
    return "".join(f"{signs[run.kind][0]}{run.words}{signs[run.kind][1]}" for run in change.runs)
