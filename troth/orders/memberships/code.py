"""The code for the door: a member's number as a picture. It carries no name."""

import io

import segno


def draw_code(number: str) -> bytes:
    """Return the code of a member's number as SVG; nothing but the number is in it."""
    out = io.BytesIO()
    segno.make(number, error="m", micro=False).save(
        out, kind="svg", scale=6, border=2, svgclass=None, lineclass=None, light="white"
    )
    return out.getvalue()
