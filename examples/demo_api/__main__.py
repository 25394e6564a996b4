"""Serve the demo API from the command line."""

import argparse
import sys
import time
from collections.abc import Sequence

from .server import DemoApi


def main(argv: Sequence[str] | None = None) -> int:
    """
    Serve until Ctrl-C.

    Args:
        argv: Command-line arguments; those of the process if None.

    Returns:
        The exit code: 0 after Ctrl-C, 1 if the port cannot be had.
    """
    options = _parser().parse_args(argv)
    try:
        _serve(DemoApi(port=options.port, token=options.token))
    except OSError as error:
        print(f"demo_api: cannot listen on port {options.port}: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="demo_api", description="Serve the demo API.")
    parser.add_argument("--port", type=int, default=0, help="0 (default) takes a free port")
    parser.add_argument("--token", default="demo-token", help="the bearer token to accept")
    return parser


def _serve(api: DemoApi) -> None:
    try:
        with api:
            print(f"Serving {api.base_url} (Ctrl-C stops)", flush=True)
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    raise SystemExit(main())
