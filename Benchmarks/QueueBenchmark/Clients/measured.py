"""What a client that has a file of prompts answered costs."""

import asyncio
import json
import resource
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable


def parser(description: str) -> ArgumentParser:
    parser = ArgumentParser(description=description)
    parser.add_argument("socket", help="the engine's UNIX socket")
    parser.add_argument("input", help="prompts, a line each as OpenAI's Batch API has them")
    parser.add_argument("output", help="where the answers go, a line each")
    parser.add_argument("--in-flight", type=int, default=256, help="the most prompts at the engine at once")
    return parser


def measure(run: Callable[[Namespace], Awaitable[int]], options: Namespace) -> None:
    """Runs a client, which returns the number of prompts, and prints its figures. Imports are not counted."""
    start, processor_start = time.perf_counter(), time.process_time()
    prompts = asyncio.run(run(options))
    seconds, processor_seconds = time.perf_counter() - start, time.process_time() - processor_start
    peak_bytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({
        "prompts": prompts,
        "prompts_per_second": round(prompts / seconds, 2),
        "cpu_us_per_prompt": round(processor_seconds / prompts * 1e6, 2),
        "resident_mb": round(peak_bytes / 1e6, 2),
    }))
