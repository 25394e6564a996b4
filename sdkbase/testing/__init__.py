"""
The test kit for SDKs: an API that is not there, a clock that is not real, recordings of real calls.

    api = MockApi(clock=(clock := SyncVirtualClock()))
    users = api.add("GET", "/users/{user_id}", 503, Answer(json={"id": 7, "name": "Ada"}))

    with Acme(base_url=api.base_url, transport=api, clock=clock) as acme:
        assert acme.users.retrieve(7).name == "Ada"
    users.assert_called(times=2)
    assert clock.sleeps  # the wait before the second attempt, which took no time

`MockApi`, `Recorder` and `Cassette` are httpx transports of both colours: `transport=` of an async
or of a sync client takes them, and so does `transport=` of a client of httpx itself.
"""

from .._exports import publish as _publish
from ._answers import Answer, Answers, Fault
from ._cassette import Cassette, Recorder
from ._clocks import AsyncVirtualClock, SyncVirtualClock
from ._mock_api import MockApi, Route, UnexpectedCallError
from ._mock_call import MockCall

__all__ = [
    "Answer",
    "Answers",
    "AsyncVirtualClock",
    "Cassette",
    "Fault",
    "MockApi",
    "MockCall",
    "Recorder",
    "Route",
    "SyncVirtualClock",
    "UnexpectedCallError",
]

_publish(*(globals()[name] for name in __all__), package=__name__)
