"""Whatever shape a payload has, nothing of a person leaves but where the schema and the register allow it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from troth.disclosures.models import Disclosure
from troth.processors.api import SendRefused, part_of, send
from troth.processors.models import Processor
from troth.processors.standing import list_hosts

CARRIER = "parcel-carrier"
TOKENS = ("Ada Lovelace", "NEW YORK", "New York", "+12125550123", "ada@example.org", "Lovelace", "12 Heron Street")
"""What of the client could stand somewhere, opened."""
HIDDEN = st.sampled_from(
    [
        *TOKENS,
        "order for Ada Lovelace",
        "ada-lovelace-1",
        "T-12125550123",
        "x" * 100 + "Ada Lovelace",
        b"Ada Lovelace",
        bytearray(b"+12125550123"),
        ("Ada Lovelace",),
        {"Ada Lovelace": 1},
        {"deep": [{"er": ["Ada Lovelace"]}]},
        12125550123,
        2.5,
        None,
        True,
    ]
)
KEYS = st.one_of(
    st.sampled_from(
        ["to", "name", "city", "phone", "options", "metadata", "order", "items", "grams", "note", "x" * 300]
    ),
    st.text(max_size=12),
    st.sampled_from(list(TOKENS)),
)
LEAVES = st.one_of(HIDDEN, st.sampled_from(["T-1042", "PDF", 300]))
SHAPES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.dictionaries(KEYS, inner, max_size=4), st.lists(inner, max_size=3)),
    max_leaves=8,
)
PLACES = (("to",), ("options",), ("options", "metadata"), ("items",), ("options", "metadata", "order"), ("note",))
FROM = {"to": {"name", "city", "phone"}}


@pytest.fixture
def body_of(ada):
    """Return the honest payload, made anew."""
    return lambda: {
        "to": {"name": ada.profile.name, "city": part_of(ada.profile.address, "city"), "phone": ada.profile.telephone},
        "options": {"label_format": "PDF", "metadata": {"order": "T-1042"}},
        "items": [{"grams": 300}],
    }


def outside(given):
    """Return what left, as text, without the three values that may leave at their places."""
    to = {name: value for name, value in given.get("to", {}).items() if name not in FROM["to"]}
    return repr({**given, "to": to})


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(PLACES), shape=SHAPES, key=KEYS)
def test_whatever_is_hidden_in_whatever_shape_does_not_leave(ada, parcel, shipping, body_of, place, shape, key):  # noqa: PLR0917
    payload = body_of()
    target = payload
    for step in place[:-1]:
        target = target[step]
    last = target.get(place[-1]) if isinstance(target, dict) else None
    if isinstance(last, dict):
        last[key] = shape
    elif isinstance(last, list):
        last.append(shape)
    else:
        target[place[-1]] = shape
    left = []
    before = Disclosure.objects.count()
    try:
        send(
            parcel,
            processor=CARRIER,
            host=list_hosts(Processor.objects.get(key=CARRIER))[0],
            subject_id=ada.id,
            payload=payload,
            call=left.append,
        )
    except SendRefused:
        assert left == [] and Disclosure.objects.count() == before
        return
    text = outside(left[0]).casefold()
    assert not [token for token in TOKENS if token.casefold() in text]
    named = set(Disclosure.objects.latest("at").fields.split(","))
    arrived = {name for name in FROM["to"] if left[0]["to"].get(name)}
    assert len(named) == len(arrived)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(prefix=st.text(max_size=6), suffix=st.text(max_size=6), field=st.sampled_from(["name", "telephone"]))
def test_an_opened_value_written_into_a_text_is_found_wherever_it_stands(  # noqa: PLR0917
    ada, parcel, shipping, body_of, prefix, suffix, field
):
    opened = ada.profile.open(field)
    payload = body_of()
    payload["options"]["metadata"]["order"] = f"{prefix}{opened.show(field)}{suffix}"
    left = []
    with pytest.raises(SendRefused):
        send(
            parcel,
            processor=CARRIER,
            host=list_hosts(Processor.objects.get(key=CARRIER))[0],
            subject_id=ada.id,
            payload=payload,
            call=left.append,
        )
    assert left == []
