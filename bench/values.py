"""Invented values: the fifteen that each details page shows, and the addresses of many clients."""

VALUES: dict[str, tuple[str, str]] = {
    "name": ("Name", "Ada Featherstonehaugh-Example"),
    "greeting": ("Greeting", "Dr Featherstonehaugh"),
    "email": ("E-mail address", "ada.featherstonehaugh@collector.example.org"),
    "second_email": ("Second address", "ada@museum.example.com"),
    "telephone": ("Telephone", "+1 212 555 0142"),
    "street": ("Street", "1 Example Plaza, Apartment 12"),
    "city": ("City", "New York"),
    "area": ("State", "NY"),
    "postal_code": ("Postal code", "10001"),
    "country": ("Country", "United States"),
    "language": ("Language", "English"),
    "time_zone": ("Time zone", "America/New York"),
    "currency": ("Currency", "USD"),
    "units": ("Units", "Inches and pounds"),
    "collects": ("What you collect", "Nautical instruments, mostly sextants before 1850, and the books about them."),
}
"""Name of the field → its label, and its value. Invented."""


def email_of(number: int) -> str:
    """Return the address of the invented client with this number."""
    return f"client{number}@example.org"
