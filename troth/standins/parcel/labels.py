"""The label of the invented carrier, as PDF."""

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from troth.standins.books import Thing


def draw_label(shipment: Thing) -> bytes:
    """Return the label: to whom, from whom, the number. It is made when it is asked for, and kept nowhere."""
    page = FPDF(unit="mm", format=(102, 152))
    page.set_auto_page_break(auto=False)
    page.add_page()
    page.set_margin(8)
    page.set_xy(8, 8)
    for size, text in (
        (9, "PARCELSANDBOX: AN INVENTED CARRIER. NO PARCEL MOVES."),
        (11, f"{shipment['selected_rate']['service']}"),
        (9, "From"),
        *((10, line) for line in _lines(shipment["from_address"])),
        (9, " "),
        (9, "To"),
        *((14, line) for line in _lines(shipment["to_address"])),
        (9, " "),
        (13, shipment["tracking_code"]),
    ):
        page.set_font("Helvetica", style="B" if size > 12 else "", size=size)
        page.multi_cell(86, size * 0.5, _plain(text), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    return bytes(page.output())


def _lines(address: Thing) -> list[str]:
    town = " ".join(str(address[name]) for name in ("zip", "city", "state") if address[name])
    parts = (address["name"], address["company"], address["street1"], address["street2"], town, address["country"])
    return [str(part) for part in parts if part]


def _plain(text: str) -> str:
    """Return the text in the letters that the PDF's own fonts have."""
    return text.encode("latin-1", "replace").decode("latin-1")
