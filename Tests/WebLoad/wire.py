"""HTTP/1.1 on the daemon's UNIX socket, as far as the API needs it: a request at a time on a connection that is kept."""

import asyncio
import json

BOUNDARY = "a-boundary-that-is-in-no-prompt"
# Of silence; the daemon gives up before.
PATIENCE = 120


class Refused(Exception):
    """An answer that is not 200."""

    def __init__(self, what: str, status: int, body: bytes):
        super().__init__(f"{what}: {status} {body[:300].decode(errors='replace')}")
        self.status = status
        self.body = body

    @property
    def error(self) -> dict:
        """The error in OpenAI's shape."""
        error = json.loads(self.body)["error"]
        assert set(error) == {"message", "type", "param", "code"}, error
        return error


class Connection:
    def __init__(self, path: str):
        self.path = path
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        self.reader, self.writer = await asyncio.open_unix_connection(self.path)

    async def close(self) -> None:
        if self.writer:
            self.writer.close()
            await asyncio.gather(self.writer.wait_closed(), return_exceptions=True)
        self.reader = self.writer = None

    async def ask(self, method: str, path: str, body: bytes = b"", kind: str = "application/json",
                  headers: str = "") -> bytes:
        """The body of the answer to a request."""
        if self.writer is None:
            await self.open()
        head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}"
        if body:
            head += f"Content-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        self.writer.write(head.encode() + b"\r\n" + body)
        await self.writer.drain()
        return await self.answer(f"{method} {path}")

    async def json(self, method: str, path: str, body: dict | None = None, headers: str = "") -> dict:
        return json.loads(await self.ask(method, path, json.dumps(body).encode() if body else b"", headers=headers))

    async def upload(self, name: str, content: bytes) -> dict:
        body = form_head(name) + content + FORM_END
        return json.loads(await self.ask("POST", "/v1/files", body, FORM_TYPE))

    async def answer(self, what: str) -> bytes:
        async with asyncio.timeout(PATIENCE):
            lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            fields = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
            body = await self.reader.readexactly(int(fields["content-length"]))
        status = int(lines[0].split()[1])
        if fields.get("connection") == "close":
            await self.close()
        if status != 200:
            raise Refused(what, status, body)
        return body


FORM_TYPE = f"multipart/form-data; boundary={BOUNDARY}"
FORM_END = f"\r\n--{BOUNDARY}--\r\n".encode()


def form_head(name: str) -> bytes:
    """What stands before the content in the form by which a file is uploaded."""
    return (f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--{BOUNDARY}\r\n'
            f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n').encode()
