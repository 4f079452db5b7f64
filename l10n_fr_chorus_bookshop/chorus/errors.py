"""What can go wrong with a channel, told apart by what the caller must do next."""

from collections.abc import Mapping, Sequence

from .text import storable


class ChorusError(Exception):
    """Root of every error a channel raises.

    :param template: what happened, one English sentence without any secret
    :param values: what the sentence quotes, so that it can be said in French too
    :param code: the platform's or HTTP's own code, as text ("" when there is none)
    :param reasons: the platform's own explanations, in its words
    :param correlation_id: the identifier by which the platform finds the call again
    :ivar who: whom we were talking to
    :ivar partial: what had been answered before, None when that is nothing
    """

    who = "Chorus Pro"
    partial = None

    def __init__(
        self,
        template: str,
        *,
        values: Mapping[str, object] | None = None,
        code: str = "",
        reasons: Sequence[str] = (),
        correlation_id: str = "",
    ):
        values = {
            name: storable(value) if isinstance(value, str) else value
            for name, value in (values or {}).items()
        }
        message = template % values if values else template
        super().__init__(message)
        self.message = message
        self.template = template
        self.values = values
        self.code = storable(code)
        self.reasons = tuple(map(storable, reasons))
        self.correlation_id = correlation_id


class Unreachable(ChorusError):
    """The request certainly had no effect: try later.

    :param retry_after: seconds the platform asked to wait, None when it did not say
    """

    def __init__(self, template: str, *, retry_after: float | None = None, **details):
        super().__init__(template, **details)
        self.retry_after = retry_after


class Illegible(Unreachable):
    """An answer came, and a field of it cannot be read: it may come so again."""


class Denied(ChorusError):
    """Credentials or rights: nothing will pass until a person changes a setting."""


class Refused(ChorusError):
    """A business refusal, with reasons: the same request would be refused again."""


class Doubtful(ChorusError):
    """The request may have been carried out: ask the platform before sending again."""


class UnreadableFile(ChorusError):
    """A file from outside that is not what it should be, or that means harm."""
