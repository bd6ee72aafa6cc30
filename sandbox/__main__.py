"""`python -m sandbox`: run Discord on loopback until it is told to stop."""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path

from sandbox.server import DEFAULT_TOKEN, HOST, Options, Sandbox


def _options(argv: list[str]) -> tuple[Options, Path | None]:
    parser = argparse.ArgumentParser(
        prog="python -m sandbox", description="Discord on loopback, for tests and the demo."
    )
    parser.add_argument("--port", type=int, default=8100, help="port on 127.0.0.1; 0 takes a free one (default 8100)")
    parser.add_argument("--ready-file", type=Path, help="write the addresses as JSON here once listening")
    parser.add_argument("--record", type=Path, help="append every REST request and answer here, as JSON lines")
    parser.add_argument("--fast-limits", action="store_true", help="multiply all rate limits by a thousand")
    parser.add_argument("--token", default=DEFAULT_TOKEN, help="the bot token that is accepted")
    parser.add_argument("--seed", type=int, help="make signatures and session ids repeatable")
    given = parser.parse_args(argv)
    options = Options(given.port, given.record, given.fast_limits, given.token, given.seed)
    return options, given.ready_file


def _announce(sandbox: Sandbox, ready_file: Path | None) -> None:
    ready = {
        "base_url": sandbox.base_url,
        "api_base": sandbox.api_url,
        "gateway_url": sandbox.gateway_url,
        "token": sandbox.options.token,
        "port": sandbox.port,
        "pid": os.getpid(),
    }
    if ready_file is not None:
        half = ready_file.with_suffix(".part")
        half.write_text(json.dumps(ready))
        half.replace(ready_file)
    sys.stderr.write(f"The sandbox is at {sandbox.base_url} (API {sandbox.api_url}).\n")
    sys.stderr.flush()


async def _run(options: Options, ready_file: Path | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with Sandbox(options) as sandbox:
        _announce(sandbox, ready_file)
        await stop.wait()


def main() -> int:
    """Parse the arguments and run; 2 when the port cannot be had."""
    options, ready_file = _options(sys.argv[1:])
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(_run(options, ready_file))
    except OSError as error:
        sys.stderr.write(f"The sandbox cannot listen on {HOST}:{options.port}: {error.strerror}. Try --port 0.\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
