"""The two lines on top of a generated file: what wrote it, and a digest that shows an edit."""

from __future__ import annotations

import re
from hashlib import sha256
from pathlib import PurePosixPath

_HEADER = re.compile(
    rb"# Generated from [^\n]+ by sdkbase\.codegen\. Do not edit\.\n"
    rb"# sha256: (?P<digest>[0-9a-f]{16})\n"
)


def with_header(body: str, source: PurePosixPath) -> bytes:
    """
    Put the header over generated code.

    Args:
        body: The generated code.
        source: Path of the source, from the parent of the source folder.

    Returns:
        The bytes of the generated file.
    """
    data = body.encode()
    first = f"# Generated from {source} by sdkbase.codegen. Do not edit.\n"
    return f"{first}# sha256: {_digest(data)}\n".encode() + data


def has_header(data: bytes) -> bool:
    """
    Tell whether a file was generated.

    Args:
        data: The bytes of the file.

    Returns:
        True if both header lines are there, whatever follows them.
    """
    return _HEADER.match(data) is not None


def is_untouched(data: bytes) -> bool:
    """
    Tell whether a file is still as it was generated.

    Args:
        data: The bytes of the file.

    Returns:
        False after an edit by hand, and for a file without the header.
    """
    # A checkout may have changed the line ends; that is nobody's edit.
    data = data.replace(b"\r\n", b"\n")
    found = _HEADER.match(data)
    return found is not None and found["digest"].decode() == _digest(data[found.end() :])


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()[:16]
