"""Broken, strange and hostile mails, all of them invented: what a help desk gets in ten years, in one list.

Each is a name and its bytes. Those that can be read bear the word ``HEARD`` where their text is, so that a test sees
that nothing of it was lost; those that cannot name the cause for which they are set apart.
"""

import base64
import gzip
import io
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

HEARD = "heard-7c1f"


@dataclass(frozen=True, slots=True)
class Broken:
    """One mail of the corpus.

    Arguments:
        name: what is broken in it.
        raw: its bytes, without the line of our own mail server.
        causes: for which it may be set apart; empty where it has to become a case.
        heard: whether ``HEARD`` stands in what the case says.
        files: how many files come with it, or None where that is left open.
    """

    name: str
    raw: bytes
    causes: tuple[str, ...] = ()
    heard: bool = True
    files: int | None = None


def head(number: int, *lines: str, sender: str = "", subject: str = "A matter") -> bytes:
    """Return the headers of a mail; ``lines`` come last, and the empty line that ends them."""
    sender = sender or f"Writer <writer{number}@example.org>"
    every = [f"From: {sender}", "To: support@collectorsystems.com", f"Subject: {subject}", *lines]
    return ("\r\n".join(every) + "\r\n\r\n").encode("utf-8", errors="surrogateescape")


def list_broken_mails() -> list[Broken]:
    """Return the corpus."""
    return [*_wholes(), *_senders(), *_headers(), *_charsets(), *_transfers(), *_parts(), *_files(), *_html()]


def _wholes() -> Iterator[Broken]:
    none = ("no_sender", "unauthenticated", "broken")
    yield Broken("nothing", b"", none, heard=False)
    yield Broken("one line end", b"\r\n", none, heard=False)
    yield Broken("words without headers", b"Just words, and no header at all.\r\n", none, heard=False)
    yield Broken("zeros", b"\0" * 5000, none, heard=False)
    yield Broken("every byte", bytes(range(256)) * 40, none, heard=False)
    yield Broken("a picture", b"\x89PNG\r\n\x1a\n" + b"\x00\xff" * 900, none, heard=False)
    yield Broken("line ends of one sign", head(1).replace(b"\r\n", b"\n") + HEARD.encode())
    yield Broken("line ends of the other sign", head(2).replace(b"\r\n", b"\r") + HEARD.encode())
    yield Broken("mixed line ends", head(3).replace(b"\r\n", b"\n", 1) + HEARD.encode() + b"\r\rmore\n\r")
    yield Broken(
        "the line of a mail folder first",
        b"From writer@example.org Thu Jan  1 00:00:00 1970\n" + head(4) + HEARD.encode(),
    )
    yield Broken("a byte order mark first", b"\xef\xbb\xbf" + head(5) + HEARD.encode(), none, heard=False)
    yield Broken("an empty line first", b"\r\n" + head(6) + HEARD.encode(), none, heard=False)
    yield Broken("a continued line first", b" continued\r\n" + head(7) + HEARD.encode(), none, heard=False)
    yield Broken("headers alone", head(8), heard=False)
    yield Broken("no end of the headers", head(9).rstrip(), heard=False)
    yield Broken("zeros in the text", head(10) + b"\0" + HEARD.encode() + b"\0\0tail")
    yield Broken("one line of four megabytes", head(11) + HEARD.encode() + b"x" * 4_000_000)
    yield Broken("a million line ends", head(12) + HEARD.encode() + b"\r\n" * 1_000_000)
    yield Broken(
        "a million signs that join",
        head(13, "Content-Type: text/plain; charset=utf-8") + HEARD.encode() + "é́́́".encode() * 200_000,
    )


