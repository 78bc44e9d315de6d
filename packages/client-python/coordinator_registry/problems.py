"""What a request or a job may end with."""

from __future__ import annotations

from typing import Any


class Problem(Exception):
    """The server refused the request, or cannot do it now: problem details (RFC 9457)."""

    def __init__(self, document: dict[str, Any], retry_after: float | None) -> None:
        self.document = document
        self.status: int = document["status"]
        self.code: str = document["code"]
        self.detail: str = document["detail"]
        self.request_id: str = document["requestId"]
        self.retry_after = retry_after  # seconds; None: the answer does not say
        super().__init__(f"{self.status} {self.code}: {self.detail} (request {self.request_id})")


class Unreachable(Exception):
    """There was no answer, for as long as the request was repeated."""

    def __init__(self, reason: str, is_sent: bool) -> None:
        self.is_sent = is_sent  # True: the server may have done what was asked
        super().__init__(reason + (": the outcome is unknown" if is_sent else ": nothing was sent"))


class UnexpectedAnswer(Exception):
    """The answer is not one of the registry's: it comes from a proxy, or from another server."""

    def __init__(self, reason: str, status: int) -> None:
        self.status = status
        super().__init__(reason)


class NoKey(Exception):
    """There is no key, or it cannot be read. The message never has the key."""


class JobLost(Exception):
    """The attempt has ended, so its work must stop. Nothing can be reported any more."""

    def __init__(self, reason: str, message: str) -> None:
        self.reason = reason  # "cancelled", "taken-back" or "lease-expired"
        super().__init__(message)


class JobFailure(Exception):
    """A failure that says more than its message: `JobFailure("the forge is away", retry=True)`.

    The further members are those of `FailJobRequest`, for example `retry`, `final`, `failedStep`.
    """

    def __init__(self, message: str, **report: Any) -> None:
        self.report = report
        super().__init__(message)


class Stopped(Exception):
    """The signal of a request was set before its answer."""
