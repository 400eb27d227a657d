"""A site asks, the client says what it may learn, and takes it back: over HTTP, by the protocol alone."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import make_account
from tests.factories.orders import make_order, make_product, settle
from tests.factories.visitors import sign_in_directly
from tests.unit.connect.asking import CALLBACK, Asking, make_party, read_back
from troth.accounts.models import Account, AccountState
from troth.connect.actions import consent, parties, tokens
from troth.connect.claims import IS_MEMBER, PLAN
from troth.connect.models import AccessToken, Code, Party, RefreshToken
from troth.connect.pace import REFILL, SIZE, pace
from troth.disclosures.api import GroundKind, list_left_of
from troth.disclosures.models import Disclosure
from troth.kernel import clock
from troth.kernel.acting import acting, client, system
from troth.kernel.purposes import Purpose
from troth.orders.models import Plan, ProductKind, TermRule

pytestmark = pytest.mark.usefixtures("house")


@pytest.fixture
def ada() -> Account:
    return make_account()


@pytest.fixture
def browser(ada: Account) -> Client:
    made = Client()
    sign_in_directly(made, ada.id)
    return made


@pytest.fixture
def member(ada: Account) -> Account:
    product = make_product("collector", kind=ProductKind.MEMBERSHIP, names={"en": "Collector"})
    Plan.objects.create(product=product, term_rule=TermRule.MONTHS, months=12)
    settle(make_order(ada.id, product))
    return ada


type Ask = Callable[..., Asking]


@pytest.fixture
def asking(browser: Client) -> Asking:
    return Asking(make_party(), browser)


def test_a_member_is_known_by_a_pseudonym_and_told_of_as_far_as_the_client_agreed(
    member: Account, asking: Asking
) -> None:
    page = asking.open()
    assert page.status_code == 200 and b"The library asks whether you are a member" in page.content
    assert b" checked" not in page.content
    back = asking.say("membership", "membership.until")
    assert back["state"] == asking.state and back["iss"].startswith("https://")
    made = asking.change(back["code"]).json()
    assert made["scope"].split() == ["openid", "membership", "membership.until"]
    who = asking.read_identity(made["id_token"])
    assert who["nonce"] == asking.nonce and who["aud"] == asking.made.party.client_id
    assert str(member.id) not in str(who) and not {"auth_time", "email", "name"} & who.keys()
    told = asking.ask(made["access_token"]).json()
    assert told["is_member"] is True and told["sub"] == who["sub"] and told["membership_until"] > str(clock.today())
    assert "membership_plan" not in told
    assert asking.ask(made["access_token"], "connect:userinfo").json() == told


def test_each_answer_is_a_disclosure_on_the_clients_authorisation_before_it_leaves(
    member: Account, asking: Asking
) -> None:
    made = asking.join("membership")
    before = len(list_left_of(member.id))
    asking.ask(made["access_token"])
    rows = list_left_of(member.id)[: len(list_left_of(member.id)) - before]
    assert {row.fields for row in rows} == {("connect.Pseudonym.pseudonym",), ("orders.Membership.is_member",)}
    assert all(row.ground == GroundKind.AUTHORISED and row.recipient == "party-library" for row in rows)
    assert all(row.evidence.startswith("authorisation:") for row in rows)


def test_two_sites_cannot_compare_whom_they_know(browser: Client) -> None:
    first = Asking(make_party(), browser)
    other = Asking(make_party("museum", callback="https://museum.example.net/back"), browser)
    same = Asking(make_party("reading-room", callback="https://library.example.org/room"), browser)
    known = [each.read_identity(each.join()["id_token"])["sub"] for each in (first, other, same)]
    assert known[0] != known[1] and known[0] == known[2]


def test_who_is_no_member_is_told_of_as_none(ada: Account, asking: Asking) -> None:
    made = asking.join("membership", "membership.plan", "membership.until")
    told = asking.ask(made["access_token"]).json()
    assert (told["is_member"], told["membership_plan"], told["membership_until"]) == (False, None, None)


def test_what_is_taken_back_is_not_told_at_the_next_use(ada: Account, asking: Asking) -> None:
    made = asking.join("membership", "membership.plan")
    take_back = reverse("connect:take_back", kwargs={"party_id": asking.made.party.pk})
    asking.browser.post(take_back, {"claim": PLAN.scope}, secure=True)
    assert "membership_plan" not in asking.ask(made["access_token"]).json()
    asking.browser.post(take_back, {"claim": IS_MEMBER.scope}, secure=True)
    assert asking.ask(made["access_token"]).status_code == 403
    assert asking.ask(made["access_token"], "connect:userinfo").json().keys() == {"sub"}
    asking.browser.post(take_back, secure=True)
    assert asking.ask(made["access_token"]).status_code == 401
    assert asking.ask(made["access_token"], "connect:userinfo").status_code == 401
    assert asking.renew(made["refresh_token"]).json()["error"] == "invalid_grant"
    assert not AccessToken.objects.exists() and not RefreshToken.objects.exists()


def test_who_has_decided_is_not_asked_again_until_more_is_asked_or_it_is_taken_back(
    ada: Account, asking: Asking
) -> None:
    asking.join("membership")
    again = asking.open(scope="openid membership")
    assert again.status_code == 302 and "code=" in again["Location"]
    assert asking.open(prompt="consent").status_code == 200
    with acting(actor=client(ada.id), purpose=Purpose.ORDERS):
        consent.disconnect(party=asking.made.party, subject_id=ada.id)
    assert asking.open(scope="openid membership").status_code == 200
    assert read_back(asking.open(prompt="none")["Location"])["error"] == "consent_required"


def test_a_no_tells_the_site_nothing(ada: Account, asking: Asking) -> None:
    assert asking.say("membership", answer="no")["error"] == "access_denied"
    assert not list_left_of(ada.id) and not Code.objects.exists()


def test_a_consent_ends_by_itself(ada: Account, asking: Asking) -> None:
    made = asking.join("membership")
    with time_machine.travel(clock.now() + consent.CONSENT_LIFE + timedelta(days=1), tick=False):
        assert asking.renew(made["refresh_token"]).status_code == 400
        assert asking.ask(made["access_token"]).status_code == 401


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example.com/callback",
        CALLBACK + "/",
        CALLBACK + "?next=evil",
        CALLBACK + "#frag",
        "https://library.example.org:444/callback",
        "https://user@library.example.org/callback",
        "https://library.example.org/callback/../other",
        "https://LIBRARY.example.org/callback",
        "http://library.example.org/callback",
        "javascript:alert(1)",
        None,
    ],
)
def test_an_answer_never_goes_to_another_address(asking: Asking, uri: str | None) -> None:
    response = asking.open(redirect_uri=uri)
    assert response.status_code == 409 and "Location" not in response and "Refresh" not in response
    assert asking.browser.post(asking.address(redirect_uri=uri), {"answer": "yes"}, secure=True).status_code == 409
    assert not Code.objects.exists()


def test_an_unknown_site_and_one_that_was_ended_lead_nowhere(ada: Account, asking: Asking) -> None:
    made = asking.join("membership")
    assert asking.open(client_id="nobody").status_code == 409
    with acting(actor=system("operator"), purpose=Purpose.UPKEEP):
        assert parties.end_party(asking.made.party)
    assert asking.open().status_code == 409
    assert asking.ask(made["access_token"]).status_code == 401


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"response_type": "token"}, "unauthorized_client"),
        ({"response_type": "id_token"}, "unauthorized_client"),
        ({"scope": "openid email"}, "invalid_scope"),
    ],
)
def test_the_site_is_told_what_was_wrong(asking: Asking, changes: dict[str, str | None], error: str) -> None:
    response = asking.open(**changes)
    assert response.status_code == 302
    assert response["Location"].startswith(CALLBACK)
    split = urlsplit(response["Location"])
    assert f"error={error}" in split.query + split.fragment


def test_a_site_asks_for_no_more_than_staff_entered(browser: Client) -> None:
    asking = Asking(make_party(scopes="membership"), browser)
    assert "error=invalid_scope" in asking.open()["Location"]
    assert asking.open(scope="openid membership").status_code == 200


def test_a_code_opens_once_and_its_second_use_ends_what_came_of_it(ada: Account, asking: Asking) -> None:
    code = asking.say("membership")["code"]
    made = asking.change(code).json()
    assert asking.ask(made["access_token"]).status_code == 200
    assert asking.change(code).json()["error"] == "invalid_grant"
    assert asking.ask(made["access_token"]).status_code == 401
    assert asking.renew(made["refresh_token"]).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "x" * 64},
        {"client_secret": "wrong"},
        {"redirect_uri": "https://library.example.org/other"},
        {"code": "guessed"},
        {"grant_type": "password", "username": "ada", "password": "x"},
        {"grant_type": "client_credentials"},
    ],
)
def test_a_stolen_code_is_of_no_use(asking: Asking, changes: dict[str, str]) -> None:
    code = asking.say("membership")["code"]
    response = asking.change(**{"code": code, **changes})
    assert response.status_code in {400, 401}, response.content
    assert not AccessToken.objects.exists()


def test_a_code_is_good_for_a_minute_and_for_its_own_site(browser: Client, asking: Asking) -> None:
    code = asking.say("membership")["code"]
    other = Asking(make_party("museum", callback="https://museum.example.net/back"), browser)
    other.verifier = asking.verifier
    assert other.change(code, redirect_uri=CALLBACK).status_code == 400
    with time_machine.travel(clock.now() + timedelta(seconds=61), tick=False):
        assert asking.change(code).status_code == 400
    assert asking.change(code).status_code == 200


def test_a_token_to_be_renewed_works_once_and_its_second_use_ends_the_family(ada: Account, asking: Asking) -> None:
    first = asking.join("membership")
    second = asking.renew(first["refresh_token"]).json()
    assert asking.ask(first["access_token"]).status_code == 401
    assert asking.ask(second["access_token"]).status_code == 200
    assert asking.renew(first["refresh_token"]).json()["error"] == "invalid_grant"
    assert asking.ask(second["access_token"]).status_code == 401
    assert asking.renew(second["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_program_without_a_secret_proves_itself_by_pkce_and_one_with_a_secret_cannot_leave_it_out(
    browser: Client, asking: Asking
) -> None:
    public = Asking(make_party("app", callback="http://127.0.0.1:4711/back", keeps_secret=False), browser)
    assert public.join("membership")["access_token"]
    code = asking.say("membership")["code"]
    assert asking.change(code, client_secret="").status_code == 401


def test_no_code_token_or_secret_stands_in_any_table(asking: Asking) -> None:
    code = asking.say("membership")["code"]
    made = asking.change(code).json()
    kept = str([list(model.objects.values()) for model in (Party, Code, AccessToken, RefreshToken)])
    for secret in (code, made["access_token"], made["refresh_token"], asking.made.secret):
        assert secret and secret not in kept


def test_who_deactivated_the_account_is_not_told_of(ada: Account, asking: Asking) -> None:
    made = asking.join("membership")
    Account.objects.filter(pk=ada.pk).update(state=AccountState.DEACTIVATED)
    assert asking.ask(made["access_token"]).status_code == 401
    assert asking.renew(made["refresh_token"]).status_code == 400


def test_a_site_can_end_its_own_token_and_no_others(browser: Client, asking: Asking) -> None:
    made = asking.join("membership")
    other = Asking(make_party("museum", callback="https://museum.example.net/back"), browser)
    revoke = reverse("connect:revoke")
    asking.program.post(revoke, {"token": made["access_token"], **other.proof()}, secure=True)
    assert asking.ask(made["access_token"]).status_code == 200
    asking.program.post(revoke, {"token": made["access_token"], **asking.proof()}, secure=True)
    assert asking.ask(made["access_token"]).status_code == 401


def test_a_token_in_an_address_is_not_taken(asking: Asking) -> None:
    made = asking.join("membership")
    path = reverse("connect:membership") + "?access_token=" + made["access_token"]
    assert asking.program.get(path, secure=True).status_code in {400, 401}


def test_programs_find_where_what_is(asking: Asking) -> None:
    said = asking.program.get(reverse("connect:discovery"), secure=True).json()
    assert said["subject_types_supported"] == ["pairwise"] and said["code_challenge_methods_supported"] == ["S256"]
    assert said["issuer"] == read_back(asking.open(scope="openid email")["Location"])["iss"]


def test_a_visitor_signs_in_first_and_comes_back(asking: Asking) -> None:
    response = Client().get(asking.address(), secure=True)
    assert response.status_code == 303 and "/sign-in/?next=%2Fconnect%2Fauthorize" in response["Location"]


def test_old_codes_and_tokens_go(ada: Account, asking: Asking) -> None:
    asking.join("membership")
    assert tokens.count_old() == 0
    with time_machine.travel(clock.now() + timedelta(days=40), tick=False):
        assert tokens.count_old() == tokens.purge_old() > 0
    assert not Code.objects.exists() and not AccessToken.objects.exists() and not RefreshToken.objects.exists()


def test_the_pages_of_connected_sites_open(member: Account, asking: Asking) -> None:
    page = reverse("connect:connected")
    assert b"No site is connected" in asking.browser.get(page, secure=True).content
    asking.join("membership")
    shown = asking.browser.get(page, secure=True).content.decode()
    assert "The library" in shown and "Whether you are a member today" in shown
    assert "The library" in asking.browser.get("/admin/", secure=True).content.decode()


def test_a_site_that_asks_without_end_is_told_to_slow_down_and_nothing_is_told_meanwhile(
    ada: Account, asking: Asking
) -> None:
    token = asking.join("membership")["access_token"]
    pace.forget()
    with time_machine.travel(clock.now(), tick=False) as traveller:
        assert {asking.ask(token).status_code for _each in range(SIZE)} == {200}
        told = Disclosure.objects.filter(subject_id=ada.id).count()
        late = asking.ask(token)
        assert (late.status_code, late.json(), late["Retry-After"]) == (429, {"error": "slow_down"}, "20")
        assert Disclosure.objects.filter(subject_id=ada.id).count() == told
        traveller.shift(REFILL)
        assert [asking.ask(token).status_code for _each in range(2)] == [200, 429]
    pace.forget()
