from .._wire.redaction import *  # noqa: F403
