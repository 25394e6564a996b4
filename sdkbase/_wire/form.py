"""Fields of forms, which are written as the parameters of a query are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from ..config import QueryStyle
from ..errors import InvalidRequestError
from .query import encode_query


def encode_form(fields: Mapping[str, Any], style: QueryStyle) -> bytes:
    """
    Return *fields* as `application/x-www-form-urlencoded`.

    Raises:
        InvalidRequestError: A value has no form in it.
    """
    try:
        # WHATWG URL, section 5.2: a space is a plus sign; a plus sign of the value has its escape.
        return encode_query(fields, style).replace("%20", "+").encode("ascii")
    except InvalidRequestError as error:
        told = str(error).replace("query parameter", "form field", 1)
        raise InvalidRequestError(f"data=: {told}") from None


def form_fields(fields: Mapping[str, Any], style: QueryStyle) -> list[tuple[str, str | bytes]]:
    """
    Return *fields* as they stand in a multipart form: single ones, of text or bytes.

    Raises:
        InvalidRequestError: A value has no form in it.
    """
    single: list[tuple[str, str | bytes]] = []
    for name, value in fields.items():
        if isinstance(value, bytes):
            single.append((name, value))
        else:
            encoded = encode_form({name: value}, style).decode("ascii")
            single += parse_qsl(encoded, keep_blank_values=True)
    return single
