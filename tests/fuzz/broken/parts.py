"""Mails whose parts, files or HTML are broken."""

import base64
import gzip
import io
import struct
import zipfile
from collections.abc import Iterator

from tests.fuzz.broken.making import HEARD, PLAIN, Broken, head, join, part


def list_parts() -> Iterator[Broken]:
    complex_ = ("too_complex",)
    yield Broken("parts without a boundary", head(140, "Content-Type: multipart/mixed") + HEARD.encode(), heard=False)
    yield Broken("an empty boundary", head(141, 'Content-Type: multipart/mixed; boundary=""') + PLAIN, heard=False)
    yield Broken(
        "a boundary that never comes", head(142, "Content-Type: multipart/mixed; boundary=q") + PLAIN, heard=False
    )
    yield Broken("parts that do not end", join(143, "multipart/mixed", PLAIN)[:-6])
    yield Broken("a boundary that begins another", join(144, "multipart/mixed", PLAIN, b"--bb\r\n\r\nx\r\n--bb--\r\n"))
    yield Broken("no parts", head(145, "Content-Type: multipart/mixed; boundary=b") + b"--b--\r\n", heard=False)
    yield Broken("empty parts", join(146, "multipart/mixed", b"", b"", PLAIN))
    yield Broken("a hundred deep", _nest(147, 100), complex_)
    yield Broken("a thousand deep", _nest(148, 1000), complex_)
    yield Broken("five deep", _nest(149, 5))
    yield Broken("a thousand parts", join(150, "multipart/mixed", PLAIN, *([part("text/x-a", b"x")] * 1000)), complex_)
    yield Broken(
        "a hundred thousand parts",
        head(151, "Content-Type: multipart/mixed; boundary=b") + b"--b\r\n\r\nx\r\n" * 100_000,
        complex_,
    )
    yield Broken("both forms", join(152, "multipart/alternative", PLAIN, part("text/html", b"<p>other</p>")))
    yield Broken(
        "parts in Base64",
        join(153, "multipart/mixed", PLAIN, lines=("Content-Transfer-Encoding: base64",)),
        heard=False,
    )
    yield Broken("a mail in a mail", join(154, "multipart/mixed", PLAIN, part("message/rfc822", head(1) + b"inner")))
    yield Broken("mails in mails, fifty deep", _enclose(155, 50), (*complex_, "broken"), heard=False)
    yield Broken(
        "a mail in a mail in Base64",
        join(
            156,
            "multipart/mixed",
            PLAIN,
            part("message/rfc822", base64.b64encode(head(1)), "Content-Transfer-Encoding: base64"),
        ),
    )
    yield Broken(
        "a part of a mail",
        join(157, "multipart/mixed", PLAIN, part('message/partial; number=1; total=9; id="x"', b"half")),
    )
    yield Broken(
        "a body elsewhere",
        join(
            158, "multipart/mixed", PLAIN, part("message/external-body; access-type=URL", b"https://x.example/\r\n\r\n")
        ),
    )
    yield Broken(
        "an invitation",
        join(
            159,
            "multipart/alternative",
            PLAIN,
            part(
                "text/calendar; method=REQUEST; charset=utf-8",
                b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Visit\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
            ),
        ),
        files=1,
    )
    yield Broken(
        "a signed mail",
        join(
            160,
            'multipart/signed; protocol="application/pkcs7-signature"',
            PLAIN,
            part(
                "application/pkcs7-signature; name=smime.p7s",
                base64.b64encode(b"0\x82\x01\x00" + b"s" * 200),
                "Content-Transfer-Encoding: base64",
                "Content-Disposition: attachment; filename=smime.p7s",
            ),
        ),
        files=1,
    )
    yield Broken(
        "an encrypted mail",
        head(161, "Content-Type: application/pkcs7-mime; name=smime.p7m", "Content-Transfer-Encoding: base64")
        + base64.b64encode(b"0\x82\x01\x00" + b"e" * 300),
        heard=False,
        files=1,
    )
    yield Broken(
        "an OpenPGP mail",
        join(
            162,
            "multipart/encrypted",
            part("application/pgp-encrypted", b"Version: 1"),
            part("application/octet-stream", b"-----BEGIN PGP MESSAGE-----"),
        ),
        heard=False,
    )
    yield Broken(
        "winmail.dat",
        join(
            163,
            "multipart/mixed",
            PLAIN,
            part(
                "application/ms-tnef; name=winmail.dat",
                base64.b64encode(struct.pack("<IH", 0x223E9F78, 1) + b"\1" * 90),
                "Content-Transfer-Encoding: base64",
                "Content-Disposition: attachment; filename=winmail.dat",
            ),
        ),
        files=1,
    )
    yield Broken(
        "pictures in the text",
        join(
            164,
            "multipart/related",
            part("text/html", f'<p>{HEARD}</p><img src="cid:1">'.encode()),
            part(
                "image/gif",
                base64.b64encode(b"GIF89a" + b"\0" * 40),
                "Content-ID: <1>",
                "Content-Transfer-Encoding: base64",
            ),
        ),
        files=1,
    )
    yield Broken(
        "a report of delivery",
        join(
            165,
            "multipart/report; report-type=delivery-status",
            PLAIN,
            part("message/delivery-status", b"Action: failed\r\n"),
        ),
        ("bounce",),
    )
    yield Broken(
        "a note of absence", head(166, "Auto-Submitted: auto-replied (vacation)") + HEARD.encode(), ("automatic",)
    )
    yield Broken(
        "a mail of a list", head(167, "List-Unsubscribe: <https://x.example/>") + HEARD.encode(), ("automatic",)
    )


