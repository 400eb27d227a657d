"""Mails whose headers, letters or transfer are broken."""

import base64
from collections.abc import Iterator

from tests.fuzz.broken.making import HEARD, Broken, head


def list_wholes() -> Iterator[Broken]:
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


def list_senders() -> Iterator[Broken]:
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


def list_headers() -> Iterator[Broken]:
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


def list_charsets() -> Iterator[Broken]:
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


def list_transfers() -> Iterator[Broken]:
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
