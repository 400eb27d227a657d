"""Putting name and address on a paper and making its PDF, once. May run twice; the second time finds it done."""

import hashlib
import io
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils import translation

from troth.accounts.api import Profile
from troth.kernel.acting import ActorKind, acting, require_acting, system
from troth.kernel.errors import Refused
from troth.kernel.purposes import Purpose
from troth.orders import jobs
from troth.orders.models import OrderContact, Paper, PaperKind
from troth.orders.papers.content import describe_buyer


def draw(paper_id: UUID) -> Paper:
    """Return the paper, drawn.

    Whoever acts opens the order's name and address: the client who asks for its invoice, or else the keeper of the
    books, whose look stands in the record before this writes anything.
    """
    paper = Paper.objects.get(pk=paper_id)
    if paper.is_drawn:
        return paper
    content: dict[str, Any] = dict(paper.open("content").content)
    content["buyer"] = describe_buyer(*_read_buyer(paper))
    return _shut(paper, content)


def _read_buyer(paper: Paper) -> tuple[str, Any]:
    """Return name and address for a paper: those of the order; of one that mends a wrong one those of the file."""
    contact = OrderContact.objects.filter(order_id=paper.order_id).first()
    opened = contact.open("name", "billing_address", "shipping_address") if contact else None
    name = str(opened.name) if opened else ""
    address = (opened.billing_address or opened.shipping_address) if opened else None
    profile = Profile.of(paper.subject_id) if paper.kind == PaperKind.INVOICE and paper.corrects_id else None
    if profile is not None:
        now = profile.open("name", "address")
        name, address = now.name or name, now.address or address
    return name, address


def draw_as_keeper(paper_id: UUID) -> Paper:
    """Draw a paper as the keeper of the books."""
    with acting(actor=system(jobs.BOOKS), purpose=Purpose.BILLING):
        return draw(paper_id)


def read_document(paper_id: UUID) -> bytes:
    """Return the PDF for whoever acts, drawn now where the task has not come to it yet."""
    paper = Paper.objects.get(pk=paper_id)
    if not paper.is_drawn:
        draw(paper_id) if require_acting().actor.kind is ActorKind.CLIENT else draw_as_keeper(paper_id)
        paper = Paper.objects.get(pk=paper_id)
    return bytes(paper.open("document").document["content"])


def _shut(paper: Paper, content: dict[str, Any]) -> Paper:
    from troth.orders.papers.pdf import make_pdf

    with translation.override(content["language"]):
        pdf = make_pdf(content)
    paper.content = content
    paper.document = UploadedFile(io.BytesIO(pdf), name=f"{paper.number}.pdf", content_type="application/pdf")
    paper.digest = hashlib.sha256(pdf).digest()
    try:
        paper.save()
    except Refused:
        # Somebody else drew it meanwhile: theirs counts.
        return Paper.objects.get(pk=paper.pk)
    return paper


def draw_all_of(subject_id: UUID, _erasure_id: UUID) -> None:
    """Draw what is not drawn yet before the client's name goes with an erasure; for ``kernel.ports.farewells``."""
    for paper_id in Paper.objects.filter(subject_id=subject_id, digest=b"").values_list("pk", flat=True):
        draw_as_keeper(paper_id)
