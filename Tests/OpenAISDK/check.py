"""Reads what the daemon wrote with the stock `openai` package, as somebody does who comes from OpenAI's Batch API.

The package has no type for a line of a batch's files, so that of OpenAI's API description is written out here. What
is in a line is served again by HTTP, and the package's own client must take it for what it is: a completion of its
types, or the error of its status.
"""

import argparse
import json
import os
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import openai
from pydantic import BaseModel, ConfigDict

from daemon import DEMO_ENGINE, Daemon

CHAT, TEXT = "/v1/chat/completions", "/v1/completions"


class Response(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    status_code: int
    request_id: str
    body: dict


class Error(BaseModel):
    # Our remedy, line and field are beside these two, which are OpenAI's.
    model_config = ConfigDict(strict=True, extra="allow")
    code: str
    message: str


class Line(BaseModel):
    """BatchRequestOutput of OpenAI's API description, with our `draftspool` beside its members."""

    model_config = ConfigDict(strict=True, extra="forbid")
    id: str
    # Null for a line whose id could not be read, which OpenAI does not accept into a batch.
    custom_id: str | None
    response: Response | None
    error: Error | None
    draftspool: Error | None = None


def prompts() -> list[bytes]:
    def batch_line(custom_id: str, url: str, **body) -> bytes:
        return json.dumps({"custom_id": custom_id, "method": "POST", "url": url, "body": body}).encode()

    question = [{"role": "user", "content": "Say something short."}]
    return [
        batch_line("chat", CHAT, messages=question, max_tokens=8),
        batch_line("text", TEXT, prompt="Once upon a time", max_tokens=8),
        batch_line("choices", CHAT, messages=question, max_tokens=4, logprobs=True, top_logprobs=2),
        b"no JSON",
        batch_line("too-long", CHAT, messages=[{"role": "user", "content": "word " * 3000}], max_tokens=8),
        batch_line("chat", CHAT, messages=question),
    ]


class Replay:
    """Serves the response of one line to whoever asks."""

    def __init__(self):
        replay = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                body = json.dumps(replay.response.body).encode()
                self.send_response(replay.response.status_code)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        self.response: Response | None = None
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1"
        self.client = openai.OpenAI(
            base_url=f"http://127.0.0.1:{self.server.server_port}/v1", api_key="none", max_retries=0)

    def chat(self, response: Response):
        self.response = response
        return self.client.chat.completions.create(model="m", messages=[{"role": "user", "content": "x"}])

    def text(self, response: Response):
        self.response = response
        return self.client.completions.create(model="m", prompt="x")


def check(output: Path) -> int:
    answers = {line.custom_id: line for line in read(output / "output.jsonl")}
    errors = read(output / "errors.jsonl")
    replay = Replay()
    assert list(answers) == ["chat", "text", "choices"], list(answers)
    for custom_id, line in answers.items():
        assert line.response and line.response.status_code == 200 and line.error is None, line
        answer = replay.text(line.response) if custom_id == "text" else replay.chat(line.response)
        expected = openai.types.Completion if custom_id == "text" else openai.types.chat.ChatCompletion
        assert isinstance(answer, expected), type(answer)
        expected.model_validate(line.response.body)
        assert answer.choices and answer.usage.completion_tokens > 0, answer
    assert answers["chat"].response.body["choices"][0]["message"]["role"] == "assistant"

    unreadable, refused, doubled = errors
    for line, code in [(unreadable, "invalid_json"), (doubled, "duplicate_custom_id")]:
        assert line.response is None and line.error.code == code and line.draftspool is None, line
        assert line.error.line and line.error.remedy, line
    assert refused.custom_id == "too-long" and refused.error is None, refused
    assert refused.response.status_code == 400, refused
    assert refused.draftspool.code == "engine_refused" and refused.draftspool.line == 5, refused
    try:
        replay.chat(refused.response)
    except openai.BadRequestError as error:
        assert "context" in error.message, error
        assert error.body["message"] == refused.response.body["error"]["message"], error.body
    else:
        raise AssertionError("the refusal was taken for an answer")
    return len(answers) + len(errors)


def read(path: Path) -> list[Line]:
    return [Line.model_validate_json(line) for line in path.read_bytes().splitlines()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("daemon", "server", "model"):
        parser.add_argument(f"--{name}", required=True)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="draftspool-openai-") as root:
        daemon = Daemon(options.daemon, Path(root), DEMO_ENGINE.format(server=options.server, model=options.model))
        daemon.drop("batch.jsonl", b"\n".join(prompts()) + b"\n")
        with daemon.running():
            output = daemon.output("batch")
        lines = check(output)
    print(f"openai-sdk: {lines} lines are what openai {openai.__version__} takes them for")


if __name__ == "__main__":
    main()
