"""
A demo of a chat API that streams its answers as server-sent events, standard library only.

    with ChatApi() as api:
        httpx.post(api.base_url + "/v1/completions", ...)

    POST   /v1/completions              answer a conversation; streams if the body says `stream`
    GET    /v1/completions              all answers in pages, after the id `after` if given
    GET    /v1/completions/{id}         an answer once more
    DELETE /v1/completions/{id}         forget it
    GET    /v1/completions/{id}/events  its stream once more, after `Last-Event-ID` if that is sent
    GET    /v1/models                   the models, each of which behaves in one way of its own
"""

from .server import ChatApi as ChatApi

__all__ = ["ChatApi"]
