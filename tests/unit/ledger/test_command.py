"""``troth ledger``, the stand-alone script as a program of its own, and the public pages."""

import json
import subprocess
import sys
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from troth.ledger.guards import lifted_guards
from troth.ledger.keys import FILE
from troth.ledger.models import Checkpoint, EntryRow
from troth.ledger.sealing import seal_entries

pytestmark = pytest.mark.django_db

SCRIPT = Path(find_spec("troth.ledger.verify_export").origin)


def run_ledger(*arguments):
    out = StringIO()
    call_command("ledger", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def exported(write, tmp_path):
    write(5)
    seal_entries()
    file = tmp_path / "ledger.jsonl"
    run_ledger("export", str(file))
    return file


def run_alone(*arguments):
    """Run a copy of the script with an interpreter that sees nothing but the standard library."""
    command = [sys.executable, "-I", "-S", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def script(tmp_path):
    copy = tmp_path / "verify_export.py"
    copy.write_bytes(SCRIPT.read_bytes())
    return copy


def test_seal_and_verify_say_what_they_did(write):
    write(3)
    assert run_ledger("verify").endswith("Rows that wait to be sealed: 3.\n")
    assert run_ledger("seal") == "Rows sealed now: 3; in all: 3.\n"
    assert "Rows: 3; checkpoints: 1;" in run_ledger("verify")
    assert "The ledger is whole." in run_ledger("verify")


def test_verify_names_a_changed_row_and_exits_with_one(write):
    changed = write(3)[1]
    seal_entries()
    with lifted_guards(connection):
        EntryRow.objects.filter(id=changed).update(purpose="legal")
    out = StringIO()
    with pytest.raises(SystemExit) as exit_info:
        call_command("ledger", "verify", "--json", stdout=out)
    assert exit_info.value.code == 1
    finding = json.loads(out.getvalue())["findings"][0]
    assert (finding["kind"], finding["position"], finding["entry_id"]) == ("changed row", 1, str(changed))


def test_the_stand_alone_script_verifies_alone(exported, script, ledger_key):
    result = run_alone(script, exported, "--key", ledger_key, "--json")
    assert result.returncode == 0, result.stderr
    facts = json.loads(result.stdout)
    assert (facts["rows"], facts["checkpoints"], facts["key_from"], facts["findings"]) == (5, 1, "you", [])


def test_the_stand_alone_script_finds_what_the_command_finds(exported, script, capsys):
    lines = exported.read_text().splitlines(keepends=True)
    lines[3] = lines[3].replace('"purpose":"support"', '"purpose":"account"')
    exported.write_text("".join(lines))
    result = run_alone(script, exported)
    assert result.returncode == 1
    assert "CHANGED ROW" in result.stdout
    with pytest.raises(SystemExit) as exit_info:
        run_ledger("verify", "--export", str(exported))
    assert exit_info.value.code == 1
    assert capsys.readouterr().out == result.stdout


def test_the_stand_alone_script_compares_with_a_kept_checkpoint(exported, script, write, tmp_path):
    kept = tmp_path / "kept.txt"
    kept.write_text(run_ledger("checkpoint"))
    assert run_alone(script, exported, "--checkpoint", kept).returncode == 0
    write(2)
    seal_entries()
    kept.write_text(kept.read_text() + "---\n" + run_ledger("checkpoint"))
    result = run_alone(script, exported, "--checkpoint", kept)
    assert result.returncode == 1
    assert "REMOVED ROW: There were 7 rows, and 5 are left" in result.stdout


@pytest.mark.parametrize("text", ["", "nothing\n", "[]\n", '{"troth-ledger": 1}\n', '{"troth-ledger": 9}\n'])
def test_what_is_no_export_is_said_in_one_line(script, tmp_path, text):
    file = tmp_path / "other.jsonl"
    file.write_text(text)
    result = run_alone(script, file)
    assert result.returncode == 2
    assert result.stderr.count("\n") == 1
    assert "cannot be read as an exported ledger" in result.stderr


def test_a_missing_key_is_one_line(write):
    write(1)
    (settings.ENVIRONMENT.secrets / FILE).unlink()
    with pytest.raises(CommandError, match="is missing"):
        run_ledger("seal")


def test_an_export_before_the_first_sealing_leaves_no_file(ledger_key, tmp_path):
    with pytest.raises(CommandError, match="Nothing is sealed"):
        run_ledger("export", str(tmp_path / "ledger.jsonl"))
    assert list(tmp_path.iterdir()) == []


def test_the_checkpoint_page_shows_what_was_signed(write, client):
    assert client.get("/ledger/checkpoint").status_code == 404
    write(1)
    seal_entries()
    answer = client.get("/ledger/checkpoint")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == Checkpoint.objects.get().note
    assert client.get("/ledger/key").content.decode().strip() == Checkpoint.objects.get().key
    assert client.post("/ledger/checkpoint").status_code == 405


def test_rotating_says_the_new_key(write, ledger_key):
    write(1)
    said = run_ledger("rotate-key")
    assert str(ledger_key) not in said
    assert Checkpoint.objects.latest("size").next_key in said


def test_an_export_that_cannot_be_written_is_one_line(write, tmp_path):
    write(1)
    seal_entries()
    with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
        run_ledger("export", str(tmp_path / "missing" / "ledger.jsonl"))


@pytest.mark.parametrize("content", [b"", b"{}\n", b"no ledger\n", b"\x7fELF\xff\xfe\x00"])
def test_what_is_no_exported_ledger_is_one_line_and_exit_code_two(script, tmp_path, content):
    file = tmp_path / "other"
    file.write_bytes(content)
    result = run_alone(script, file)
    assert result.returncode == 2
    assert "cannot be read as an exported ledger" in result.stderr
    assert len(result.stderr.splitlines()) == 1