def _nest(number: int, depth: int) -> bytes:
    inner = PLAIN
    for level in range(depth):
        boundary = f"b{level}"
        inner = (f"Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n--{boundary}\r\n".encode() + inner
                 + f"\r\n--{boundary}--\r\n".encode())  # fmt: skip
    return head(number)[:-2] + inner


def _enclose(number: int, depth: int) -> bytes:
    inner = head(1) + HEARD.encode()
    for _level in range(depth):
        inner = head(1, "Content-Type: message/rfc822") + inner
    return head(number, "Content-Type: message/rfc822") + inner


def attach(number: int, content: bytes, disposition: str, kind: str = "application/octet-stream") -> bytes:
    """Return a mail with one file."""
    return join(
        number,
        "multipart/mixed",
        PLAIN,
        part(
            kind,
            base64.encodebytes(content),
            "Content-Transfer-Encoding: base64",
            f"Content-Disposition: {disposition}",
        ),
    )


def list_files() -> Iterator[Broken]:
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF"
    names = (
        "attachment; filename=a.pdf",
        "attachment; filename*=utf-8''Gr%C3%B6%C3%9Fe.pdf",
        "attachment; filename*0=a; filename*1=b; filename*2=.pdf",
        "attachment; filename*0*=utf-8''a%20; filename*2=c.pdf",
        "attachment; filename*=x-nowhere''%FF%FE",
        "attachment; filename*=utf-8''%ZZ",
        "attachment; filename==?utf-8?q?Gr=C3=B6=C3=9Fe=2Epdf?=",
        "attachment; filename=../../etc/passwd",
        "attachment; filename=C:\\Windows\\a.pdf",
        f"attachment; filename={'n' * 10_000}.pdf",
        'attachment; filename="a\r\n b.pdf"',
        'attachment; filename=""',
        "attachment; filename*=utf-8''a%00b%0D%0AX:y.pdf",
        "attachment; filename*=utf-8''a%E2%80%AEfdp.exe",
        "attachment",
        "nonsense; ;=; filename",
    )
    for number, disposition in enumerate(names, 180):
        causes = ("too_complex",) if len(disposition) > 4000 else ()
        yield Broken(f"a file {number}, {disposition[:40]!a}", attach(number, pdf, disposition), causes, files=1)
    yield Broken(
        "a file with a name of raw bytes",
        attach(200, pdf, "attachment; filename=G").replace(b"filename=G", "filename=Größe.pdf".encode("latin-1")),
        files=1,
    )
    for number, (name, content, taken) in enumerate(_contents(), 201):
        yield Broken(f"a file that is {name}", attach(number, content, "attachment; filename=a.pdf"), files=taken)
    yield Broken(
        "thirty files",
        join(
            230,
            "multipart/mixed",
            PLAIN,
            *(
                [
                    part(
                        "application/pdf",
                        base64.b64encode(pdf),
                        "Content-Transfer-Encoding: base64",
                        "Content-Disposition: attachment; filename=a.pdf",
                    )
                ]
                * 30
            ),
        ),
        files=10,
    )
    yield Broken(
        "a file and nothing said",
        head(231, "Content-Type: application/pdf; name=a.pdf", "Content-Transfer-Encoding: base64")
        + base64.b64encode(pdf),
        heard=False,
        files=1,
    )


