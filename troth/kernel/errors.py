"""The errors a person may meet. Each says what happened, what was kept, and what to do next; none carries a value."""


class TrothError(Exception):
    """The root of all errors that the house raises on purpose.

    Arguments:
        message: what happened, in words for a person; never a personal value.
        kept: what was kept or left untouched, or an empty string.
        next_step: what the person can do now, or an empty string.
        way: the words and the path of a page where that is done, or None.
    """

    status = 500

    def __init__(
        self, message: str, *, kept: str = "", next_step: str = "", way: tuple[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.kept = kept
        self.next_step = next_step
        self.way = way


class AccessDenied(TrothError):
    """The door stayed shut: nothing was decrypted (A1, A4)."""

    status = 403


class Refused(TrothError):
    """An action that would break a promise or a rule was not done (A13)."""

    status = 409


class Closed(Refused):
    """The feature is closed, because the promise that it depends on is broken (A12, A13)."""

    status = 503


class CannotOpen(TrothError):
    """A sealed value did not open: its key is gone, or it was changed outside the house. It is never saved back."""


class NotConfigured(TrothError):
    """The program cannot start as it is configured; the message is one line for the operator."""
