"""Uses the daemon's HTTP API with the stock `openai` package, as somebody does who had OpenAI's Batch API before.

The daemon is run three times on one spool: on a UNIX socket, on a port with a token, and on the UNIX socket again after
it was killed.
"""

import argparse
import io
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import httpx2
import openai

from check import CHAT, Line
from daemon import DEMO_ENGINE, Daemon, free_port
from waiting import within

TOKEN = "a-token-of-some-length"
README = Path(__file__).resolve().parents[2] / "README.md"


def line(custom_id: str, tokens: int = 8, url: str = CHAT) -> dict:
    question = [{"role": "user", "content": f"Say something short about {custom_id}."}]
    return {"custom_id": custom_id, "method": "POST", "url": url, "body": {"messages": question, "max_tokens": tokens}}


def batch_file(*lines: dict | bytes) -> bytes:
    return b"".join((entry if isinstance(entry, bytes) else json.dumps(entry).encode()) + b"\n" for entry in lines)


class Site:
    def __init__(self, root: Path, options: argparse.Namespace):
        self.root = root
        self.model = options.model
        self.engine = DEMO_ENGINE.format(server=options.server, model=options.model)
        self.daemon = Daemon(options.daemon, root, self.engine)
        self.socket = root / "run/api.sock"
        (root / "token").write_text(TOKEN + "\n")
        self.port = free_port()

    def running(self):
        """Runs the daemon, which may take no longer to stop than that."""
        return self.daemon.running(seconds_to_stop=30)

    def on_socket(self) -> openai.OpenAI:
        transport = httpx2.HTTPTransport(uds=str(self.socket))
        client = openai.OpenAI(base_url="http://localhost/v1", api_key="none", max_retries=0,
                               http_client=openai.DefaultHttpxClient(transport=transport))
        return self.ready(client)

    def on_port(self, token: str = TOKEN) -> openai.OpenAI:
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
        return openai.OpenAI(base_url=f"http://127.0.0.1:{self.port}/v1", api_key=token, max_retries=0)

    def ready(self, client: openai.OpenAI) -> openai.OpenAI:
        within(240, "the daemon serves", lambda: is_ready(client))
        return client


def is_ready(client: openai.OpenAI) -> bool:
    root = client.with_options(base_url=str(client.base_url).removesuffix("v1/"))
    try:
        return root.get("/healthz", cast_to=object) == {"status": "ready"}
    except (openai.APIConnectionError, openai.InternalServerError):
        return False


def create(client: openai.OpenAI, content: bytes, name: str = "prompts.jsonl", window: str = "24h",
           **parameters) -> openai.types.Batch:
    file = client.files.create(file=(name, content), purpose="batch")
    return client.batches.create(input_file_id=file.id, endpoint=CHAT, completion_window=window, **parameters)


def ended(client: openai.OpenAI, batch_id: str) -> openai.types.Batch:
    states = ["validating", "in_progress", "finalizing", "cancelling"]
    within(240, f"{batch_id} ends", lambda: client.batches.retrieve(batch_id).status not in states)
    return client.batches.retrieve(batch_id)


def lines_of(client: openai.OpenAI, file_id: str) -> list[Line]:
    return [Line.model_validate_json(text) for text in client.files.content(file_id).read().splitlines()]


def raises(error: type, call) -> openai.APIStatusError:
    try:
        result = call()
    except error as raised:
        return raised
    raise AssertionError(f"no {error.__name__}, but {result}")


def everyday(client: openai.OpenAI, site: Site) -> None:
    content = batch_file(line("one"), b"no JSON", line("two"), line("three", url="/v1/embeddings"))
    file = client.files.create(file=("every day.jsonl", content), purpose="batch")
    assert (file.filename, file.bytes, file.purpose) == ("every day.jsonl", len(content), "batch"), file
    assert client.files.content(file.id).read() == content
    batch = client.batches.create(input_file_id=file.id, endpoint=CHAT, completion_window="24h",
                                  metadata={"team": "tests", "night": "1"})
    # How far it is by now is the machine's affair.
    assert batch.status in ("validating", "in_progress", "finalizing", "completed"), batch
    assert batch.metadata == {"team": "tests", "night": "1"} and batch.input_file_id == file.id, batch
    batch = ended(client, batch.id)
    assert batch.status == "completed" and batch.completed_at >= batch.in_progress_at >= batch.created_at - 1, batch
    counts = batch.request_counts
    assert (counts.total, counts.completed, counts.failed) == (4, 2, 2), batch
    assert [entry.custom_id for entry in lines_of(client, batch.output_file_id)] == ["one", "two"]
    assert [entry.error.line for entry in lines_of(client, batch.error_file_id)] == [2, 4]
    output = client.files.retrieve(batch.output_file_id)
    assert output.purpose == "batch_output" and output.filename == "every day_output.jsonl", output
    assert (site.root / "spool/output/every day/output.jsonl").read_bytes() == client.files.content(output.id).read()
    raises(openai.PermissionDeniedError, lambda: client.files.delete(output.id))
    assert client.files.delete(file.id).deleted
    raises(openai.NotFoundError, lambda: client.files.retrieve(file.id))
    assert client.batches.retrieve(batch.id).input_file_id == file.id


