"""The border of ``cookies``: what other apps may import."""

from troth.cookies.privacy_signal import GpcSupport, read_gpc_support, register_gpc_witness
from troth.cookies.register import Cookie, Kind, register_cookie

__all__ = ["Cookie", "GpcSupport", "Kind", "read_gpc_support", "register_cookie", "register_gpc_witness"]
