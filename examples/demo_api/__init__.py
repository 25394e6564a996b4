"""
A small real HTTP/1.1 API, standard library only, for examples, tests and the demo.

    with DemoApi() as api:
        httpx.get(api.base_url + "/health")

`python -m demo_api --port 8000` serves the same API until Ctrl-C.
"""

from .data import Post as Post
from .data import User as User
from .server import DemoApi as DemoApi

__all__ = ["DemoApi", "Post", "User"]
