"""The access token that the workers of one connection share (RFC 6749)."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Lock
from typing import Protocol

# Seconds before its end from which a token is no longer used, so that it does not end
# between two machines whose clocks differ.
MARGIN = 120.0


@dataclass(frozen=True, slots=True)
class Token:
    """An access token.

    :ivar value: the bearer token: never logged, never a cache key
    :ivar expires_at: epoch seconds from which it is no longer used, a margin before
        the platform stops taking it
    """

    value: str = field(repr=False)
    expires_at: float

    @classmethod
    def lasting(cls, value: str, seconds: float, now: float) -> "Token":
        """Make a token that the platform takes for `seconds` from `now` (epoch)."""
        return cls(value, now + seconds - min(MARGIN, seconds / 2))


class TokenStore(Protocol):
    """Where the workers of one connection share their token.

    :ivar lock: held by the thread that asks for a new one, so that one is enough
    """

    lock: AbstractContextManager

    def load(self) -> Token | None:
        """Return the token last saved by any worker, if there is one."""

    def save(self, token: Token) -> None:
        """Keep a token for all workers; the last one saved wins."""


class MemoryStore:
    """A store for the threads of one process."""

    def __init__(self):
        self.lock = Lock()
        self._token: Token | None = None

    def load(self) -> Token | None:
        return self._token

    def save(self, token: Token) -> None:
        self._token = token


def shared(
    tokens: TokenStore,
    now: Callable[[], float],
    ask: Callable[[], Token],
    refused: str = "",
) -> Token:
    """Return the shared token, unless it is over or `refused`; else a new one.

    :param now: epoch seconds
    :param ask: asks for a new token
    :param refused: value of a token that was just refused
    """
    with tokens.lock:
        token = tokens.load()
        if token and token.value != refused and token.expires_at > now():
            return token
        token = ask()
        tokens.save(token)
        return token
