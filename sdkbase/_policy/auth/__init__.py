"""
Credentials: what each kind puts into a request.

What they emit is registered as secret, and the engine sends it only to the origin of the client's
`base_url`. `httpx.Auth`, a pair of name and password, and a function are taken as httpx takes them.
Grants are not imported here: few clients have one.
"""

from .credentials import ApiKeyAuth, BasicAuth, BearerAuth, Credentials
from .environment import AuthFromEnv
from .given import Auth, AuthInput
from .source import SecretFunction

__all__ = [
    "ApiKeyAuth",
    "Auth",
    "AuthFromEnv",
    "AuthInput",
    "BasicAuth",
    "BearerAuth",
    "Credentials",
    "SecretFunction",
]
