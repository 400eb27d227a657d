"""By what a person can be reached: the client's profile, or what a sender without an account gave with the case."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from troth.accounts.api import AccountState, Profile, get_account
from troth.kernel.acting import acting, system
from troth.kernel.operator import read_operator
from troth.kernel.ports import Channel
from troth.kernel.purposes import Purpose
from troth.support import jobs
from troth.support.models import Case
from troth.support.queries import find_wish
from troth.support.words import Origin

_OF_ORDERS = frozenset({Purpose.ORDERS, Purpose.BILLING, Purpose.SHIPPING})
_PROFILE = {Channel.EMAIL: "email", Channel.TELEPHONE: "telephone", Channel.LETTER: "address"}
_CASE = {
    Channel.EMAIL: "sender_email",
    Channel.TELEPHONE: "sender_telephone",
    Channel.LETTER: "sender_address",
}
_BY_ORIGIN = {Origin.TELEPHONE: Channel.TELEPHONE, Origin.LETTER: Channel.LETTER}


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known without opening anything: which channels there are, and whether there is an account.

    Arguments:
        channels: by what the person can be reached.
        has_account: whether it is a client.
        is_active: whether the client's account is not deactivated.
        first: for somebody without an account, the channel by which it came to us.
    """

    channels: frozenset[Channel]
    has_account: bool
    is_active: bool
    first: Channel


@dataclass(frozen=True, slots=True)
class Wish:
    """What a client wishes; empty texts where it said nothing."""

    channel: str = ""
    call_from: str = ""
    call_until: str = ""
    voicemail: str = ""


def find_reach(subject_id: UUID, *, case: Case | None = None) -> Reach:
    """Return by what a person can be reached. The names of values that are given are enough; none is opened."""
    account = get_account(subject_id)
    if account is not None:
        profile = Profile.of(subject_id)
        given = profile.dates_of_values() if profile is not None else {}
        channels = frozenset(channel for channel, name in _PROFILE.items() if name in given)
        return Reach(channels, True, account.state != AccountState.DEACTIVATED, Channel.EMAIL)  # noqa: FBT003
    given = case.dates_of_values() if case is not None else {}
    channels = frozenset(channel for channel, name in _CASE.items() if name in given)
    first = _BY_ORIGIN.get(Origin(case.origin), Channel.EMAIL) if case is not None else Channel.EMAIL
    return Reach(channels, False, True, first)  # noqa: FBT003


def read_wish(subject_id: UUID, purpose: Purpose) -> Wish:
    """Return what a client wishes for this purpose."""
    row = find_wish(subject_id)
    if row is None:
        return Wish()
    return Wish(
        channel=row.orders if purpose in _OF_ORDERS else row.answers,
        call_from=row.call_from,
        call_until=row.call_until,
        voicemail=row.voicemail,
    )


def read_zone(subject_id: UUID) -> ZoneInfo:
    """Return the client's time zone; the operator's where it named none. The look is committed: call it outside one."""
    profile = Profile.of(subject_id)
    zone = ""
    if profile is not None and "time_zone" in profile.dates_of_values():
        with acting(actor=system(jobs.SENDER), purpose=Purpose.SERVICE_MESSAGES):
            zone = profile.open("time_zone").time_zone or ""
    return ZoneInfo(zone or read_operator().time_zone)


def open_reach(subject_id: UUID, channel: Channel, *, case: Case | None) -> Mapping[str, Any]:
    """Return ``{"name", "to"}``, opened in the present context: whom to address, and the value to reach it by."""
    profile = Profile.of(subject_id)
    if profile is not None:
        opened = profile.open("name", _PROFILE[channel])
        return {"name": opened.name, "to": opened[_PROFILE[channel]], "shown": opened.show(_PROFILE[channel])}
    if case is None:
        return {"name": "", "to": "", "shown": ""}
    said = case.open("sender_name", _CASE[channel])
    return {"name": said.sender_name or "", "to": said[_CASE[channel]] or "", "shown": said.show(_CASE[channel])}


def fields_of(subject_id: UUID, channel: Channel) -> tuple[str, ...]:
    """Return the names of the values that ``open_reach`` opens, for the ledger."""
    if Profile.objects.filter(subject_id=subject_id).exists():
        return ("name", _PROFILE[channel])
    return ("support.Case.sender_name", f"support.Case.{_CASE[channel]}")
