from __future__ import annotations

import copy
import pickle

from sdkbase._observe.observer import Observer

from .conftest import MakeRecord


def test_observer_methods_do_nothing(make_record: MakeRecord) -> None:
    observer = Observer()
    observer.attempt_started("GET", "https://h/x", "/x", 1)
    observer.retry_scheduled("GET", "https://h/x", "/x", 1, 0.5, "HTTP 503")
    observer.call_finished(make_record())


def test_record_keeps_the_raw_url_for_its_observer(make_record: MakeRecord, canary: str) -> None:
    assert canary in make_record(url=f"https://h/x?token={canary}").url


def test_record_repr_and_pickle_hold_no_secret(make_record: MakeRecord, canary: str) -> None:
    record = make_record(
        url=f"https://user:{canary}@h/x?api_key=plain-{canary}",
        template=f"/x/{canary}",
        error=f"ConnectError: {canary}",
        request_id=canary,
    )
    assert canary not in repr(record)
    assert canary.encode() not in pickle.dumps(record)
    assert canary not in repr(copy.deepcopy(record).error)


def test_record_survives_pickling(make_record: MakeRecord) -> None:
    record = make_record(status_code=503, error="HTTP 503", attempts=4)
    assert pickle.loads(pickle.dumps(record)) == record
    assert repr(record).startswith("CallRecord(method='GET', url='https://api.example.com/users/7'")
