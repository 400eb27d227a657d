"""The deliberate breaches of M1, M3 and M4, for the drills."""

import socket
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test.utils import override_settings

from troth.config import handshakes, wellknown
from troth.config.tls import ensure_tls, locate_tls
from troth.kernel.operator import read_operator
from troth.kernel.sabotage import meddle, rewrite_html, swap


def drop_hsts() -> AbstractContextManager[None]:
    """Lose the header on its way, as a careless proxy does."""

    def change(_request: HttpRequest, response: HttpResponseBase) -> None:
        del response.headers["Strict-Transport-Security"]

    return meddle(change)


def answer_in_clear() -> AbstractContextManager[object]:
    """Answer whoever asks without encryption."""
    return override_settings(SECURE_SSL_REDIRECT=False)


def loosen_policy() -> AbstractContextManager[object]:
    """Allow scripts and styles that are written into a page."""
    loose = {**settings.SECURE_CSP, "script-src": ["'self'", "'unsafe-inline'"]}
    return override_settings(SECURE_CSP=loose)


def boast() -> AbstractContextManager[None]:
    """Put a sentence on every page that nobody can keep."""
    return meddle(rewrite_html("</main>", "<p>Your data is 100% secure with us.</p></main>"))


def let_security_text_expire() -> AbstractContextManager[None]:
    """Date security.txt back, as a file that nobody renews."""
    return swap(wellknown, "SECURITY_TEXT_LIFE", timedelta(days=-1))


def show_other_number() -> AbstractContextManager[None]:
    """Show another number than the operator's file has."""
    return meddle(rewrite_html(read_operator().contacts.security_telephone, "555-0100"))


def break_address() -> AbstractContextManager[None]:
    """Let the address lead nowhere."""

    def change(request: HttpRequest, response: HttpResponseBase) -> None:
        if request.path == "/security/" and isinstance(response, HttpResponse):
            response.content = response.content.replace(b"mailto:", b"#")

    return meddle(change)


@contextmanager
def serve_old_versions() -> Iterator[None]:
    """Stand a server in place of ours that shakes hands in broken versions of TLS, with our own certificate."""
    ensure_tls(settings.ENVIRONMENT)
    files = locate_tls(settings.ENVIRONMENT)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.certificate, files.key)
    context.set_ciphers(handshakes.EVERYTHING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # The old version is the breach.
        context.minimum_version = ssl.TLSVersion.TLSv1
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_answer, args=(listener, context), daemon=True)
        thread.start()
        with swap(handshakes, "find_server", listener.getsockname):
            yield
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(timeout=5)


def _answer(listener: socket.socket, context: ssl.SSLContext) -> None:
    """Shake hands with whoever comes, until the listener is shut."""
    while True:
        try:
            plain, _address = listener.accept()
        except OSError:
            return
        with plain, suppress(OSError):
            plain.settimeout(3)
            context.wrap_socket(plain, server_side=True).close()
