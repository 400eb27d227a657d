"""The border of surveys. Who took part is for no other room: nothing that a client has may hang on it (D3)."""

from troth.surveys.demo import make_demo_surveys

__all__ = ["make_demo_surveys"]
