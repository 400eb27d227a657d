"""Names of people and user names: what they may hold, and how one user name is kept from looking like another."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from troth.vault.api import Text

USER_NAME_LEAST = 3
USER_NAME_MOST = 40
_LETTERS_OF_USER_NAMES = re.compile(r"[\w.\-]+")
_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "HEBREW", "ARABIC", "DEVANAGARI", "THAI", "GEORGIAN", "HANGUL")
_EAST_ASIAN = ("CJK", "HIRAGANA", "KATAKANA", "HALFWIDTH KATAKANA", "FULLWIDTH KATAKANA")


class PersonName(Text):
    """A name of one line, in any script: no control characters, so that it can stand in a letter's first line."""

    def __init__(self, *, autocomplete: str = "", **declaration: Any) -> None:
        super().__init__(**declaration)
        self._autocomplete = autocomplete

    def clean(self, value: Any) -> str:
        """Return the name, its spaces made single.

        Raises ValidationError for a line break, a control character, or a name of which nothing would be seen.
        """
        text = unicodedata.normalize("NFC", str(value)).strip()
        if any(unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} for sign in text):
            raise ValidationError(_("A name stands on one line. Take the line break or control character out."))
        name = str(super().clean(" ".join(text.split())))
        if not any(sign.isalnum() for sign in name):
            raise ValidationError(_("A name has at least one letter."))
        return name

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one input that offers what the browser knows, where it is that."""
        fields = super().form_fields()
        if self._autocomplete:
            fields[""].widget.attrs["autocomplete"] = self._autocomplete
        return fields


class UserName(Text):
    """A user name: letters and digits of one script, with ``.``, ``_`` and ``-``; compared by NFKC and case folding.

    One script, so that a Cyrillic “а” cannot make a second “anna” (UTS 39, "highly restrictive").
    """

    kind = "user_name"

    def __init__(self, **declaration: Any) -> None:
        super().__init__(max_length=USER_NAME_MOST, **declaration)

    def clean(self, value: Any) -> str:
        """Return the user name in NFKC; raise ValidationError, with the reason, for one that cannot be."""
        text = unicodedata.normalize("NFKC", str(value)).strip()
        if "@" in text:
            raise ValidationError(_("A user name has no @. You can sign in by your e-mail address as well."))
        if not USER_NAME_LEAST <= len(text) <= USER_NAME_MOST:
            raise ValidationError(
                _("A user name has %(least)d to %(most)d characters."),
                params={"least": USER_NAME_LEAST, "most": USER_NAME_MOST},
            )
        if not _LETTERS_OF_USER_NAMES.fullmatch(text):
            raise ValidationError(_("A user name has letters, digits, dots, hyphens and underscores only."))
        if not any(sign.isalnum() for sign in text):
            raise ValidationError(_("A user name has at least one letter or digit."))
        if len(_find_scripts(text)) > 1:
            raise ValidationError(_("Letters of two scripts look alike. Take all letters from one script."))
        return text

    def form_fields(self) -> dict[str, forms.Field]:
        """Return one input that a password manager knows, without correction or capitals."""
        box = forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"})
        field = forms.CharField(max_length=USER_NAME_MOST, required=self.required, widget=box)
        return {"": self._describe(field)}


def _find_scripts(text: str) -> set[str]:
    """Return the scripts of letters and digits, by the first word of their Unicode names; those of East Asia are one.

    The digits 0 to 9 go with every script. Others go with their own: a Bengali zero would pass for a Latin “o”.
    """
    scripts = set()
    for sign in text:
        if unicodedata.category(sign)[0] not in "LN" or sign in "0123456789":
            continue
        name = unicodedata.name(sign, "").removeprefix("EXTENDED ")
        if name.startswith(_EAST_ASIAN):
            scripts.add("EAST ASIAN")
        else:
            scripts.add(next((script for script in _SCRIPTS if name.startswith(script)), name.split(" ")[0]))
    return scripts
