"""Sockets: real HTTP/1.1 on loopback, and the faults that live below JSON."""

import contextlib
import socket
import struct
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import admin
from .approved import admin as _approved_admin  # noqa: F401, registers its addresses
from .approved import api as approved
from .clock import iso
from .faults import spoil
from .gateway import Reply, Request, read_json, reply_json, respond
from .platform import Platform

HTML = {"Content-Type": "text/html"}
#: what a gateway says by default with each code; ``args`` may say otherwise
STATUS_BODIES = {
    400: ('{"error": "invalid_client"}', {"Content-Type": "application/json"}),
    401: ("", {"WWW-Authenticate": 'Bearer realm="PISTE"'}),
    403: ("{}", {"Content-Type": "application/json"}),
    413: ("<html><body>Request Entity Too Large</body></html>", HTML),
    429: ("", {}),
    500: ('{"codeRetour": 500, "libelle": "Erreur interne"}', {}),
    502: ("<html><body><h1>502 Bad Gateway</h1></body></html>", HTML),
    503: ("<html><body>Maintenance en cours</body></html>", HTML),
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def setup(self):
        super().setup()
        self.spared = False
        self.server.live.add(self.connection)

    def finish(self):
        self.server.live.discard(self.connection)
        super().finish()

    @property
    def simulator(self):
        return self.server.simulator

    def handle_one_request(self):
        """A fault may strike before one byte of the request is read."""
        self.close_connection = True
        path = self._peek_path()
        if path is None:
            return
        self.rule = None
        if path.startswith("/admin/"):
            # an outage spares the admin: its calls may be made again safely
            self.spared = self.spared or self.server.spare(self.connection)
            if not self.spared:
                return
        else:
            with self.simulator.platform.lock:
                self.rule = self.simulator.platform.faults.draw(path)
        if self.rule and self.rule.stage == "unread":
            self._break_unread(path)
        else:
            super().handle_one_request()

    def _peek_path(self):
        """The path of the next request, left unread; None when the client left."""
        while True:
            try:
                seen = self.connection.recv(65536, socket.MSG_PEEK)
            except ConnectionError:
                return None
            if not seen:
                return None
            line, end, _rest = seen.partition(b"\r\n")
            if end or len(seen) == 65536:
                words = line.split(b" ")
                return words[1].decode("latin-1") if len(words) > 1 else ""
            time.sleep(0.001)

    def _break_unread(self, path):
        with self.simulator.platform.lock:
            self._note("", path, None)
        self._reset()
        if self.rule.kind == "refuse":
            self.simulator.outage(self.rule.args.get("seconds", 0.5))

    def do_GET(self):
        self._serve()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815, names of http.server

    def _serve(self):
        path = self.path.partition("?")[0]
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit():
            self._send(Reply(400))
            return
        request = Request(
            self.command, path, self.headers, self.rfile.read(int(length))
        )
        if path.startswith("/admin/"):
            self._send(admin.respond(self.simulator, request))
        else:
            self._platform(request)

    def _platform(self, request):
        broken = self._break_read()
        if broken == "reset":
            self._note(request.method, request.path, None)
            self._reset()
            return
        reply = broken or self._process(request)
        platform = self.simulator.platform
        with platform.lock:
            self._note(request.method, request.path, reply.status)
            if platform.settings.record:
                platform.journal.exchange(
                    request.method,
                    request.path,
                    read_json(request.body),
                    reply.status,
                    reply.json,
                )
        time.sleep(platform.settings.latency)
        self._answer(reply)

    def _break_read(self):
        """Faults that strike once the request is read, before it is processed."""
        rule = self.rule
        if rule is None or rule.stage != "read":
            return None
        if rule.kind == "reset_after_read":
            return "reset"
        if rule.kind == "status":
            return _status(**rule.args)
        if rule.kind == "token_expired":
            self.simulator.platform.accounts.expire_tokens()
        else:
            time.sleep(rule.args.get("seconds", 5))
        return None

    def _process(self, request):
        platform = self.simulator.platform
        if len(request.body) > platform.settings.max_body_bytes:
            return _status(413)
        skew = contextlib.nullcontext()
        if self.rule and self.rule.kind == "clock_skew":
            skew = platform.clock.skewed(self.rule.args.get("seconds", 3600))
        with platform.lock, skew:
            platform.settle()
            if request.path.startswith(approved.ROOT):
                reply = approved.respond(platform, request, self.path)
            else:
                reply = respond(platform, request, self.rule)
        if self.rule and self.rule.stage == "answer" and isinstance(reply.json, dict):
            reply.body = reply_json(200, spoil(self.rule, reply.json)).body
        if self.rule and self.rule.kind == "status_after":
            return _status(**self.rule.args)
        return reply

    def _answer(self, reply):
        """Faults that strike once the request is processed."""
        kind = self.rule.kind if self.rule else ""
        if kind == "slow_then_lost":
            time.sleep(self.rule.args.get("seconds", 5))
        if kind in ("lost_answer", "slow_then_lost"):
            self._reset()
        elif kind == "truncated_json":
            half = Reply(
                reply.status, reply.body[: len(reply.body) // 2], reply.headers
            )
            lying = self.rule.args.get("lying")
            self._send(half, len(reply.body) if lying else None)
        elif kind.startswith("status") and self.rule.args.get("bare"):
            self.close_connection = True
            self.wfile.write(b"HTTP/1.1 %d \r\n\r\n" % reply.status)
        else:
            self._send(reply)

    def _send(self, reply, length=None):
        """``length`` is what the header says when it lies."""
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(length or len(reply.body)))
        if length or reply.headers.get("Connection") == "close":
            self.close_connection = True
        self.end_headers()
        self.wfile.write(reply.body)

    def _reset(self):
        """RST instead of FIN when the connection closes."""
        self.close_connection = True
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

    def _note(self, method, path, status):
        platform = self.simulator.platform
        fault = self.rule.kind if self.rule else None
        platform.journal.call(iso(platform.clock.now()), method, path, status, fault)

    def date_time_string(self, timestamp=None):
        clock = self.simulator.platform.clock
        return super().date_time_string(timestamp or clock.timestamp())

    def log_message(self, *args):
        """The journal says it all; nothing on the terminal."""


def _status(code=500, body=None, headers=None, bare=False):
    """An answer of the gateway; ``bare`` is dealt with when it is written."""
    usual_body, usual_headers = STATUS_BODIES.get(code, ("", {}))
    body = usual_body if body is None else body
    headers = usual_headers if headers is None else headers
    return Reply(code, body.encode(), dict(headers))


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def __init__(self, port, simulator):
        self.simulator = simulator
        self.live = set()
        super().__init__(("127.0.0.1", port), Handler)

    def spare(self, connection):
        """Put a connection out of an outage's reach; False: it was cut already."""
        try:
            self.live.remove(connection)
        except KeyError:
            return False
        return True

    def cut(self):
        """Cut every connection, one by one: what is cut is served no more."""
        while self.live:
            with contextlib.suppress(OSError, KeyError):
                self.live.pop().shutdown(socket.SHUT_RDWR)

    def shutdown_request(self, request):
        """Closes without the FIN that would come before a reset."""
        self.close_request(request)

    def handle_error(self, request, client_address):
        """A client that left is no news here; a defect still is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Simulator:
    """The platform at one address, which it keeps through its outages."""

    def __init__(self, port=0, frozen=True):
        self.frozen = frozen
        self.platform = Platform(frozen)
        self._server = Server(port, self)
        self._pause = 0
        self._stopped = False
        self._switch = threading.Lock()
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def run(self):
        while True:
            self._server.serve_forever(poll_interval=0.02)
            time.sleep(self._pause)
            with self._switch:
                if self._stopped:
                    return
                self._server = Server(self.port, self)
                self._pause = 0

    def outage(self, seconds):
        """Connections are cut, then refused for ``seconds`` of real time."""
        with self._switch:
            if not self._pause:
                self._pause = seconds
                self._close()

    def stop(self):
        with self._switch:
            self._stopped = True
            self._close()

    def _close(self):
        self._server.shutdown()
        self._server.server_close()
        self._server.cut()

    def __enter__(self):
        threading.Thread(target=self.run, daemon=True).start()
        return self

    def __exit__(self, *_exc):
        self.stop()