def _senders() -> Iterator[Broken]:
    body = HEARD.encode()
    nobody = ("no_sender", "unauthenticated")
    yield Broken("no From", b"To: support@collectorsystems.com\r\nSubject: x\r\n\r\n" + body, nobody)
    yield Broken("two From", b"From: a@example.org\r\n" + head(20) + body, nobody)
    yield Broken("two addresses in From", head(21, sender="a@example.org, b@example.org") + body, nobody)
    yield Broken("an empty From", head(22, sender=" ") + body, nobody)
    yield Broken("an empty address", head(23, sender="<>") + body, nobody)
    yield Broken("a group", head(24, sender="Friends: a@example.org, b@example.org;") + body, nobody)
    yield Broken("a name alone", head(25, sender="Some Body") + body, nobody)
    yield Broken("no domain", head(26, sender="writer@") + body, nobody)
    yield Broken("a bare host", head(27, sender="writer@localhost") + body, nobody)
    yield Broken("a quoted local part", head(28, sender='"wri ter"@example.org') + body, nobody)
    yield Broken("an address as a name", head(29, sender='"ada@example.org" <writer29@example.org>') + body)
    yield Broken(
        "an address in an encoded name", head(30, sender="=?utf-8?q?ada=40example.org?= <writer30@example.org>") + body
    )
    yield Broken("a name of raw bytes", head(31).replace(b"Writer", "Jörg Müller".encode("latin-1")) + body)
    yield Broken("a name in UTF-8", head(32, sender="Жанна 🎈 <writer32@example.org>") + body)
    yield Broken(
        "a name in Japanese", head(33, sender="=?iso-2022-jp?B?GyRCOzNFREJATzobKEI=?= <writer33@example.org>") + body
    )
    yield Broken("a name of ten thousand signs", head(34, sender=f"{'N' * 10_000} <writer34@example.org>") + body)
    yield Broken(
        "a line end in an encoded name",
        head(35, sender="=?utf-8?q?A=0D=0ABcc:_all=40example.org?= <writer35@example.org>") + body,
        nobody,
    )
    yield Broken("an address of a thousand signs", head(36, sender=f"{'a' * 1000}@example.org") + body, nobody)
    yield Broken("a domain in another script", head(37, sender="writer@bücher.example") + body, nobody)
    yield Broken("a literal for a domain", head(38, sender="writer@[192.0.2.1]") + body, nobody)
    yield Broken("brackets that do not close", head(39, sender="Writer <writer39@example.org") + body, nobody)
    yield Broken("a thousand brackets", head(40, sender="<" * 1000 + "writer40@example.org") + body, nobody)
    yield Broken("ten thousand comments", head(41, sender="(" * 10_000 + " writer41@example.org") + body, nobody)
    yield Broken(
        "ten thousand addresses",
        head(42, sender=", ".join(f"a{n}@example.org" for n in range(10_000))) + body,
        (*nobody, "too_complex"),
    )


def _headers() -> Iterator[Broken]:
    body = HEARD.encode()
    yield Broken("no subject", head(50).replace(b"Subject: A matter\r\n", b"") + body)
    yield Broken("three subjects", head(51, "Subject: Another", "Subject: A third") + body)
    yield Broken("a subject of raw bytes", head(52).replace(b"A matter", "Größe".encode("latin-1")) + body)
    yield Broken("a subject in UTF-8", head(53, subject="Größe 你好") + body)
    yield Broken("a subject of a megabyte", head(54, subject="s" * 1_000_000) + body, ("too_complex",))
    yield Broken(
        "a subject of ten thousand encoded words", head(55, subject="=?utf-8?q?a?= " * 10_000) + body, ("too_complex",)
    )
    yield Broken("a subject in an unknown charset", head(56, subject="=?x-nowhere?q?a=FF?=") + body)
    yield Broken("a subject of broken Base64", head(57, subject="=?utf-8?b?####?= =?utf-8?b?YQ?=") + body)
    yield Broken("a line end in the subject", head(58, subject="=?utf-8?q?Hi=0D=0ABcc:_all=40example.org?=") + body)
    yield Broken("marks that turn the reading", head(59, subject="=?utf-8?b?4oCu4oCtYeKAqmLigKw=?=") + body)
    yield Broken("no day", head(60, "Date: yesterday, or so") + body)
    yield Broken("a day that is none", head(61, "Date: Thu, 99 Foo 99999 99:99:99 +9999") + body)
    yield Broken("a day of the year 1", head(62, "Date: Mon, 01 Jan 0001 00:00:00 +0000") + body)
    yield Broken("a header without a colon", head(63, "This is no header") + body, heard=False)
    yield Broken("a header without a name", head(64, ": of nobody") + body, heard=False)
    yield Broken("a header with raw bytes in its name", head(65).replace(b"Subject", b"Subj\xe9ct") + body, heard=False)
    yield Broken("a thousand headers", head(66, *(f"X-{n}: {n}" for n in range(1000))) + body, ("too_complex",))
    yield Broken("a hundred thousand headers", head(67, *("X: y" for _n in range(100_000))) + body, ("too_complex",))
    yield Broken("a header of four megabytes", head(68, f"X-Long: {'x' * 4_000_000}") + body, ("too_complex",))
    yield Broken(
        "ten thousand references", head(69, "References: " + " ".join(f"<{n}@x.example>" for n in range(9999))) + body
    )
    yield Broken("ten thousand recipients", head(70, "Cc: " + ", ".join(f"a{n}@x.example" for n in range(9999))) + body)
    yield Broken("an identity of spaces", head(71, "Message-ID: <   >", "In-Reply-To: <<<>>>") + body)
    yield Broken(
        "a hundred verdicts",
        head(72, *("Authentication-Results: mail.example.net; dmarc=fail" for _n in range(100))) + body,
    )
    yield Broken("zeros in a header", head(73, "X-Zero: a\0b\0c") + body)
    yield Broken("a type that is none", head(74, "Content-Type: ;;;=;/") + body)
    yield Broken(
        "a type of a thousand parameters",
        head(75, "Content-Type: text/plain; " + "; ".join(f"a{n}=b" for n in range(1000))) + body,
        ("too_complex",),
    )
    yield Broken("quotes that do not close", head(76, 'Content-Type: text/plain; charset="utf-8') + body)
    yield Broken("two types", head(77, "Content-Type: text/html", "Content-Type: text/plain") + body)


