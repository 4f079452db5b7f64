"""A time-stamping authority (RFC 3161) on loopback; its own clock is this machine's.

Signed by `openssl ts`, so that what reads and what verifies was not written here.
"""

import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import which

SETTINGS = """
[req]
distinguished_name = name
[name]
[tsa]
default_tsa = authority
[authority]
serial = {folder}/serial
default_policy = 1.2.3.4.1
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
[signer]
extendedKeyUsage = critical,timeStamping
"""
CURVE = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def is_possible() -> bool:
    """Tell whether this machine has OpenSSL's program."""
    return which("openssl") is not None


class Authority:
    """An authority that answers while it is entered.

    :ivar url: its address
    :ivar root: its certificate, in PEM
    :ivar asked: how many requests came
    :ivar says: what it answers instead of a time stamp: (status, headers, body)
    """

    def __enter__(self):
        self._kept = tempfile.TemporaryDirectory()
        self.folder = Path(self._kept.name)
        self.root = self.folder / "root.pem"
        self.asked, self.says = 0, None
        (self.folder / "serial").write_text("01")
        (self.folder / "settings").write_text(SETTINGS.format(folder=self.folder))
        self._certify()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/tsr"
        return self

    def __exit__(self, *_error) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._kept.cleanup()

    def stamp(self, query: bytes) -> bytes:
        """Answer one request.

        :param query: a TimeStampReq in DER
        """
        (self.folder / "query").write_bytes(query)
        self._openssl(
            *("ts", "-reply", "-config", "settings", "-queryfile", "query"),
            *("-signer", "signer.pem", "-inkey", "signer.key", "-out", "answer"),
        )
        return (self.folder / "answer").read_bytes()

    def confirms(self, answer: bytes, digest: str) -> bool:
        """Verify a time stamp as an inspector does.

        :param digest: SHA-256 in hexadecimal
        """
        (self.folder / "given").write_bytes(answer)
        done = self._openssl(
            *("ts", "-verify", "-digest", digest, "-in", "given"),
            *("-CAfile", "root.pem"),
            check=False,
        )
        return done.returncode == 0

    def _certify(self) -> None:
        """Make the root's certificate, and the signer's."""
        common = ("-config", "settings", "-days", "30")
        self._openssl(
            *("req", "-x509", *CURVE, "-keyout", "root.key", "-out", "root.pem"),
            *("-subj", "/CN=Root", "-addext", "basicConstraints=critical,CA:TRUE"),
            *common,
        )
        self._openssl(
            *("req", "-x509", *CURVE, "-keyout", "signer.key", "-out", "signer.pem"),
            *("-CA", "root.pem", "-CAkey", "root.key", "-subj", "/CN=Authority"),
            *("-extensions", "signer", *common),
        )

    def _openssl(self, *words: str, check: bool = True):
        return subprocess.run(
            ["openssl", *words], cwd=self.folder, check=check, capture_output=True
        )

    def _handler(self) -> type:
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                authority.asked += 1
                query = self.rfile.read(int(self.headers["Content-Length"]))
                if authority.says:
                    status, headers, body = authority.says
                else:
                    reply = {"Content-Type": "application/timestamp-reply"}
                    status, headers, body = 200, reply, authority.stamp(query)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_words):
                """Tests are silent."""

        return Handler
