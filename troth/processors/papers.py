"""Papers about a company, as staff file them: what they are is read from their bytes, out of a closed list.

A paper between two companies is no personal value of a client; what holds any of a client does not belong here, and the
form says so. It is handed out as a download only, so that no browser runs what is in it.
"""

import unicodedata
from pathlib import PurePosixPath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from troth.kernel.errors import Refused
from troth.processors.models import Document
from troth.processors.seed import file_document

LARGEST = 8 * 1024 * 1024
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


def file_upload(upload: UploadedFile[Any]) -> Document:
    """File an uploaded paper; raise Refused for one that is too large, empty, or of no kind that is taken."""
    if not upload.size or upload.size > LARGEST:
        raise _refuse(_("The paper is empty, or larger than 8 MB."))
    content = upload.read(LARGEST + 1)
    return file_document(name=clean_name(upload.name or ""), media_type=sniff_type(content), content=content)


def sniff_type(content: bytes) -> str:
    """Return the media type of a paper by its bytes; raise Refused for any that is not taken."""
    for beginning, media_type in _BEGINNINGS:
        if content.startswith(beginning):
            return media_type
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text or content.startswith((b"MZ", b"\x7fELF", b"#!", b"PK")) or "<script" in text.casefold():
        raise _refuse(_("The paper is neither a PDF, nor an image (PNG, JPEG), nor plain text."))
    return "text/plain"


def clean_name(name: str) -> str:
    """Return the last part of a file's name without what is not seen; "paper" where nothing is left."""
    last = PurePosixPath(name.replace("\\", "/")).name
    return "".join(each for each in last if unicodedata.category(each)[0] != "C").strip()[:200] or "paper"


def _refuse(words: str) -> Refused:
    return Refused(words, kept=_("Nothing was filed."), next_step=_("Choose another file."))
