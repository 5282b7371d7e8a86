"""Has prompts answered by a loop of the shape of `vllm run-batch`, on an HTTP engine in place of the one within it.

The shape is that of vLLM 0.33.0, vllm/entrypoints/launchers/run_batch.py (`validate_batch`, `dispatch_batch`): the whole
file is checked before the first prompt is sent; then a task for each line, of which so many are at the engine and 16
times as many are not written yet; each line is checked again by its task; answers are written in the order of the file
and flushed as they come. There the engine is called in the same program; here by aiohttp, which vLLM uses for HTTP.
"""

import asyncio
import uuid
from argparse import Namespace
from typing import IO, Any

import aiohttp
from pydantic import BaseModel

import measured

UNWRITTEN_FOR_EACH_IN_FLIGHT = 16


class Request(BaseModel):
    custom_id: str
    method: str
    url: str
    body: dict[str, Any]


class Response(BaseModel):
    status_code: int
    request_id: str
    body: dict[str, Any]


class Answer(BaseModel):
    id: str
    custom_id: str
    response: Response
    error: None = None


class AnswerFile:
    """Writes answers in the order of the prompts, whatever the order in which they come."""

    def __init__(self, file: IO[str], most_unwritten: int):
        self.file = file
        self.unwritten = asyncio.Semaphore(most_unwritten)
        self.early: dict[int, str] = {}
        self.next = 0

    def add(self, number: int, text: str) -> None:
        self.early[number] = text
        while (text := self.early.pop(self.next, None)) is not None:
            self.file.write(text + "\n")
            self.next += 1
            self.unwritten.release()
        self.file.flush()


async def answer(session: aiohttp.ClientSession, line: str) -> Answer:
    request = Request.model_validate_json(line)
    async with session.post("http://localhost" + request.url, json=request.body) as response:
        response.raise_for_status()
        body = await response.json()
    return Answer(id=f"vllm-{uuid.uuid4().hex}", custom_id=request.custom_id,
                  response=Response(status_code=200, request_id=f"vllm-batch-{uuid.uuid4().hex}", body=body))


async def dispatch(session: aiohttp.ClientSession, lines: IO[str], answers: AnswerFile, in_flight: int) -> None:
    running = asyncio.Semaphore(in_flight)

    async def run_one(number: int, line: str) -> None:
        try:
            text = (await answer(session, line)).model_dump_json()
        finally:
            running.release()
        answers.add(number, text)

    async with asyncio.TaskGroup() as tasks:
        for number, line in enumerate(lines):
            await answers.unwritten.acquire()
            await running.acquire()
            tasks.create_task(run_one(number, line))


async def run(options: Namespace) -> int:
    connector = aiohttp.UnixConnector(path=options.socket, limit=options.in_flight)
    with open(options.input, encoding="utf-8") as lines, open(options.output, "w", encoding="utf-8") as output:
        for line in lines:
            Request.model_validate_json(line)
        lines.seek(0)
        answers = AnswerFile(output, options.in_flight * UNWRITTEN_FOR_EACH_IN_FLIGHT)
        async with aiohttp.ClientSession(connector=connector) as session:
            await dispatch(session, lines, answers, options.in_flight)
    return answers.next


measured.measure(run, measured.parser(__doc__).parse_args())
