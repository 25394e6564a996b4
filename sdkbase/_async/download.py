"""Downloads to a file."""

from __future__ import annotations

import os

from .._concurrency import AsyncHooks
from .._policy.download_plan import DownloadedFile, download_plan
from .._wire.call import Call
from .._wire.checksum import ChecksumInput
from ..config import Progress, RequestOptions
from ..errors import SdkError
from .sender import AsyncSender
from .transfer import AsyncTransfer


class AsyncDownloader:
    """
    Download what a call brings to a file.

    Args:
        sender: Sends the call.
        call: The request.
        options: Overrides of the client's settings.
    """

    def __init__(
        self, sender: AsyncSender, call: Call, options: RequestOptions | None = None
    ) -> None:
        self._sender = sender
        self._call = call
        self._options = options

    async def download(
        self,
        path: str | os.PathLike[str],
        *,
        checksum: ChecksumInput | None = None,
        resume: bool = True,
        overwrite: bool = True,
        fsync: bool = False,
        progress: Progress | None = None,
    ) -> DownloadedFile:
        """
        Send the call and write what it brings to *path*.

        It is written to a file beside it, `<name>.part`, which takes its place in one step when it
        is whole. A connection that breaks is taken up where it broke, as long as that makes
        progress in `max_retries` attempts; so is what an earlier call for the same URL has left.
        Both need a server that knows ranges and names the version (`ETag` or `Last-Modified`): two
        versions are never put together. Of two downloads to one path at once, each writes a file of
        its own, and the last one stays.

        Args:
            path: The file to write.
            checksum: What it must have, such as `sha256:...`; `sha256` alone is worked out;
                `server` takes what the server sends along, if anything.
            resume: Whether this call goes on with the rest of an earlier one, and leaves its own
                for a later one.
            overwrite: Whether a file that is there is replaced.
            fsync: Whether it has to reach the disk before it takes its place.
            progress: Is told how many bytes are there, and of how many if that is known. They begin
                anew if the server can not go on where it was.

        Raises:
            InvalidRequestError: An argument is wrong, or the file can not be put there.
            StatusError: The status is not 2xx.
            ChecksumError: The file is not what it should be; what was at *path* is still there.
            CallError: It did not come to its end, or the disk failed.
        """
        plan = download_plan(
            path,
            self._call,
            checksum=checksum,
            resume=resume,
            overwrite=overwrite,
            fsync=fsync,
            progress=progress,
            event_loop=AsyncHooks.EVENT_LOOP,
        )
        transfer = AsyncTransfer(self._sender, self._call, self._options, plan)
        try:
            return await transfer.run()
        except SdkError as error:
            # Without the frames inside, whose variables may hold secrets.
            raise error.with_traceback(None) from error.__cause__
        finally:
            transfer.close()
