"""Has prompts answered as users of OpenAI's package do: a task for each, a semaphore, and the answers at the end."""

import asyncio
import json
from argparse import Namespace

import httpx2
from openai import DEFAULT_CONNECTION_LIMITS, AsyncOpenAI, DefaultAioHttpClient, DefaultAsyncHttpxClient
from openai._vendor.httpx_aiohttp.transport import AiohttpTransport

import measured


def http_client(options: Namespace) -> httpx2.AsyncClient:
    """One of the two that the package comes with, with the package's limits, but on a UNIX socket."""
    if options.over_aiohttp:
        transport = AiohttpTransport(uds=options.socket, limits=DEFAULT_CONNECTION_LIMITS)
        return DefaultAioHttpClient(transport=transport)
    transport = httpx2.AsyncHTTPTransport(uds=options.socket, limits=DEFAULT_CONNECTION_LIMITS)
    return DefaultAsyncHttpxClient(transport=transport)


async def answer(client: AsyncOpenAI, semaphore: asyncio.Semaphore, line: str) -> str:
    request = json.loads(line)
    async with semaphore:
        completion = await client.chat.completions.create(**request["body"])
    response = {"status_code": 200, "body": completion.model_dump(exclude_unset=True)}
    return json.dumps({"custom_id": request["custom_id"], "response": response})


async def run(options: Namespace) -> int:
    with open(options.input, encoding="utf-8") as file:
        lines = file.readlines()
    semaphore = asyncio.Semaphore(options.in_flight)
    async with AsyncOpenAI(base_url="http://localhost/v1", api_key="none", http_client=http_client(options)) as client:
        answers = await asyncio.gather(*(answer(client, semaphore, line) for line in lines))
    with open(options.output, "w", encoding="utf-8") as file:
        file.writelines(text + "\n" for text in answers)
    return len(answers)


parser = measured.parser(__doc__)
parser.add_argument("--over-aiohttp", action="store_true", help="by aiohttp, as with openai[aiohttp], not by httpx")
measured.measure(run, parser.parse_args())
