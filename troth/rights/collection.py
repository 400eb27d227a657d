"""The public list of every point of collection (B5), made from the code: which page asks what, why, and for how long.

Each form made of the declarations names the pages on which it stands (``Meta.asked_at``). A control fetches those pages
and compares what they ask with this list; a form that names no page is a fault, and is shown as one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from troth.kernel.crawl import list_routes
from troth.kernel.pages import PUBLIC
from troth.kernel.ports import Words
from troth.kernel.purposes import Purpose
from troth.rights.corrections import list_correctable, make_form
from troth.rights.page_names import PAGE_NAMES
from troth.vault.api import Attribute, DeclaredForm, forms_of_house, input_name, sealed_models


@dataclass(frozen=True, slots=True)
class AskedValue:
    """One value that a page asks.

    Arguments:
        attribute: its declaration.
        purposes: what it is used for, in words.
    """

    attribute: Attribute
    purposes: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class CollectionPoint:
    """One page that asks something.

    Arguments:
        route: the page's name, such as ``accounts:join``.
        address: its address as the map of addresses has it.
        access: who can open it: ``public``, ``client`` or staff.
        values: the personal values that it asks.
        plain: the inputs that are kept nowhere or say nothing of a person, with the reason.
    """

    route: str
    address: str
    access: str
    values: tuple[AskedValue, ...]
    plain: Mapping[str, str]

    @property
    def title(self) -> Words:
        """What the page is called; its address where it has no name yet."""
        return PAGE_NAMES.get(self.route, self.address)

    @property
    def is_public(self) -> bool:
        """Whether anybody can open the page."""
        return self.access == PUBLIC

    @property
    def for_staff(self) -> bool:
        """Whether staff enter here what a client wrote on paper or by mail."""
        return self.access.startswith("staff")


def house_forms() -> list[type[DeclaredForm]]:
    """Return every form that asks something, those made for corrections included."""
    for model in sealed_models():
        for name in list_correctable(model):
            make_form(model, name)
    return [form for form in forms_of_house if form.__module__.startswith("troth.") and _asks_something(form)]


def asked_at(form: type[DeclaredForm]) -> tuple[str, ...]:
    """Return the names of the pages on which the form stands."""
    return tuple(getattr(getattr(form, "Meta", None), "asked_at", ()))


def inputs_of(form: type[DeclaredForm]) -> set[str]:
    """Return the names of the form's inputs."""
    declared = {
        input_name(name, suffix)
        for name, attribute in form.declared_attributes().items()
        for suffix in attribute.form_fields()
    }
    return declared | set(form.base_fields)


def list_collection_points() -> list[CollectionPoint]:
    """Return every page that asks something, in the order of the map of addresses."""
    by_page: dict[str, list[type[DeclaredForm]]] = {}
    for form in house_forms():
        for route_name in asked_at(form):
            by_page.setdefault(route_name, []).append(form)
    return [
        CollectionPoint(
            route=route.name,
            address="/" + route.pattern,
            access=route.access,
            values=tuple(_list_values(by_page[route.name])),
            plain={name: reason for form in by_page[route.name] for name, reason in _plain(form).items()},
        )
        for route in list_routes()
        if route.name in by_page
    ]


def find_homeless_forms() -> list[str]:
    """Return the names of forms that name no page, or a page that does not exist."""
    pages = {route.name for route in list_routes()}
    return [
        f"{form.__module__}.{form.__qualname__}"
        for form in house_forms()
        if not asked_at(form) or not set(asked_at(form)) <= pages
    ]


def _asks_something(form: type[DeclaredForm]) -> bool:
    return bool(form.declared_attributes() or form.base_fields)


def _plain(form: type[DeclaredForm]) -> Mapping[str, str]:
    return dict(getattr(getattr(form, "Meta", None), "plain", {}))


def _list_values(forms: list[type[DeclaredForm]]) -> Iterator[AskedValue]:
    seen = set()
    for form in forms:
        for attribute in form.declared_attributes().values():
            key = (attribute.model._meta.label, attribute.name)
            if key not in seen:
                seen.add(key)
                purposes = tuple(purpose.words for purpose in Purpose if purpose in attribute.purposes)
                yield AskedValue(attribute=attribute, purposes=purposes)
