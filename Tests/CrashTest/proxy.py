"""An HTTP proxy that, when told to, answers with errors, resets connections, or lets requests hang."""

import http.client
import os
import socket
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # clients that are killed break their connections


class FaultyProxy:
    def __init__(self, upstream: int):
        self.upstream = upstream
        self.kind = ""
        self.spares_checks = False
        self.until = 0.0
        # How many requests met with a fault.
        self.faults = 0
        self.server = Server(("127.0.0.1", 0), self._handler())
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()

    def disturb(self, kind: str, seconds: float, spares_checks: bool) -> None:
        """`spares_checks`: only requests for completions meet with the fault."""
        self.kind, self.spares_checks = kind, spares_checks
        self.until = time.monotonic() + seconds

    def mend(self) -> int:
        """How many requests met with the fault."""
        self.until = 0.0
        faults, self.faults = self.faults, 0
        return faults

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def fault(self, method: str) -> str | None:
        if time.monotonic() >= self.until or self.spares_checks and method != "POST":
            return None
        return self.kind

    def _handler(self):
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_GET(self):
                self._serve("GET")

            def do_POST(self):
                self._serve("POST")

            def log_message(self, *arguments):
                pass

            def _serve(self, method: str) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if self._meets_fault(method):
                    return
                connection = http.client.HTTPConnection("127.0.0.1", proxy.upstream, timeout=120)
                try:
                    headers = {name: value for name, value in self.headers.items() if name.lower() not in
                               ("host", "connection", "content-length", "accept-encoding")}
                    connection.request(method, self.path, body or None, headers)
                    answer = connection.getresponse()
                    content, kind = answer.read(), answer.getheader("Content-Type", "")
                except OSError:
                    self._answer(502, b"upstream is gone", "text/plain")
                    return
                finally:
                    connection.close()
                # What the engine had done is lost on its way.
                if not self._meets_fault(method):
                    self._answer(answer.status, content, kind)

            def _meets_fault(self, method: str) -> bool:
                fault = proxy.fault(method)
                while fault == "hang":
                    time.sleep(0.02)
                    fault = proxy.fault(method)
                if fault is None:
                    return False
                proxy.faults += 1
                if fault == "reset":
                    self._reset()
                elif fault in ("401", "404"):
                    self._answer(int(fault), b'{"error": {"message": "no", "type": "invalid_request_error"}}')
                else:
                    self._answer(int(fault), b"<html><h1>Bad moment</h1></html>", "text/html")
                return True

            def _answer(self, status: int, content: bytes, kind: str = "application/json") -> None:
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(content)))
                    if status == 429:
                        self.send_header("Retry-After", "0")
                    self.end_headers()
                    self.wfile.write(content)
                except OSError:
                    self.close_connection = True

            def _reset(self) -> None:
                # With no time to linger, closing sends RST.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.close_connection = True
                os.close(self.connection.detach())

        return Handler
