"""The structure of a PDF: what is a heading, a paragraph, a table with its rows and cells, in the order of reading.

fpdf2 writes a flat structure for pictures alone. This builds on its objects, which are no public interface of it, so
that running text is marked as well and elements stand inside others (ISO 32000-1, 14.7 and 14.8). The version of fpdf2
is pinned, and a test reads the structure back.
"""

from collections import defaultdict
from typing import Any

from fpdf.structure_tree import StructElem, StructureTreeBuilder
from fpdf.syntax import PDFArray


class _Elements(PDFArray):
    """Every element, for whoever walks them all; written into the file are those that stand in no other."""

    def __init__(self, document: StructElem) -> None:
        super().__init__()
        self._document = document

    def serialize(self, _security_handler: Any = None, _obj_id: int | None = None) -> str:
        """Return the elements at the top."""
        top = PDFArray(element for element in self if element.p is self._document)
        return top.serialize(_security_handler, _obj_id)


class Structure(StructureTreeBuilder):
    """Builds the structure of one file."""

    def __init__(self) -> None:
        super().__init__()
        self.doc_struct_elem.k = _Elements(self.doc_struct_elem)
        self._marks: defaultdict[int, int] = defaultdict(int)

    def add_group(self, kind: str, *, page: int, parent: StructElem | None = None) -> StructElem:
        """Add an element that holds others, such as ``Table``."""
        return self._add(kind, [], page, parent)

    def add_content(self, kind: str, *, page: int, parent: StructElem | None = None) -> tuple[int, int]:
        """Add an element for what is drawn next; return the number of its mark, and that of the page's own list."""
        mark = self._marks[page]
        self._marks[page] += 1
        element = self._add(kind, [mark], page, parent)
        place = self.spid_per_page_number.setdefault(page, len(self.spid_per_page_number))
        self.struct_tree_root.parent_tree.nums[place].append(element)
        return mark, place

    def _add(self, kind: str, kids: list[int], page: int, parent: StructElem | None) -> StructElem:
        element = StructElem(struct_type=f"/{kind}", parent=parent or self.doc_struct_elem, kids=kids, page_number=page)
        self.doc_struct_elem.k.append(element)
        if parent is not None:
            parent.k.append(element)
        return element