def dropped(client: openai.OpenAI, site: Site) -> None:
    """A file in incoming/ is a batch like any other."""
    site.daemon.drop("dropped.jsonl", batch_file(line("a")))
    within(60, "it is listed", lambda: client.batches.list(limit=1).data[0].input_file_id.startswith("file-input-"))
    batch = ended(client, client.batches.list(limit=1).data[0].id)
    assert batch.status == "completed" and batch.metadata is None, batch
    assert client.files.content(batch.input_file_id).read() == batch_file(line("a"))
    assert len(lines_of(client, batch.output_file_id)) == 1


def refused(client: openai.OpenAI, site: Site) -> None:
    """A file of which not one line can be read."""
    batch = ended(client, create(client, b"nothing\nof this\n").id)
    assert batch.status == "failed" and batch.failed_at, batch
    assert batch.errors.data[0].code == "no_readable_prompt", batch
    assert batch.errors.data[1].line == 1, batch
    assert batch.output_file_id is None and batch.error_file_id is None, batch


def cancelled(client: openai.OpenAI, site: Site) -> None:
    with site.daemon.frozen_engines():
        batch = create(client, batch_file(*(line(f"long-{number}", 256) for number in range(200))))
        within(60, "it runs", lambda: client.batches.retrieve(batch.id).status == "in_progress")
        cancelling = client.batches.cancel(batch.id)
        assert cancelling.status in ("cancelling", "cancelled") and cancelling.cancelling_at, cancelling
        batch = ended(client, batch.id)
    assert batch.status == "cancelled" and batch.cancelled_at, batch
    assert batch.request_counts.total == batch.request_counts.completed + batch.request_counts.failed == 200, batch
    codes = {entry.error.code for entry in lines_of(client, batch.error_file_id)}
    assert codes == {"cancelled"}, codes
    raises(openai.BadRequestError, lambda: client.batches.cancel(batch.id))
    at_once = create(client, batch_file(line("never", 256), line("neither", 256)))
    client.batches.cancel(at_once.id)
    assert ended(client, at_once.id).status in ("cancelled", "completed")


def expired(client: openai.OpenAI, site: Site) -> None:
    """What has no answer within the completion window ends, and what was answered is kept."""
    batch = create(client, batch_file(*(line(f"late-{number}", 256) for number in range(200))), window="2s")
    assert batch.completion_window == "2s", batch
    if batch.expires_at is None:
        print("openai-sdk: SKIPPED: the file system keeps no attributes, so that batches do not expire")
        client.batches.cancel(batch.id)
        return
    assert batch.expires_at >= batch.created_at + 2, batch
    batch = ended(client, batch.id)
    assert batch.status == "expired" and batch.completed_at is None, batch
    assert batch.expired_at >= batch.expires_at >= batch.created_at + 2, batch
    assert batch.request_counts.total == batch.request_counts.completed + batch.request_counts.failed == 200, batch
    errors = lines_of(client, batch.error_file_id)
    assert {entry.error.code for entry in errors} == {"batch_expired"}, errors
    assert errors[0].error.message == "This request could not be executed before the completion window expired."
    answered = lines_of(client, batch.output_file_id) if batch.output_file_id else []
    assert {entry.custom_id for entry in errors + answered} == {f"late-{number}" for number in range(200)}
    raises(openai.BadRequestError, lambda: client.batches.cancel(batch.id))


def lists(client: openai.OpenAI, site: Site) -> None:
    batches = [batch.id for batch in client.batches.list(limit=100)]
    assert len(batches) == len(set(batches)) > 4, batches
    assert [batch.id for batch in client.batches.list(limit=2)] == batches
    files = [file.id for file in client.files.list(limit=1000)]
    assert len(files) == len(set(files)) > 5, files
    assert [file.id for file in client.files.list(limit=2)] == files
    assert [file.id for file in client.files.list(limit=3, order="asc")] == files[::-1]
    assert {file.purpose for file in client.files.list(purpose="batch_output")} == {"batch_output"}
    for call in [lambda: client.batches.list(limit=101), lambda: client.batches.list(after="batch_none"),
                 lambda: client.files.list(after="file-none"), lambda: client.files.list(purpose="assistants")]:
        raises(openai.BadRequestError, call)


