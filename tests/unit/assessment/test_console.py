"""The privacy officer's page of the promises: who may see it, and who may open a closed feature."""

import pytest

from troth.staff.api import Permission, Role, may


@pytest.mark.parametrize("path", ["/console/promises/"])
def test_visitor_is_sent_to_sign_in(client, db, path):
    response = client.get(path, secure=True)
    assert response.status_code == 303
    assert response["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    ("role", "sees", "decides"),
    [
        (Role.PRIVACY_OFFICER, True, True),
        (Role.ADMINISTRATOR, True, False),
        (Role.SERVICE, False, False),
        (Role.FULFILMENT, False, False),
    ],
)
def test_roles_see_and_decide_as_granted(role, sees, decides):
    assert may(role, Permission.READ_ASSESSMENT) is sees
    assert may(role, Permission.DECIDE_CLOSURES) is decides
