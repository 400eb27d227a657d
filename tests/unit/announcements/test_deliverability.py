"""The mail domain as the world finds it, asked of a real name server: SPF, DKIM, DMARC and the way back."""

import base64
import json
import socket
from dataclasses import replace
from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import call_command
from dns.resolver import Resolver

from tests.name_server import run_name_server
from tests.unit.announcements.test_pages import enter, second_factor
from troth.announcements import deliverability
from troth.announcements.deliverability import Level, check_domain
from troth.kernel.operator import read_operator
from troth.processors.api import ask_names

__all__ = ["second_factor"]

DOMAIN = "collectorsystems.com"
KEY = f"mail._domainkey.{DOMAIN}"


def publish(bits=2048):
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits).public_key()
    encoded = base64.b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    text = f"v=DKIM1; k=rsa; p={encoded}"
    return [" ".join(f'"{text[at : at + 250]}"' for at in range(0, len(text), 250))]


@pytest.fixture(scope="module")
def whole():
    return {
        (DOMAIN, "TXT"): ['"v=spf1 include:spf.example.net -all"', '"another=text"'],
        ("spf.example.net", "TXT"): ['"v=spf1 ip4:192.0.2.0/24 -all"'],
        (KEY, "TXT"): publish(),
        (f"_dmarc.{DOMAIN}", "TXT"): [f'"v=DMARC1; p=quarantine; rua=mailto:dmarc@{DOMAIN}"'],
        (DOMAIN, "MX"): [f"10 mx.{DOMAIN}."],
        (f"mx.{DOMAIN}", "A"): ["192.0.2.25"],
    }


@pytest.fixture(autouse=True)
def selector(monkeypatch):
    operator = read_operator()
    told = replace(operator, mail=replace(operator.mail, dkim_selector="mail"))
    monkeypatch.setattr(deliverability, "read_operator", lambda: told)


def look(zone):
    with run_name_server(zone) as resolver:
        return {each.name: each for each in check_domain(partial(ask_names, resolver))}


def test_a_domain_in_order_is_found_in_order(whole):
    found = look(whole)
    assert list(found) == ["SPF", "DKIM", "DMARC", "MX"]
    assert {each.level for each in found.values()} == {Level.GOOD}


CHAIN = {(f"s{n}.example.net", "TXT"): [f'"v=spf1 include:s{n + 1}.example.net -all"'] for n in range(12)}


@pytest.mark.parametrize(
    ("changes", "name", "level", "words"),
    [
        ({(DOMAIN, "TXT"): []}, "SPF", Level.BAD, "by no SPF record"),
        ({(DOMAIN, "TXT"): ['"v=spf1 -all"', '"v=spf1 ~all"']}, "SPF", Level.BAD, "more than one"),
        ({(DOMAIN, "TXT"): ['"v=spf1 +all"']}, "SPF", Level.BAD, "every server"),
        ({(DOMAIN, "TXT"): ['"v=spf1 mx"']}, "SPF", Level.WARN, "nothing of other servers"),
        ({**CHAIN, (DOMAIN, "TXT"): ['"v=spf1 include:s0.example.net -all"']}, "SPF", Level.BAD, "further questions"),
        ({(KEY, "TXT"): []}, "DKIM", Level.BAD, "no key"),
        ({(KEY, "TXT"): ['"v=DKIM1; p="']}, "DKIM", Level.BAD, "withdrawn"),
        ({(KEY, "TXT"): ['"v=DKIM1; p=bm8ga2V5"']}, "DKIM", Level.BAD, "cannot be read"),
        ({(KEY, "TXT"): publish(1024)}, "DKIM", Level.WARN, "1024 bits"),
        ({(f"_dmarc.{DOMAIN}", "TXT"): []}, "DMARC", Level.BAD, "no DMARC record"),
        ({(f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=yes"']}, "DMARC", Level.BAD, "cannot be used"),
        ({(f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=none"']}, "DMARC", Level.WARN, "forged mail through"),
        ({(f"_dmarc.{DOMAIN}", "TXT"): ['"v=DMARC1; p=reject"']}, "DMARC", Level.WARN, "reports"),
        ({(DOMAIN, "MX"): ["0 ."]}, "MX", Level.BAD, "takes no mail"),
        ({(DOMAIN, "MX"): []}, "MX", Level.BAD, "No server takes mail"),
        ({(DOMAIN, "MX"): [], (DOMAIN, "A"): ["192.0.2.1"]}, "MX", Level.WARN, "no MX record"),
        ({(f"mx.{DOMAIN}", "A"): []}, "MX", Level.BAD, "has no address"),
    ],
)
def test_each_thing_that_is_wrong_is_named_with_advice(whole, changes, name, level, words):
    finding = look({**whole, **changes})[name]
    assert (finding.level, words in finding.words) == (level, True), finding
    assert finding.advice


def test_a_key_of_the_other_kind_is_good(whole):
    raw = ed25519.Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    encoded = base64.b64encode(raw).decode()
    assert look({**whole, (KEY, "TXT"): [f'"v=DKIM1; k=ed25519; p={encoded}"']})["DKIM"].level is Level.GOOD


def test_a_selector_that_is_not_known_is_asked_for(whole, monkeypatch):
    monkeypatch.setattr(deliverability, "read_operator", read_operator)
    assert look(whole)["DKIM"].level is Level.WARN


def test_a_silent_name_server_is_no_verdict(monkeypatch):
    monkeypatch.setattr("troth.processors.domain_names.LONGEST", 0.3)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as deaf:
        deaf.bind(("127.0.0.1", 0))
        resolver = Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], deaf.getsockname()[1]
        findings = check_domain(partial(ask_names, resolver))
    assert [each.level for each in findings] == [Level.UNKNOWN]


def test_the_command_says_what_to_do_and_fails_where_mail_would_be_refused(whole, monkeypatch, capsys):
    with run_name_server({**whole, (f"_dmarc.{DOMAIN}", "TXT"): []}) as resolver:
        monkeypatch.setattr(deliverability, "make_resolver", lambda: resolver)
        with pytest.raises(SystemExit, match="1"):
            call_command("mail", "check")
        assert "Publish a TXT record at _dmarc" in capsys.readouterr().out
    with run_name_server(whole) as resolver:
        monkeypatch.setattr(deliverability, "make_resolver", lambda: resolver)
        call_command("mail", "check", "--json")
    assert {each["level"] for each in json.loads(capsys.readouterr().out)} == {"good"}


@pytest.mark.django_db(databases="__all__", transaction=True)
def test_staff_see_it_in_the_console_before_they_send(whole, monkeypatch, author):
    with run_name_server({**whole, (DOMAIN, "MX"): ["0 ."]}) as resolver:
        monkeypatch.setattr(deliverability, "make_resolver", lambda: resolver)
        page = enter(author).get("/console/notices/domain/").content.decode()
    assert "has mail refused or lost" in page
    assert "Publish an MX record" in page
