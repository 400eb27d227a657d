"""The stand-alone script's own Ed25519 verification, against RFC 8032's vectors and against ``cryptography``."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from troth.ledger.keys import verify_quickly
from troth.ledger.verify_export import verify_ed25519

RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("public", "message", "signature"), RFC_8032)
def test_the_vectors_of_the_standard_are_valid(public, message, signature):
    assert verify_ed25519(bytes.fromhex(public), bytes.fromhex(signature), bytes.fromhex(message))


@settings(max_examples=15, deadline=None)
@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=300), place=st.integers(0, 511))
def test_it_agrees_with_cryptography_on_valid_and_on_flipped_bits(seed, message, place):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    flipped = bytearray(signature)
    flipped[place // 8] ^= 1 << (place % 8)
    assert verify_ed25519(public, signature, message)
    assert not verify_ed25519(public, bytes(flipped), message)
    assert not verify_ed25519(public, signature, message + b".")
    assert verify_quickly(public, signature, message)
    assert not verify_quickly(public, bytes(flipped), message)


ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(
    "damage",
    [
        lambda public, signature: (public[:31], signature),
        lambda public, signature: (public, signature[:63]),
        lambda _public, signature: (b"\xff" * 32, signature),
        lambda _public, signature: (b"\x02" + b"\0" * 31, signature),
        lambda public, signature: (public, b"\xff" * 32 + signature[32:]),
        lambda public, signature: (
            public,
            signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little"),
        ),
    ],
    ids=["short key", "short signature", "y too large", "no point", "commitment is no point", "malleable"],
)
def test_what_is_not_of_the_form_is_refused(damage):
    private = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
    public, signature = private.public_key().public_bytes_raw(), private.sign(b"message")
    assert verify_ed25519(public, signature, b"message")
    assert not verify_ed25519(*damage(public, signature), b"message")
