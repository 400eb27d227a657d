"""Handing a client's own details to an organisation that the client allowed to have them: on paper, by staff (A6).

No program speaks to such an organisation. Paper is a way out all the same: the values pass the one door out, on the
ground of the client's word, and only then is the paper drawn. Taken back, nothing is drawn any more.
"""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from troth.disclosures.api import Authorisation, Authorised
from troth.kernel.ids import new_id
from troth.kernel.purposes import Purpose
from troth.processors.egress import send
from troth.processors.linking import remember_reference
from troth.processors.schema import Operation, Personal, reference
from troth.statement.api import make_plain_pdf
from troth.vault.api import SealedValue

PACKAGE = "package"
HAND_ON = Operation(
    name="paper.hand_on",
    purpose=None,
    schema={"number": reference(), "values[].value": Personal("user")},
)


def hand_on(*, authorisation: Authorisation, values: Sequence[SealedValue]) -> tuple[str, bytes]:
    """Return the number and the PDF of a paper with these values; the disclosure is committed by then.

    Arguments:
        authorisation: the client's word; the door looks whether it still counts, and covers exactly this.
        values: unopened values of the client.

    Call it outside of any transaction, acting on the case that the values are opened for.

    Raises SendRefused where the word was taken back or has ended, or the organisation may not receive; AccessDenied
    where the acting member may not open the values.
    """
    number = f"HO-{new_id().hex[-8:].upper()}"
    shown = [(str(value.row.sealed_attributes[value.name].label), value) for value in values]

    def draw(body: dict[str, Any]) -> bytes:
        facts = [(_("To"), authorisation.recipient_name), (_("What for"), authorisation.wording)]
        given = zip(shown, body["values"], strict=True)
        facts += [
            (label, value.row.sealed_attributes[value.name].show(opened["value"]))
            for (label, value), opened in given
            if opened
        ]
        return make_plain_pdf(title=_("Handed on as the client allowed, %(number)s") % {"number": number}, facts=facts)

    paper = send(
        HAND_ON,
        processor=authorisation.recipient,
        host="",
        subject_id=authorisation.subject_id,
        payload={"number": number, "values": [{"value": value} for value in values]},
        call=draw,
        purpose=Purpose(authorisation.purpose),
        ground=Authorised(authorisation.pk),
        reference=number,
    )
    remember_reference(subject_id=authorisation.subject_id, processor=authorisation.recipient, what=PACKAGE, ref=number)
    return number, paper
