"""The operator's configuration: what is right is read, what is wrong is named with its line."""

import dataclasses
from pathlib import Path

import pytest

from troth.kernel.errors import NotConfigured
from troth.kernel.operator import Numbers, parse_operator
from troth.kernel.tomlfile import read_file

SHIPPED = (Path(__file__).parents[3] / "operator" / "operator.toml").read_text(encoding="utf-8")
EVENTS = 'events = { en = "Talks and exhibitions", de = "Vorträge und Ausstellungen" }'


def line_of(text, start):
    """Return the number of the first line that begins with ``start``."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(start))


def problems_of(text):
    with pytest.raises(NotConfigured) as refusal:
        parse_operator(text, "operator.toml")
    return refusal.value.message.splitlines()


def test_the_shipped_configuration_is_read_whole():
    operator = parse_operator(SHIPPED, "operator.toml")
    assert operator.name == "Collector Systems, LLC"
    assert operator.site == "www.collectorsystems.com"
    assert operator.contacts.support_email == "support@collectorsystems.com"
    assert operator.contacts.information_email == "info@collectorsystems.com"
    assert operator.contacts.security_telephone == "(212) 431-0897"
    assert operator.contacts.telephone_uri("US") == "tel:+1-212-431-0897"
    assert operator.languages == ("en", "de")
    assert list(operator.interests) == ["collection_management", "appraisals", "conservation", "events"]
    assert operator.numbers.request_days == 30
    assert {number.name for number in dataclasses.fields(Numbers)} == {
        line.split(" =")[0] for line in SHIPPED.split("[numbers]")[1].splitlines() if " = " in line
    }


def test_a_placeholder_is_a_finding_and_no_error():
    [finding] = parse_operator(SHIPPED, "operator.toml").placeholders
    assert finding.line == line_of(SHIPPED, "postal_address")
    assert "postal_address" in finding.words
    mended = SHIPPED.replace("[PLACEHOLDER: street and number]", "1 Example Street").replace(
        "[PLACEHOLDER: city, state, post code]", "Springfield"
    )
    assert parse_operator(mended, "operator.toml").placeholders == ()


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("request_days = 30", 'request_days = "thirty"', "a whole number from 1 to 45"),
        ("request_days = 30", "request_days = true", "a whole number from 1 to 45"),
        ("request_days = 30", "request_days = 46", "a whole number from 1 to 45"),
        ("request_days = 30", "request_dais = 30", "unknown key"),
        ('currency = "USD"', 'currency = "ZZZ"', "ISO 4217"),
        ('country = "US"', 'country = "XQ"', "ISO 3166-1"),
        ('time_zone = "America/New_York"', 'time_zone = "New York"', "IANA"),
        ('languages = ["en", "de"]', 'languages = ["en", "qqq-"]', "BCP 47"),
        ('languages = ["en", "de"]', 'languages = ["en", "en"]', "each once"),
        ('site = "www.collectorsystems.com"', 'site = "https://www.example.org"', "without https://"),
        ('information_email = "info@collectorsystems.com"', 'information_email = "info at example"', "e-mail"),
        ('security_telephone = "(212) 431-0897"', 'security_telephone = "call us"', "telephone"),
        ('security_telephone = "(212) 431-0897"', 'security_telephone = "12345678901234"', "dialled"),
        ('short_name = "Collector Systems"', 'short_name = "  "', "not empty"),
        ("events = {", "Events = {", "small letters"),
        ('events = { en = "Talks and exhibitions",', "events = {", "the first one among them"),
        (EVENTS, 'events = { en = "Talks and exhibitions", de = " " }', "not empty"),
        ("welcome_reminder_hours = 24", "welcome_reminder_hours = 72", "less than welcome_link_hours"),
        ("unverified_account_days = 7", "unverified_account_days = 2", "welcome link"),
    ],
)
def test_a_wrong_line_is_named_with_its_number_key_and_expectation(right, wrong, expected):
    assert right in SHIPPED
    lines = problems_of(SHIPPED.replace(right, wrong))
    key = wrong.split(" =")[0]
    mine = [line for line in lines if key in line]
    assert mine
    assert mine[0].startswith(f"operator.toml:{line_of(SHIPPED, right)}: ")
    assert expected in mine[0]


def test_all_problems_are_told_at_once_and_in_the_files_order():
    lines = problems_of(SHIPPED.replace('"USD"', '"dollars"').replace("backup_days = 30", "backup_days = -1"))
    assert [line.split()[2] for line in lines] == ["currency:", "backup_days:"]


def test_a_missing_key_is_named_at_its_table():
    [line] = problems_of(SHIPPED.replace("backup_days = 30\n", ""))
    assert line.startswith(f"operator.toml:{line_of(SHIPPED, '[numbers]')}: [numbers] backup_days: missing")


def test_a_missing_table_and_an_unknown_one_are_named():
    lines = problems_of(SHIPPED.replace("[mail]", "[post]"))
    assert any("the table [mail] is missing" in line for line in lines)
    assert any(line.startswith(f"operator.toml:{line_of(SHIPPED, '[mail]')}: unknown table") for line in lines)


def test_a_key_after_a_text_of_several_lines_keeps_its_line():
    tricky = SHIPPED.replace("[PLACEHOLDER: street and number]", "[mail]\nfrom_address = 3")
    tricky = tricky.replace('from_address = "support@collectorsystems.com"', 'from_address = "nobody"')
    [line] = problems_of(tricky)
    assert line.startswith(f"operator.toml:{line_of(tricky, 'from_address = "nobody"')}: ")


def test_what_is_no_toml_is_named_with_its_line():
    [line] = problems_of(SHIPPED.replace("request_days = 30", "request_days = = 30"))
    assert line.startswith(f"operator.toml:{line_of(SHIPPED, 'request_days')}: this is not TOML")


def test_an_empty_file_names_every_table():
    assert len(problems_of("")) == 6


def test_services_are_named_in_each_language_and_else_in_the_first():
    operator = parse_operator(SHIPPED.replace(EVENTS, 'events = "Talks"'), "operator.toml")
    assert operator.interests["events"] == "Talks"
    assert operator.name_interests("de")["appraisals"] == "Gutachten und Bewertungen"
    assert operator.name_interests("de")["events"] == "Talks"
    assert operator.name_interests("fr") == dict(operator.interests)


def test_a_file_that_an_editor_began_with_a_mark_of_the_byte_order_is_read(tmp_path):
    path = tmp_path / "operator.toml"
    path.write_text(SHIPPED, encoding="utf-8-sig")
    assert parse_operator(read_file(path, what="operator's configuration"), "operator.toml").country == "US"
