# Generated from _async/client.py by sdkbase.codegen. Do not edit.
# sha256: 8116a99d8930e51f
"""The client: what a user of the SDK starts from."""

from __future__ import annotations

from functools import cached_property

from sdkbase import BearerAuth, SyncHttpClient, TimeoutConfig

from ..errors import InvalidPromptError, Problem
from .completions import Completions
from .models import Models


class Chat(SyncHttpClient):
    """
    Client of the chat API; takes what `SyncHttpClient` takes, the API's URL first.

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
    def completions(self) -> Completions:
        """Answers to conversations, whole or streamed."""
        return Completions(self)

    @cached_property
    def models(self) -> Models:
        """The models that can be asked."""
        return Models(self)
