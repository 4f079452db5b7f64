"""A scripted HTTP server on this machine, in place of PISTE and Chorus Pro.

It answers with what the test queued, in order, and keeps what it was asked.
"""

import json
import socket
import struct
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from chorus.channels.piste import Settings

TOKEN_PATH = "/api/oauth/token"


@dataclass
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict


@dataclass
class Reply:
    """One answer; `raw` replaces everything after the connection was accepted."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    reset: bool = False
    delay: float = 0.0

    def content(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return b"" if self.body is None else json.dumps(self.body).encode()


def ok(**fields) -> Reply:
    """A business answer that succeeded."""
    return Reply(body={"codeRetour": 0, "libelle": "TRA_MSG_00.000", **fields})


def page(listed: list, number: int, size: int, name: str = "listeFactures") -> Reply:
    """One page of a list, sliced as the platform does."""
    pages = -(-len(listed) // size)
    counts = {"pageCourante": number, "pages": pages, "total": len(listed)}
    chunk = listed[(number - 1) * size : number * size]
    return ok(parametresRetour=counts, **{name: chunk})


class ScriptedServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.replies: list = []
        self.token_replies: list[Reply] = []
        self.asked: list[Asked] = []
        self.tokens_given = 0
        #: seconds that a client has waited
        self.pauses: list[float] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def forget(self):
        """Start another test."""
        for kept in (self.replies, self.token_replies, self.asked, self.pauses):
            kept.clear()
        self.tokens_given = 0

    def script(self, *replies):
        """Queue answers: a Reply, or a function from the Asked to a Reply."""
        self.replies += replies

    @property
    def calls(self) -> list[Asked]:
        """What was asked, tokens apart."""
        return [asked for asked in self.asked if asked.path != TOKEN_PATH]

    def reply_to(self, asked: Asked) -> Reply:
        if asked.path != TOKEN_PATH:
            reply = self.replies.pop(0) if self.replies else Reply(599)
            return reply(asked) if callable(reply) else reply
        if self.token_replies:
            return self.token_replies.pop(0)
        self.tokens_given += 1
        token = f"token-{self.tokens_given}"
        return Reply(body={"access_token": token, "expires_in": 3600})

    def handle_error(self, request, client_address):
        """A client that hung up is part of the script."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: ScriptedServer

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == TOKEN_PATH:
            body = {name: values[0] for name, values in parse_qs(text.decode()).items()}
        else:
            body = json.loads(text) if text else {}
        asked = Asked(self.command, self.path, dict(self.headers), body)
        self.server.asked.append(asked)
        self._send(self.server.reply_to(asked))

    do_GET = do_POST  # noqa: N815, names of http.server

    def _send(self, reply: Reply):
        if reply.delay:
            threading.Event().wait(reply.delay)
        if reply.reset:
            now = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
            self.close_connection = True
            return
        if reply.raw is not None:
            self.wfile.write(reply.raw)
            self.close_connection = True
            return
        content = reply.content()
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args):
        """Silent."""


def settings(url: str, **changes) -> Settings:
    """Settings of a client of this server."""
    values = {
        "oauth_url": f"{url}{TOKEN_PATH}",
        "api_url": f"{url}/",
        "client_id": "app",
        "client_secret": "s3cret-of-piste",
        "login": "TECH_1_33254021516357@cpro.fr",
        "password": "p4ssword-of-tech",
        "connect_timeout": 2.0,
        "read_timeout": 2.0,
        "page_size": 3,
    }
    return Settings(**values | changes)


@contextmanager
def running():
    """Serve until the end of the block."""
    server = ScriptedServer()
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    )
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
