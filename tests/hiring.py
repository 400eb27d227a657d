"""How a person comes to work here, page by page: invited, agreed to by a second person, with a passkey, trained."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from tests.browsing import Visitor
from tests.devices import authenticator
from tests.people import sign_in_with_code
from troth.staff.courses import list_courses

type Come = Callable[..., AbstractContextManager[Visitor]]
DESK = {"width": 1440, "height": 900}


@contextmanager
def hired(come: Come, tag: str, *, role: str, trained: bool = True) -> Iterator[Visitor]:
    """Give somebody who joined, was invited to this role, and sits at the console, signed in with a passkey."""
    with come(viewport=DESK) as clerk, authenticator(clerk.page):
        address = clerk.join(tag)
        invite(come, address, role=role)
        clerk.follow_mail(to=address, subject="invit", part="/console/invitation/")
        clerk.press("Take the role")
        clerk.reads("You work here now")
        sign_in_with_new_passkey(clerk, tag)
        if trained:
            train(clerk)
        clerk.open("/console/")
        yield clerk


def invite(come: Come, address: str, *, role: str) -> None:
    """Let the administrator prepare the invitation, and another agree to it."""
    with come(viewport=DESK) as administrator:
        sign_in_with_code(administrator, "ines")
        administrator.open("/console/people/invite/")
        administrator.fill(email=address)
        administrator.page.locator("[name=role]").select_option(role)
        administrator.page.locator("[name=told]").check()
        administrator.press("Prepare the invitation")
        administrator.reads("an invitation to work here")
    agree(come, "an invitation to work here")


def agree(come: Come, words: str, *, by: str = "hedda") -> None:
    """Agree to what another prepared, as it stands on the page of reviews."""
    with come(viewport=DESK) as second:
        sign_in_with_code(second, by)
        second.open("/console/reviews/")
        line = second.page.locator("tbody tr").filter(has_text=words).last
        second.go(line.get_by_role("button", name="Agree, and do it"))


def sign_in_with_new_passkey(clerk: Visitor, login: str) -> None:
    """Make a passkey, and sign in with it: the console opens to nothing less."""
    clerk.sign_in(login)
    clerk.open("/console/")
    clerk.reads("second factor")
    clerk.open("/admin/factors/")
    clerk.follow("Add a passkey")
    clerk.prove_again()
    clerk.fill(label="The key of the desk")
    clerk.press("Make the passkey")
    clerk.sign_out()
    sign_in_with_passkey(clerk)


def sign_in_with_passkey(clerk: Visitor) -> None:
    """Sign in with the passkey that the browser holds."""
    clerk.open("/sign-in/")
    clerk.follow("Sign in with a passkey")
    clerk.press("Use a passkey")


def train(clerk: Visitor) -> None:
    """Take the test of the shipped course, and pass."""
    clerk.open("/console/training/handling-client-information/")
    clerk.press("Begin the test")
    bank = {question.name: question.right for question in list_courses("en")[0].bank}
    for fieldset in clerk.page.locator("fieldset[id]").all():
        name = fieldset.get_attribute("id") or ""
        clerk.page.locator(f"#{name}-{bank[name]}").check()
    clerk.press("Hand in the test")
    clerk.reads("You passed")
