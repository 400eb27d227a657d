"""Reading an XLSForm (https://xlsform.org): its sheets through pyxform, its rows into the parts of a survey.

Whatever cannot be asked here is named with the sheet and the row where it stands, and all of it at once. An XLSForm can
require answers, record where somebody is, or reckon; none of that has a place in a survey of ours (D3).
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _

from troth.surveys.kinds import QuestionKind

LARGEST = 1_000_000
_LARGEST_INFLATED = 20_000_000
_MOST_PROBLEMS = 30
_KINDS: Mapping[str, QuestionKind] = {
    "select_one": QuestionKind.SINGLE,
    "select_multiple": QuestionKind.MULTIPLE,
    "rank": QuestionKind.RANKING,
    "integer": QuestionKind.NUMBER,
    "range": QuestionKind.NUMBER,
    "date": QuestionKind.DATE,
    "text": QuestionKind.SHORT,
}
_CHOOSING = (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.RANKING)
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CODE = re.compile(r"[a-z0-9_]{1,40}")
_TAG = re.compile(r"\(([A-Za-z-]{2,12})\)\s*$")
_RELEVANT = re.compile(r"(?:selected\(\s*\$\{(\w+)\}\s*,\s*'([^']*)'\s*\)|\$\{(\w+)\}\s*=\s*'([^']*)')")
_LEAST = re.compile(r"\.\s*>=\s*(-?\d+)")
_MOST = re.compile(r"\.\s*<=\s*(-?\d+)")
_PARAMETER = re.compile(r"(start|end)\s*=\s*(-?\d+)")

Row = Mapping[str, str]


@dataclass
class XlsForm:
    """What was read.

    Arguments:
        sections: the parts, as a definition has them.
        problems: what cannot be asked, each with its sheet and row; nothing of it is used where there is one.
    """

    sections: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def read_xlsform(content: bytes, languages: Sequence[str]) -> XlsForm:
    """Return the parts of an XLSForm in these languages.

    Arguments:
        content: the bytes of an .xlsx or .xls file.
        languages: those that the survey is asked in. A column without a language is of the first one; where a file has
            no column of a language at all, the words of the first one stand for it.
    """
    sheets = _open(content)
    if isinstance(sheets, str):
        return XlsForm(problems=[sheets])
    reader = _Reader(languages, sheets)
    reader.read()
    return XlsForm(reader.sections, reader.problems[:_MOST_PROBLEMS])


def _open(content: bytes) -> Mapping[str, Any] | str:
    """Return the sheets, or what is wrong with the file."""
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import xls_to_dict, xlsx_to_dict

    no_file = _("This is no XLSForm: a workbook (.xlsx or .xls) with a sheet “survey”.")
    if len(content) > LARGEST:
        return _("The file is too large.")
    try:
        if content.startswith(b"PK"):
            with zipfile.ZipFile(BytesIO(content)) as packed:
                if sum(each.file_size for each in packed.infolist()) > _LARGEST_INFLATED:
                    return _("The file is too large.")
        sheets = (xlsx_to_dict if content.startswith(b"PK") else xls_to_dict)(BytesIO(content))
    except (PyXFormError, zipfile.BadZipFile, ValueError, KeyError, IndexError, AttributeError):
        return no_file
    return sheets if sheets.get("survey") else no_file


class _Reader:
    def __init__(self, languages: Sequence[str], sheets: Mapping[str, Any]) -> None:
        self._languages, self._sheets = languages, sheets
        self.sections: list[dict[str, Any]] = []
        self.problems: list[str] = []
        self._keys: set[str] = set()
        self._inside = ""
        self._is_loose = False
        self._lists = self._read_lists()

    def read(self) -> None:
        """Read every row, and note what is wrong with each."""
        for number, row in enumerate(self._sheets["survey"], start=2):
            if row:
                self._read_row(number, row)
        if self._inside:
            self._refuse("survey", len(self._sheets["survey"]) + 1, _("A group is not ended."))
        self.sections = [each for each in self.sections if each["questions"]]
        if not self.sections and not self.problems:
            self.problems.append(_("It asks nothing that can be asked here."))

    def _refuse(self, sheet: str, number: int, words: str) -> None:
        self.problems.append(_("Sheet “%(sheet)s”, row %(row)s: %(words)s") % _at(sheet, number, words))

    def _read_lists(self) -> dict[str, list[dict[str, Any]]]:
        lists: dict[str, list[dict[str, Any]]] = {}
        for number, row in enumerate(self._sheets.get("choices", ()), start=2):
            if not row:
                continue
            name, code = row.get("list_name") or row.get("list name") or "", row.get("name", "").lower()
            if not _CODE.fullmatch(code):
                self._refuse("choices", number, _("A name is made of small letters, digits and _."))
            lists.setdefault(name, []).append({"code": code, "words": self._words(row, "label", "choices", number)})
        return lists

    def _read_row(self, number: int, row: Row) -> None:
        kind, _space, rest = " ".join(row.get("type", "").split()).partition(" ")
        if kind in ("begin_group", "begin") and rest in ("", "group"):
            if self._inside:
                self._refuse("survey", number, _("A group within a group has no place here."))
            self._inside = row.get("name", "") or "group"
            self._begin(number, row)
            self._is_loose = False
        elif kind in ("end_group", "end") and rest in ("", "group"):
            if not self._inside:
                self._refuse("survey", number, _("No group has begun."))
            self._inside = ""
        elif kind not in _KINDS:
            words = _("“%s” has no place in a survey here.") % f"{kind} {rest}".strip()
            self._refuse("survey", number, words)
        else:
            self._add(number, row, _KINDS[kind], rest)

    def _begin(self, number: int, row: Row | None = None) -> None:
        words = self._words(row, "label", "survey", number) if row else dict.fromkeys(self._languages, _("Questions"))
        self.sections.append({"key": f"part{len(self.sections) + 1}", "words": words, "questions": []})

    def _add(self, number: int, row: Row, kind: QuestionKind, rest: str) -> None:
        key = row.get("name", "").lower()
        if not _KEY.fullmatch(key):
            self._refuse("survey", number, _("A name begins with a letter, and is made of letters, digits and _."))
        if key in self._keys:
            self._refuse("survey", number, _("Two questions are called “%s”.") % key)
        if row.get("required", "").lower() in ("yes", "true", "true()"):
            self._refuse("survey", number, _("No answer can be required here. Empty “required”."))
        question: dict[str, Any] = {"key": key, "kind": kind, "words": self._words(row, "label", "survey", number)}
        if any(name.split("::")[0] == "hint" for name in row):
            question["help"] = self._words(row, "hint", "survey", number)
        if kind in _CHOOSING:
            question["options"] = self._choose(number, rest)
        elif kind is QuestionKind.NUMBER:
            question |= self._bound(number, row)
        elif kind is QuestionKind.SHORT and "multiline" in row.get("appearance", ""):
            question["kind"] = QuestionKind.LONG
        if row.get("relevant"):
            question |= self._depend(number, row["relevant"])
        if not self._inside and not self._is_loose:
            self._begin(number)
            self._is_loose = True
        self._keys.add(key)
        question["kind"] = str(question["kind"])
        self.sections[-1]["questions"].append(question)

    def _choose(self, number: int, rest: str) -> list[dict[str, Any]]:
        name, _space, more = rest.partition(" ")
        if more:
            self._refuse("survey", number, _("“%s” has no place here; add an option of its own.") % more)
        found = self._lists.get(name, [])
        if len(found) < 2:
            self._refuse("survey", number, _("The sheet “choices” has no list “%s” of two or more.") % name)
        return found

    def _bound(self, number: int, row: Row) -> dict[str, int]:
        rule, given = row.get("constraint", ""), dict(_PARAMETER.findall(row.get("parameters", "")))
        least, most = _LEAST.search(rule), _MOST.search(rule)
        low = int(given["start"]) if "start" in given else int(least[1]) if least else None
        high = int(given["end"]) if "end" in given else int(most[1]) if most else None
        if low is None or high is None or low >= high:
            self._refuse(
                "survey", number, _("A number needs its bounds, such as “. >= 0 and . <= 50” under “constraint”.")
            )
            return {"least": 0, "most": 100}
        return {"least": low, "most": high}

    def _depend(self, number: int, relevant: str) -> dict[str, Any]:
        parts = [_RELEVANT.fullmatch(each.strip()) for each in re.split(r"\s+or\s+", relevant)]
        pairs = [(each[1] or each[3], each[2] or each[4]) for each in parts if each]
        if len(pairs) != len(parts) or len({name for name, _code in pairs}) != 1:
            self._refuse("survey", number, _("“relevant” may say of one earlier choice alone which answers lead here."))
            return {}
        return {"show_if": {"question": pairs[0][0].lower(), "is_any_of": [code.lower() for _name, code in pairs]}}

    def _words(self, row: Row, column: str, sheet: str, number: int) -> dict[str, str]:
        found: dict[str, str] = {}
        for name, value in row.items():
            head, _colons, language = name.partition("::")
            if head.strip() == column:
                tag = _TAG.search(language)
                found[(tag[1] if tag else language.strip() or self._languages[0]).lower()] = value
        known = {each.lower() for each in self._languages if self._has_column(sheet, column, each)}
        if missing := [tag for tag in self._languages if tag.lower() in known and not found.get(tag.lower())]:
            self._refuse(sheet, number, _("Words are missing in: %s.") % ", ".join(missing))
        first = found.get(self._languages[0].lower()) or next(iter(found.values()), "")
        if not first:
            self._refuse(sheet, number, _("“%s” is empty.") % column)
        return {tag: found.get(tag.lower()) or first for tag in self._languages}

    def _has_column(self, sheet: str, column: str, language: str) -> bool:
        headers = [name for each in self._sheets.get(f"{sheet}_header", ()) for name in each]
        tags = [_TAG.search(name) for name in headers if name.partition("::")[0].strip() == column]
        return any(tag and tag[1].lower() == language.lower() for tag in tags)


def _at(sheet: str, number: int, words: str) -> dict[str, object]:
    return {"sheet": sheet, "row": number, "words": words}
