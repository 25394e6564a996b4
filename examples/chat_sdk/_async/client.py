"""The client: what a user of the SDK starts from."""

from __future__ import annotations

from functools import cached_property

from sdkbase import AsyncHttpClient, BearerAuth, TimeoutConfig

from ..errors import InvalidPromptError, Problem
from .completions import AsyncCompletions
from .models import AsyncModels


class AsyncChat(AsyncHttpClient):
    """
    Client of the chat API; takes what `AsyncHttpClient` takes, the API's URL first.

    Without them, URL and key come from `CHAT_BASE_URL` and `CHAT_API_KEY` of the environment.
    Calls raise `sdkbase.StatusError`, and streams `sdkbase.StreamError` too, with a `Problem` as
    the error's body.
    """

    base_url_env = "CHAT_BASE_URL"
    default_auth = BearerAuth.from_env("CHAT_API_KEY")
    # A model may think for minutes before it says a word.
    default_timeout_config = TimeoutConfig(read=600)
    stream_done = "[DONE]"
    stream_error_event = "error"
    error_model = Problem
    error_code = "error.type"
    error_classes = {"invalid_request": InvalidPromptError}

    @cached_property
    def completions(self) -> AsyncCompletions:
        """Answers to conversations, whole or streamed."""
        return AsyncCompletions(self)

    @cached_property
    def models(self) -> AsyncModels:
        """The models that can be asked."""
        return AsyncModels(self)
