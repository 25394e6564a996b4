"""Rate limiting: token buckets that hand out moments instead of letting callers compete."""

from .bucket import Reservation
from .keys import LimitKey
from .limiter import RateLimiter
from .snapshot import BucketSnapshot, LimiterSnapshot

__all__ = ["BucketSnapshot", "LimitKey", "LimiterSnapshot", "RateLimiter", "Reservation"]
