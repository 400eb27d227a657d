"""Limits on guessing, in two stores that share nothing (I3).

*By account*: failures are counted in the database under a keyed digest of the account's id, or, where there is no such
account, of what was typed, so that both answer alike. From the fifth failure on each further one doubles the wait;
after the fiftieth only a new password opens (NIST SP 800-63B-4, 3.2.2 asks for at most 100).

*By network*: a bucket of tokens in the memory of this process, under a digest of the address by a random key that lives
for a day. It is never written anywhere, and knows no account.
"""

import hashlib
import hmac
import os
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from ipaddress import ip_address, ip_network
from threading import Lock

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from troth.accounts.keys import read_limits_key
from troth.accounts.models import AttemptCount
from troth.kernel import clock
from troth.kernel.errors import Refused

FREE_FAILURES = 5
MOST_FAILURES = 50
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
REMEMBERED = timedelta(days=30)


class TooMany(Refused):
    """There were too many tries; the message says when the next one is listened to."""

    status = 429


# -- By account -------------------------------------------------------------------------------------------------------


def digest_of(kind: str, ref: str) -> bytes:
    """Return the digest under which tries are counted.

    Arguments:
        kind: what is tried, such as ``sign_in`` or ``second_factor``.
        ref: the subject's id; where there is no such account, what was typed, in its normal form.
    """
    return hmac.digest(read_limits_key(), f"{kind}|{ref}".encode(), hashlib.sha256)[:16]


def count_try(kind: str, ref: str, *, way_out: str = "") -> None:
    """Count a try before it is judged, so that many at once count as many.

    Arguments:
        kind: as for ``digest_of``.
        ref: as for ``digest_of``.
        way_out: what still helps after the last try, in words; by default a new password.

    Raises TooMany where the next try is not due yet, or only a new password helps; then nothing may be compared.
    """
    now = clock.now()
    with transaction.atomic():
        AttemptCount.objects.bulk_create(
            [AttemptCount(digest=digest_of(kind, ref), ends_at=now + REMEMBERED)], ignore_conflicts=True
        )
        count = AttemptCount.objects.select_for_update().get(pk=digest_of(kind, ref))
        if count.ends_at <= now:
            count.failures, count.blocked_until = 0, None
        refusal = _refuse(count, now, way_out)
        if refusal is None:
            count.failures += 1
            count.blocked_until = now + wait_after(count.failures) if count.failures >= FREE_FAILURES else None
            count.ends_at = now + REMEMBERED
            count.save()
    if refusal is not None:
        raise refusal


def forget_tries(kind: str, ref: str) -> None:
    """Forget the failures, after a success."""
    AttemptCount.objects.filter(pk=digest_of(kind, ref)).delete()


def hold(kind: str, ref: str, *, life: timedelta) -> None:
    """Hold something for a while without saying by whom, such as a user name that was asked for."""
    ends_at = clock.now() + life
    AttemptCount.objects.update_or_create(digest=digest_of(kind, ref), defaults={"ends_at": ends_at})


def is_held(kind: str, ref: str) -> bool:
    """Return whether this is held now."""
    return AttemptCount.objects.filter(pk=digest_of(kind, ref), ends_at__gt=clock.now()).exists()


def wait_after(failures: int) -> timedelta:
    """Return how long the next try waits after so many failures."""
    if failures < FREE_FAILURES:
        return timedelta(0)
    doublings = min(failures - FREE_FAILURES, 20)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)


def _refuse(count: AttemptCount, now: datetime, way_out: str) -> TooMany | None:
    if count.failures >= MOST_FAILURES:
        return TooMany(
            _("There were too many wrong tries."),
            kept=_("Nothing was changed."),
            next_step=way_out or _("Ask for a new password; that opens the way again."),
        )
    if count.blocked_until is not None and count.blocked_until > now:
        return make_too_many(count.blocked_until - now)
    return None


def make_too_many(wait: timedelta) -> TooMany:
    """Return the refusal that says how long to wait."""
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    return TooMany(
        _("There were too many tries."),
        kept=_("Nothing was changed."),
        next_step=ngettext("Try again in a minute.", "Try again in %(minutes)d minutes.", minutes)
        % {"minutes": minutes},
    )


# -- By network -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bucket:
    """How much one network may do: ``size`` at once, and one more each ``refill``."""

    size: int
    refill: timedelta


BUCKETS = {
    "sign_in": Bucket(size=60, refill=timedelta(seconds=2)),
    "join": Bucket(size=30, refill=timedelta(minutes=1)),
    "mail": Bucket(size=30, refill=timedelta(minutes=1)),
    "feedback": Bucket(size=20, refill=timedelta(minutes=1)),
}
_MOST_NETWORKS = 20_000


class NetworkLimiter:
    """The buckets of one process. What it forgets at midnight or at a restart, nobody can find again."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._key, self._day = os.urandom(32), date.min
        self._levels: OrderedDict[bytes, tuple[float, datetime]] = OrderedDict()

    def take(self, kind: str, address: str) -> None:
        """Take one token of this network's bucket; raise TooMany where it is empty."""
        bucket, now = BUCKETS[kind], clock.now()
        with self._lock:
            self._renew(now.date())
            digest = hmac.digest(self._key, f"{kind}|{widen(address)}".encode(), hashlib.sha256)[:16]
            level, at = self._levels.pop(digest, (float(bucket.size), now))
            level = min(float(bucket.size), level + max(now - at, timedelta(0)) / bucket.refill)
            self._levels[digest] = (max(level - 1, 0.0) if level >= 1 else level, now)
            while len(self._levels) > _MOST_NETWORKS:
                self._levels.popitem(last=False)
        if level < 1:
            raise make_too_many(bucket.refill * (1 - level))

    def forget(self) -> None:
        """Forget all networks."""
        with self._lock:
            self._levels.clear()

    def _renew(self, today: date) -> None:
        if today != self._day:
            self._key, self._day = os.urandom(32), today
            self._levels.clear()


networks = NetworkLimiter()


def take_token(request: HttpRequest, kind: str) -> None:
    """Count this request against its network; raise TooMany where there were too many."""
    networks.take(kind, request.META.get("REMOTE_ADDR", ""))


def widen(address: str) -> str:
    """Return the network that counts as one visitor: one IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    mapped = getattr(parsed, "ipv4_mapped", None)
    if mapped is not None or parsed.version == 4:
        return str(mapped or parsed)
    return str(ip_network(f"{parsed}/64", strict=False))