def wrong(client: openai.OpenAI, site: Site) -> None:
    unknown = "file-0123456789abcdef01234567"
    for call in [lambda: client.files.retrieve(unknown), lambda: client.files.content("file-x"),
                 lambda: client.files.delete(unknown), lambda: client.batches.retrieve("batch_none"),
                 lambda: client.batches.cancel("batch_none"), lambda: client.models.retrieve("none"),
                 lambda: client.batches.create(input_file_id=unknown, endpoint=CHAT, completion_window="24h"),
                 lambda: client.chat.completions.create(model="m", messages=[])]:
        raises(openai.NotFoundError, call)
    file = client.files.create(file=("a.jsonl", batch_file(line("a"))), purpose="batch")
    for parameters, param in [({"endpoint": "/v1/embeddings"}, "endpoint"), ({"completion_window": "soon"}, "completion_window"),
                              ({"metadata": {"a": "b" * 513}}, "metadata"), ({"input_file_id": "x"}, "input_file_id"),
                              ({"output_expires_after": {"anchor": "created_at", "seconds": 3600}}, "output_expires_after")]:
        whole = {"input_file_id": file.id, "endpoint": CHAT, "completion_window": "24h", **parameters}
        error = raises(openai.BadRequestError, lambda: client.batches.create(**whole))
        assert error.body["param"] == param, error.body
    for parameters in [{"purpose": "fine-tune"}, {"purpose": "batch", "file": ("a.jsonl", b"")}]:
        whole = {"file": ("a.jsonl", b"x"), **parameters}
        raises(openai.BadRequestError, lambda: client.files.create(**whole))
    left = site.root / "spool/api/files"
    assert {path.name for path in left.iterdir()} == {
        file.id for file in client.files.list(purpose="batch")}, "a refused upload left something"


def repeated(client: openai.OpenAI, site: Site) -> None:
    """One request, sent twice under one key, is one batch."""
    file = client.files.create(file=("once.jsonl", batch_file(line("once"))), purpose="batch")

    def send(**parameters):
        return client.batches.create(input_file_id=file.id, endpoint=CHAT, completion_window="24h",
                                     extra_headers={"Idempotency-Key": "once"}, **parameters)

    assert send().id == send().id
    raises(openai.BadRequestError, lambda: send(metadata={"other": "1"}))


def large(client: openai.OpenAI, site: Site) -> None:
    """A large file goes to disk as it comes, and one that breaks off leaves nothing."""
    size = 64 << 20
    file = client.files.create(file=("large.jsonl", io.BytesIO(b"x" * size)), purpose="batch")
    assert file.bytes == size
    assert sum(len(piece) for piece in client.files.content(file.id).iter_bytes()) == size
    client.files.delete(file.id)
    before = {path.name for path in (site.root / "spool/api/files").iterdir()}
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(site.socket))
        connection.sendall(b"POST /v1/files HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
                           b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
                           b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\nsome')
        within(30, "the upload begins", lambda: len(list((site.root / "spool/api/files").iterdir())) > len(before))
    within(30, "it leaves nothing", lambda: {path.name for path in (site.root / "spool/api/files").iterdir()} == before)


def models(client: openai.OpenAI, site: Site) -> None:
    names = [model.id for model in client.models.list()]
    assert names == [Path(site.model).name], names
    assert client.models.retrieve(names[0]).owned_by == "draftspool"


def readme(client: openai.OpenAI, site: Site) -> None:
    """The lines of Python in the README."""
    code = re.search(r"```python\n(.*?)```", README.read_text(), re.DOTALL).group(1)
    (site.root / "prompts.jsonl").write_bytes(batch_file(line("readme")))
    code = code.replace("/run/draftspool/api.sock", str(site.socket))
    subprocess.run([sys.executable, "-c", code], cwd=site.root, check=True, stdout=subprocess.DEVNULL)
    newest = client.batches.list(limit=1).data[0]
    assert ended(client, newest.id).request_counts.completed == 1, newest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("daemon", "server", "model"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    options.model = str(Path(options.model).resolve())
    with tempfile.TemporaryDirectory(prefix="draftspool-api-") as directory:
        run(Site(Path(directory), options))
    print(f"openai-sdk: the API is what openai {openai.__version__} takes it for")


def run(site: Site) -> None:
    with site.running():
        client = site.on_socket()
        for test in (everyday, dropped, refused, cancelled, expired, lists, wrong, repeated, large, models, readme):
            test(client, site)
        batches = [ended(client, batch.id).to_dict() for batch in client.batches.list()]
        files = [file.to_dict() for file in client.files.list()]
    assert not site.socket.exists(), "the socket stayed"

    web = f"web: {{listen: '127.0.0.1:{site.port}', token-file: '{site.root}/token'}}\n"
    site.daemon.configure(site.engine + web)
    with site.running():
        client = site.ready(site.on_port())
        assert not site.socket.exists(), "it listens on the socket too"
        assert [batch.to_dict() for batch in client.batches.list()] == batches
        assert [file.to_dict() for file in client.files.list()] == files
        stranger = site.on_port("another-token-of-some-length")
        raises(openai.AuthenticationError, stranger.models.list)
        raises(openai.AuthenticationError, lambda: create(stranger, batch_file(line("a"))))
        assert is_ready(stranger), "healthz takes a token"
        assert ended(client, create(client, batch_file(line("a"))).id).status == "completed"

    site.daemon.configure(site.engine)
    with site.running():
        client = site.on_socket()
        file = client.files.create(file=("killed.jsonl", batch_file(line("killed"))), purpose="batch")
        created = client.batches.create(input_file_id=file.id, endpoint=CHAT, completion_window="24h")
        site.daemon.kill()
    with site.running():
        client = site.on_socket()
        batch = ended(client, created.id)
        assert batch.status == "completed" and batch.request_counts.total == 1, batch
        assert len([other for other in client.batches.list() if other.input_file_id == file.id]) == 1


if __name__ == "__main__":
    main()
