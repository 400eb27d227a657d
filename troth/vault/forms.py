"""Ordinary Django forms made of the declarations, so that a form cannot ask what is not declared (A3).

    class DetailsForm(DeclaredForm):
        class Meta:
            model = Profile
            attributes = ("telephone", "address")

Inputs that are no personal value (a consent box, the length of a list) are declared in ``Meta.plain`` with the reason.
After ``is_valid``, ``values`` holds attribute name to value, and ``put_into(row)`` assigns them.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.forms.forms import DeclarativeFieldsMetaclass

from troth.vault.attributes import Attribute
from troth.vault.sealed import Opened, SealedModel


class DeclaredFormMeta(DeclarativeFieldsMetaclass):
    """Refuses a form with an input that is neither declared personal nor declared plain."""

    def __new__(mcs, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> Any:
        """Make the form class."""
        form: Any = super().__new__(mcs, name, bases, namespace)
        meta = getattr(form, "Meta", None)
        plain = set(getattr(meta, "plain", {}))
        undeclared = set(form.base_fields) - plain
        if undeclared:
            raise ImproperlyConfigured(f"{name} asks {', '.join(sorted(undeclared))}, which nothing declares.")
        forms_of_house.append(form)
        return form


forms_of_house: list[type["DeclaredForm"]] = []
"""Every form class made of declarations; the list of collection points and a guard test walk it."""


class DeclaredForm(forms.Form, metaclass=DeclaredFormMeta):
    """A form made of declared attributes of one model.

    Arguments:
        opened: the row's opened values, for the inputs' initial values.
        everything else: as Django's forms.
    """

    values: dict[str, Any]
    plain_fields: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, opened: Opened | None = None, **kwargs: Any) -> None:
        initial = dict(kwargs.pop("initial", None) or {})
        self._opened: Mapping[str, Any] = {} if opened is None else opened
        attributes = self.declared_attributes()
        for name, attribute in attributes.items():
            value = opened[name] if opened is not None and name in opened else None
            if value is not None:
                for suffix, start in attribute.form_initial(value).items():
                    initial.setdefault(input_name(name, suffix), start)
        super().__init__(*args, **kwargs | {"initial": initial})
        inputs = {
            input_name(name, suffix): field
            for name, attribute in attributes.items()
            for suffix, field in attribute.form_fields().items()
        }
        self.fields = {**inputs, **self.fields}
        self.values = {}
        if order := getattr(getattr(self, "Meta", None), "order", None):
            self.order_fields(order)

    @classmethod
    def declared_attributes(cls) -> dict[str, Attribute]:
        """Return the attributes that the form asks, name to attribute."""
        meta = getattr(cls, "Meta", None)
        model: type[SealedModel] | None = getattr(meta, "model", None)
        if model is None:
            return {}
        return {name: model.sealed_attributes[name] for name in meta.attributes}  # type: ignore[union-attr]

    def clean(self) -> dict[str, Any]:
        """Compose each attribute of its inputs; an error stands beside the input that it concerns."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name, attribute in self.declared_attributes().items():
            suffixes = attribute.form_fields().keys()
            names = {suffix: input_name(name, suffix) for suffix in suffixes}
            if any(input_ in self.errors for input_ in names.values()):
                continue
            try:
                self.values[name] = attribute.compose({s: cleaned.get(i) for s, i in names.items()})
            except ValidationError as error:
                self._add_by_suffix(error, names)
        return cleaned

    def put_into(self, row: SealedModel) -> None:
        """Assign the values that are not as they were to the row; ``row.save()`` seals them.

        What was sent unchanged is left alone, so that the client's record names what changed and no more.
        """
        for name, value in self.values.items():
            if name not in self._opened or self._opened[name] != value:
                setattr(row, name, value)

    def _add_by_suffix(self, error: ValidationError, names: Mapping[str, str]) -> None:
        if not hasattr(error, "error_dict"):
            self.add_error(names[""], error)
            return
        for suffix, errors in error.error_dict.items():
            self.add_error(names.get(suffix, next(iter(names.values()))), errors)


def input_name(attribute: str, suffix: str) -> str:
    """Return the name of an attribute's input in a form."""
    return f"{attribute}__{suffix}" if suffix else attribute