def _contents() -> Iterator[tuple[str, bytes, int]]:
    def pack(*members: tuple[str, bytes]) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in members:
                archive.writestr(name, content)
        return stream.getvalue()

    zeros = bytes(20_000_000)
    bomb = pack(("a.txt", zeros))
    yield "an archive", pack(("a.txt", b"a" * 50)), 1
    yield "an archive that becomes a thousand times itself", bomb, 0
    yield "an archive of three thousand files", pack(*((f"{n}", b"") for n in range(3000))), 0
    yield "an archive in an archive", pack(("b.zip", bomb)), 1
    yield "an archive that lies about its sizes", bomb.replace(struct.pack("<I", len(zeros)), struct.pack("<I", 5)), 1
    yield "half an archive", bomb[: len(bomb) // 2], 1
    yield "an archive behind a picture", b"\x89PNG\r\n\x1a\n" + bytes(100) + bomb, 0
    yield "an archive without a table", b"PK\x05\x06" + bytes(18), 1
    yield "a stream that becomes a thousand times itself", gzip.compress(zeros), 1
    yield "a program", b"MZ" + bytes(500), 0
    yield "a script", b"#!/bin/sh\nrm -rf /\n", 0
    yield "empty", b"", 0
    yield "a page", b"<!DOCTYPE html><script>alert(1)</script>", 1
    yield "a drawing with a script", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 1
    yield "two things at once", b"GIF89a/*" + bytes(20) + b"*/=1;<script>alert(1)</script>", 1
    yield "five megabytes", b"%PDF-1.4\n" + bytes(4_300_000), 0


def list_html() -> Iterator[Broken]:
    def mail(number: int, name: str, source: str, **more: object) -> Broken:
        raw = head(number, "Content-Type: text/html; charset=utf-8") + source.encode()
        return Broken(f"HTML: {name}", raw, **more)  # type: ignore[arg-type]

    yield mail(
        240,
        "what is fetched, run, sent",
        f"""<html><head><title>no</title><meta http-equiv=refresh
        content="0;url=https://x.example"><base href="https://x.example"><link rel=stylesheet href="//x.example/a.css">
        <style>@import "https://x.example/b.css"</style></head><body onload="x()" background="//x.example/b.png">
        <p>{HEARD}</p><img src="https://x.example/p.gif"><script>x()</script><iframe src="//x.example"></iframe>
        <form action="//x.example"><input name=a></form><object data="//x.example"></object><svg><script>y()</script>
        </svg><video src="//x.example/v"></video><a href="javascript:x()">go</a></body></html>""",
    )
    yield mail(241, "a comment that does not end", f"<p>{HEARD}</p><!-- and then <p>never</p>")
    yield mail(242, "no end at all", f"<table><tr><td>{HEARD}<b><i><u>")
    yield mail(243, "a hundred thousand deep", f"<p>{HEARD}</p>" + "<div>" * 100_000)
    yield mail(244, "three megabytes", f"<p>{HEARD}</p>" + "<p>word</p>" * 270_000)
    yield mail(245, "a million entities", f"<p>{HEARD}</p>" + "&lt;" * 400_000)
    yield mail(246, "entities that hide a tag", f"<p>{HEARD}</p>&lt;script&gt;x()&lt;/script&gt;")
    yield mail(247, "brackets alone", f"{HEARD} " + "<" * 300_000)
    yield mail(248, "zeros in tags", f"<p>{HEARD}</p><scr\0ipt>x()</scr\0ipt>")
    yield mail(249, "words for Outlook alone", f"<!--[if mso]><p>no</p><![endif]--><p>{HEARD}</p>")
    yield Broken(
        "empty words beside HTML",
        join(250, "multipart/alternative", part("text/plain", b" \r\n"), part("text/html", f"<p>{HEARD}</p>".encode())),
    )
