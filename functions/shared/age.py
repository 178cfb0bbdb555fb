"""The age of what this environment keeps: caches, connections, credentials.

Ages use the wall clock, because the monotonic clock stops while Lambda freezes an environment
between invocations. Timeouts within an invocation use the monotonic clock, which never jumps.
"""

import time

NEVER = float("-inf")


def is_older(since: float, seconds: float) -> bool:
    """Whether `since`, in seconds since 1970 or NEVER, was at least `seconds` ago.

    A moment in the future counts as old: the clock has been set back.
    """
    return not 0 <= time.time() - since < seconds