def _charsets() -> Iterator[Broken]:
    texts = {
        "iso-2022-jp": "お問い合わせです。", "shift_jis": "お問い合わせです。", "euc-jp": "お問い合わせです。",
        "euc-kr": "문의드립니다.", "gb18030": "您好，询问。", "big5": "您好，詢問。", "koi8-r": "Здравствуйте.",
        "windows-1251": "Здравствуйте.", "iso-8859-8": "שלום", "windows-1256": "مرحبا", "utf-16": "Größe",
        "utf-32": "Größe", "utf-7": "Größe", "cp037": "GRUSS", "windows-1252": "“Gruß” — €",
    }  # fmt: skip
    for number, (charset, text) in enumerate(texts.items(), 80):
        body = base64.encodebytes(f"{HEARD} {text}".encode(charset))
        lines = (f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: base64")
        yield Broken(f"text in {charset}", head(number, *lines) + body)
    for number, charset in enumerate(
        (
            "x-nowhere",
            "utf-8; drop",
            "\u2028",
            "a" * 9000,
            "rot13",
            "base64",
            "idna",
            "unicode_escape",
            "undefined",
            "mbcs",
            "..%2f",
            "none\0",
        ),
        100,
    ):
        yield Broken(
            f"the charset {charset[:20]!a}",
            head(number, f"Content-Type: text/plain; charset={charset}") + HEARD.encode() + b"\xff\xfe",
            ("too_complex",) if len(charset) > 4000 else (),
        )
    yield Broken("eight bits and no charset", head(115) + HEARD.encode() + "Größe".encode("latin-1"))
    yield Broken(
        "UTF-8 cut in the middle",
        head(116, "Content-Type: text/plain; charset=utf-8") + HEARD.encode() + "é".encode()[:1],
    )
    yield Broken(
        "lone surrogates",
        head(117, "Content-Type: text/plain; charset=utf-8") + HEARD.encode() + b"\xed\xa0\x80\xed\xb0\x80",
    )


def _transfers() -> Iterator[Broken]:
    def mail(number: int, encoding: str, body: bytes, **more: object) -> Broken:
        lines = ("Content-Type: text/plain", f"Content-Transfer-Encoding: {encoding}")
        return Broken(f"transfer {encoding[:20]!a} {number}", head(number, *lines) + body, **more)  # type: ignore[arg-type]

    coded = base64.b64encode(HEARD.encode() + b" and more")
    yield mail(120, "base64", coded[:-1])
    yield mail(121, "base64", b"\r\n".join(coded[at : at + 3] for at in range(0, len(coded), 3)))
    yield mail(122, "base64", b"!!" + coded + b"##", heard=False)
    yield mail(123, "base64", b"====", heard=False)
    yield mail(124, "quoted-printable", HEARD.encode() + b"=ZZ =\r\n=3 =")
    yield mail(125, "quoted-printable", HEARD.encode() + b"=" * 100_000)
    yield mail(126, "x-uuencode", b"begin 644 a\r\n#0V%T\r\n`\r\nend\r\n", heard=False)
    yield mail(127, "x-uuencode", b"begin 644 a\r\nbroken", heard=False)
    yield mail(128, "x-of-nobody", HEARD.encode())
    yield mail(129, "binary", HEARD.encode() + bytes(range(256)))
    yield mail(130, "8bit", HEARD.encode() + "Größe".encode())
    yield mail(131, "base64\r\nContent-Transfer-Encoding: 7bit", coded, heard=False)


def join(number: int, kind: str, *parts: bytes, boundary: str = "b", lines: tuple[str, ...] = ()) -> bytes:
    """Return a mail of several parts, each with its own headers."""
    text = b"".join(b"--%b\r\n%b\r\n" % (boundary.encode(), part) for part in parts)
    return head(number, *lines, f'Content-Type: {kind}; boundary="{boundary}"') + text + f"--{boundary}--\r\n".encode()


def part(kind: str, body: bytes, *lines: str) -> bytes:
    """Return one part."""
    return ("\r\n".join([f"Content-Type: {kind}", *lines]) + "\r\n\r\n").encode() + body


PLAIN = part("text/plain", HEARD.encode())


def _parts() -> Iterator[Broken]:
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


def _files() -> Iterator[Broken]:
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


def _html() -> Iterator[Broken]:
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
