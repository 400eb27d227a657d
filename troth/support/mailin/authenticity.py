"""Who vouches for a sender: the Authentication-Results (RFC 8601) of our own mail server, and of nobody else.

Anybody can write such a header into a mail. Our server puts its own on top and takes away those that bear its name
(RFC 8601, 5); so only the topmost field that bears our name counts, and what stands below it is part of the mail.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

_MOST = 10_000
_TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s;="()]+)|([;=])')


@dataclass(frozen=True, slots=True)
class Result:
    """What one method found, such as ``dmarc=pass header.from=example.org``.

    Arguments:
        method: ``dmarc``, ``dkim``, ``spf`` or another, in small letters.
        verdict: ``pass``, ``fail``, ``none`` or another, in small letters.
        properties: such as ``header.from`` → ``example.org``, in small letters.
    """

    method: str
    verdict: str
    properties: Mapping[str, str]


def vouches_for(fields: Sequence[str], *, domain: str, authserv_id: str) -> bool:
    """Return whether our own mail server says that mail from ``domain`` is from there.

    DMARC says so itself. Where it has no verdict, a DKIM signature of just that domain does.

    Arguments:
        fields: all Authentication-Results of a mail, the topmost first.
        domain: the domain of the address in From.
        authserv_id: the name of our own mail server.
    """
    results = read_own_results(fields, authserv_id=authserv_id)
    wanted = domain.lower().rstrip(".")
    dmarc = [result for result in results if result.method == "dmarc"]
    if dmarc:
        # One verdict and for this domain: two would be a contradiction, and then nobody vouches.
        return len(dmarc) == 1 and dmarc[0].verdict == "pass" and dmarc[0].properties.get("header.from") == wanted
    return any(
        result.method == "dkim" and result.verdict == "pass" and result.properties.get("header.d") == wanted
        for result in results
    )


def read_own_results(fields: Sequence[str], *, authserv_id: str) -> list[Result]:
    """Return the results of the topmost field, if our own server wrote it; else nothing.

    Our server's field is the topmost one. If another's is on top, ours is not there, and one below it that bears our
    name came with the mail.
    """
    if not fields:
        return []
    name, results = parse_field(fields[0])
    return results if name == authserv_id.lower() else []


def parse_field(field: str) -> tuple[str, list[Result]]:  # noqa: PLR0911  each misfit of the grammar voids it
    """Return the authserv-id and the results of one field; an empty name for one that cannot be read.

    The grammar of RFC 8601, 2.2, comments and quoted strings included. What does not fit it makes the whole field void:
    half of a verdict is no verdict.
    """
    if len(field) > _MOST:
        return "", []
    plain = _drop_comments(field)
    if plain is None:
        return "", []
    parts = list(_split(plain))
    if not parts or not parts[0]:
        return "", []
    name = parts[0][0].lower()
    # A version may follow the name; there is only version 1.
    if len(parts[0]) > 2 or (len(parts[0]) == 2 and parts[0][1] != "1"):
        return "", []
    if [part for part in parts[1:] if part] == [["none"]]:
        return name, []
    results = []
    for part in parts[1:]:
        if not part:
            continue
        result = _read_result(part)
        if result is None:
            return "", []
        results.append(result)
    return name, results


def _drop_comments(text: str) -> str | None:  # noqa: C901  a grammar of four signs
    """Return the text without its comments, which may be nested; None where one is not closed."""
    kept, depth, quoted, escaped = [], 0, False, False
    for sign in text:
        if escaped:
            escaped = False
            if not depth:
                kept.append(sign)
            continue
        if sign == "\\" and (quoted or depth):
            escaped = True
            if not depth:
                kept.append(sign)
        elif quoted:
            quoted = sign != '"'
            kept.append(sign)
        elif sign == "(":
            depth += 1
        elif sign == ")":
            if not depth:
                return None
            depth -= 1
            kept.append(" ")
        elif not depth:
            quoted = sign == '"'
            kept.append(sign)
    return None if depth or quoted else "".join(kept)


def _split(text: str) -> Iterator[list[str]]:
    """Yield the tokens between semicolons; ``=`` is a token of its own."""
    part: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if text[end : match.start()].strip():
            yield ["", ""]
            return
        end = match.end()
        quoted, word, sign = match.groups()
        if sign == ";":
            yield part
            part = []
        else:
            part.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else word or sign)
    yield part


def _read_result(part: Sequence[str]) -> Result | None:
    """Return the result of ``method = verdict [property = value]…``, or None where it is none."""
    if len(part) < 3 or len(part) % 3 or any(sign != "=" for sign in part[1::3]):
        return None
    pairs = [(part[at].lower(), part[at + 2].lower()) for at in range(0, len(part), 3)]
    properties: dict[str, str] = {}
    for name, value in pairs[1:]:
        if name in properties:
            return None
        properties[name] = value.rstrip(".")
    return Result(method=pairs[0][0].split("/")[0], verdict=pairs[0][1], properties=properties)
