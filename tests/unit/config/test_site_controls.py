"""The checks of M1, M3 and M4 are kept on the site as it stands, and catch each of their sabotages."""

import socket
from dataclasses import replace

import pytest

from troth.config import handshakes
from troth.config.site_controls import CONTROLS, find_claims, read_sentences
from troth.config.site_sabotages import serve_old_versions
from troth.kernel.ports import controls
from troth.kernel.sabotage import swap

pytestmark = pytest.mark.django_db

PAIRS = [(control, sabotage) for control in CONTROLS for sabotage in control.sabotages]


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.key)
def test_a_check_is_kept(control):
    seen = control.observe()
    assert seen.failures == []
    assert controls.get(control.key) is control
    if control.key != "config.handshakes":
        assert seen.examined > 0


@pytest.mark.parametrize(("control", "sabotage"), PAIRS, ids=lambda each: each.key)
def test_a_sabotage_is_caught_and_leaves_nothing(control, sabotage):
    with sabotage.breach():
        during = control.observe()
    assert during.failures
    assert control.observe().failures == []


def test_without_a_server_no_handshake_is_examined():
    control = next(each for each in CONTROLS if each.key == "config.handshakes")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        nobody = listener.getsockname()
    with swap(handshakes, "find_server", lambda: nobody):
        assert control.observe().examined == 0


def test_each_handshake_with_a_weak_server_is_judged():
    with serve_old_versions():
        shaken = {each.key: each for each in handshakes.list_handshakes()}
    # Ciphers without forward secrecy want a certificate with an RSA key; that of this server has none.
    assert {key for key, each in shaken.items() if each.accepted} == {"tls_1_0", "tls_1_1", "tls_1_3", "certificate"}
    assert {key for key, each in shaken.items() if not each.as_promised} == {"tls_1_0", "tls_1_1"}
    assert shaken["static"].as_promised


def test_a_certificate_for_another_name_does_not_fit(settings):
    found = []
    for site in ("https://troth.localhost:8443", "https://members.example.com"):
        settings.ENVIRONMENT = replace(settings.ENVIRONMENT, site=site)
        with serve_old_versions():
            found += [each.accepted for each in handshakes.list_handshakes() if each.key == "certificate"]
    assert found == [True, False]


@pytest.mark.parametrize(
    ("sentence", "claimed"),
    [
        ("Your data is 100% secure.", True),
        ("We are 100 per cent safe with your values.", True),
        ("It is completely secure.", True),
        ("We use military-grade encryption.", True),
        ("Ihre Daten sind hundert Prozent sicher.", True),
        ("No method is 100 % secure.", False),
        ("We do not claim that it is completely secure.", False),
        ("Keine Methode ist vollkommen sicher.", False),
        ("It is kept secure.", False),
    ],
)
def test_a_claim_of_perfection_is_told_from_its_denial(sentence, claimed):
    assert bool(find_claims(read_sentences(f"<p>{sentence}</p>"))) is claimed


def test_a_denial_in_one_sentence_does_not_cover_a_claim_in_the_next():
    assert find_claims(read_sentences("<p>We are not rich. Your data is <b>100%</b> secure.</p>"))
