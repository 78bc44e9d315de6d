"""The routes for coordinators."""

from __future__ import annotations

import datetime
import json
import random
import threading
import time
import urllib.parse
import uuid
from collections.abc import Iterator, Mapping
from email.message import Message
from typing import TYPE_CHECKING, Any, TypedDict, Union, cast

from .keys import Key, KeyFile
from .problems import NoKey, Problem, Stopped, UnexpectedAnswer, Unreachable
from .signals import ENDLESS, Signal
from .transport import FIRST_PAUSE_SECONDS, LOG, LONGEST_PAUSE_SECONDS, Transport, Trouble, job_path
from .worker import Handler, Worker

if TYPE_CHECKING:
    from .schema import (
        ClaimJobRequest,
        CompleteJobRequest,
        CoordinatorHealth,
        CreateJobRequest,
        DispatchedJob,
        DispatchRequest,
        FailedJob,
        FailJobRequest,
        Job,
        JobAttempt,
        ProgressedJob,
        ReportProgressRequest,
        RetryJobRequest,
        RotatedKey,
        RotateOwnKeyRequest,
        UpdateStatusRequest,
    )

LONGEST_WAIT_SECONDS = 60  # that the server holds a request back
ROTATE_AT = 0.8  # of the life of a key
ROTATE_AGAIN_SECONDS = 300  # after a failure
ROTATION_RETRY_SECONDS = 10  # another request waits for it


class JobEvent(TypedDict):
    """A change of a job, as coordinators see it."""

    position: int  # store it with what you did with the event, and go on with `after`
    id: str
    occurredAt: str
    actorType: str
    actorId: Union[str, None]  # None: another actor
    keyId: Union[str, None]
    requestId: Union[str, None]
    action: str
    workspaceId: str
    resourceType: str
    resourceId: str  # id of the job
    rev: int  # of the job after the change
    changes: dict[str, Any]  # by member: `from` and `to`


class Coordinator:
    """The routes for coordinators. The methods may be called from several threads.

    key: the key itself, a function that returns it, or a `KeyFile`
    retry_seconds: how long a request is repeated while the server is unreachable or asks to wait.
        Workers and feeds go on without an end.
    """

    def __init__(self, url: str, key: Key, *, retry_seconds: float = 60) -> None:
        self._transport = Transport(url, key, retry_seconds)
        self._transport.on_answer = self._observe
        self._key = key
        self._rotating = threading.Lock()
        self._key_expires: str | None = None  # as the latest answer says; None: it does not end
        self._rotate_at = ENDLESS  # seconds since 1970

    def health(self) -> CoordinatorHealth:
        """Who the caller is, when its key ends, what remains of its limit."""
        return cast("CoordinatorHealth", self._call("GET", "/coordinator/health", None, True))

    def create_job(self, body: CreateJobRequest, *, idempotency_key: str | None = None) -> Job:
        """The job. With the key of an earlier call, the job that it created."""
        return cast("Job", self._create("/coordinator/jobs", body, idempotency_key))

    def dispatch(self, body: DispatchRequest, *, idempotency_key: str | None = None) -> DispatchedJob:
        """Creates a job for an issue of a repository."""
        return cast("DispatchedJob", self._create("/stitcher/dispatch", body, idempotency_key))

    def claim(self, body: ClaimJobRequest, *, idempotency_key: str | None = None) -> Job | None:
        """A job that no other caller has; None: there was none until the end of `waitSeconds`."""
        return cast("Job | None", self._create("/coordinator/jobs/claim", body, idempotency_key))

    def job(self, job_id: str) -> Job:
        return cast("Job", self._call("GET", job_path(job_id), None, True))

    def jobs(self, **filters: Any) -> Iterator[Job]:
        """All jobs that match `workspaceId`, `status`, `type`, `repository`, `issueNumber`, page by page."""
        return cast("Iterator[Job]", self._items("/coordinator/jobs", filters))

    def attempts(self, job_id: str) -> Iterator[JobAttempt]:
        return cast("Iterator[JobAttempt]", self._items(job_path(job_id, "attempts"), {}))

    def update_status(self, job_id: str, body: UpdateStatusRequest) -> Job:
        """Starts a job that you name, or cancels one."""
        return cast("Job", self._call("PATCH", job_path(job_id, "status"), body, True))

    def progress(self, job_id: str, body: ReportProgressRequest) -> ProgressedJob:
        """Renews the lease too. Percent and tokens never decrease."""
        return cast("ProgressedJob", self._call("PATCH", job_path(job_id, "progress"), body, True))

    def complete(self, job_id: str, body: CompleteJobRequest) -> Job:
        return cast("Job", self._report(job_id, "complete", body))

    def fail(self, job_id: str, body: FailJobRequest) -> FailedJob:
        return cast("FailedJob", self._report(job_id, "fail", body))

    def retry(self, job_id: str, body: RetryJobRequest) -> Job:
        return cast("Job", self._report(job_id, "retry", body))

    def rotate_key(self, body: RotateOwnKeyRequest | None = None) -> RotatedKey:
        """Issues a successor of the key, whose text only this answer has."""
        # A key has one live successor at most, so a repeat gets 409.
        return cast("RotatedKey", self._call("POST", "/coordinator/keys/rotate", body or {}, True))

    def wait_for_change(self, job: Job, wait_seconds: int = LONGEST_WAIT_SECONDS) -> Job | None:
        """The job, as soon as it has changed; None: it has not, until the end of the wait."""
        return self._changed(job["id"], job["rev"], wait_seconds, None, None)

    def wait_for_end(self, job_id: str) -> Job:
        """Waits until the job is COMPLETED, FAILED or CANCELLED. A FAILED job may be retried later."""
        job = self.job(job_id)
        while job["status"] in ("PENDING", "RUNNING"):
            job = self._changed(job_id, job["rev"], LONGEST_WAIT_SECONDS, None, ENDLESS) or job
        return job

    def events(
        self, after: int | str | None = None, *, follow: bool = True, stop: Signal | None = None
    ) -> Iterator[JobEvent]:
        """The changes of the jobs of the coordinator's workspaces, about a second after each.

        It connects again by itself, so no event is missing and none comes twice.

        after: the position after which it goes on; "latest": only what comes; None: from the oldest record
        follow: False: ends with the newest sealed record
        stop: ends the iteration once it is set
        """
        stop = stop or Signal()
        longest_pause = FIRST_PAUSE_SECONDS
        position = after
        while not stop.is_set():
            query: dict[str, Any] = {} if follow else {"follow": "false"}
            if position is not None:
                query["after"] = position
            try:
                with self._transport.stream("/coordinator/events", query, stop) as answer:
                    for line in answer:
                        # A line that is not complete does not count.
                        if not line.endswith(b"\n"):
                            break
                        event = json.loads(line)
                        position = event["position"]
                        longest_pause = FIRST_PAUSE_SECONDS
                        # A line with the position alone says how far the feed has come.
                        if "id" in event:
                            yield event
                    else:
                        # Only a feed that does not follow is complete. A server that stops ends the others.
                        if not follow:
                            return
                delay = random.uniform(0, longest_pause)
            except Stopped:
                return
            except Trouble as trouble:
                delay = (trouble.retry_after or 0) + random.uniform(0, longest_pause)
                LOG.warning("the feed broke off: %s; again in %.1f s", trouble, delay)
            longest_pause = min(LONGEST_PAUSE_SECONDS, 2 * longest_pause)
            stop.wait(delay)

    def worker(self, handlers: Mapping[str, Handler], **options: Any) -> Worker:
        """Does jobs of these types. The options are those of `Worker`."""
        return Worker(self, handlers, **options)

    def _call(
        self,
        method: str,
        path: str,
        body: Any,
        is_safe: bool,
        *,
        signal: Signal | None = None,
        retry_seconds: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        answer = self._transport.send(
            method, path, body, is_safe=is_safe, signal=signal, retry_seconds=retry_seconds, headers=headers
        )
        return answer.body

    def _create(
        self,
        path: str,
        body: Mapping[str, Any],
        idempotency_key: str | None,
        *,
        signal: Signal | None = None,
        retry_seconds: float | None = None,
    ) -> Any:
        # One key for all repeats: if only the answer was lost, a repeat gets the same job.
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        return self._call(
            "POST", path, body, True, headers=headers, signal=signal, retry_seconds=retry_seconds
        )

    def _report(self, job_id: str, what: str, body: Mapping[str, Any]) -> Any:
        # Without its attempt, a repeat could report for another one.
        return self._call("POST", job_path(job_id, what), body, body.get("attempt") is not None)

    def _items(self, path: str, filters: Mapping[str, Any]) -> Iterator[Any]:
        query = dict(filters)
        while True:
            page = self._transport.send("GET", path, query=query, is_safe=True).body
            yield from page["items"]
            if page["nextCursor"] is None:
                return
            query["cursor"] = page["nextCursor"]

    def _changed(
        self,
        job_id: str,
        rev: int,
        wait_seconds: int,
        signal: Signal | None,
        retry_seconds: float | None,
    ) -> Job | None:
        answer = self._transport.send(
            "GET",
            job_path(job_id),
            query={"waitSeconds": wait_seconds},
            headers={"If-None-Match": f'"{rev}"'},
            is_safe=True,
            signal=signal,
            retry_seconds=retry_seconds,
        )
        return None if answer.status == 304 else cast("Job", answer.body)

    def _observe(self, headers: Message) -> None:
        """Replaces the key in its file, once it is due. Each answer says when the key ends."""
        if not isinstance(self._key, KeyFile) or not self._rotating.acquire(blocking=False):
            return
        try:
            expires = headers.get("Coordinator-Key-Expires")
            if expires != self._key_expires:
                self._key_expires = expires
                self._rotate_at = ENDLESS if expires is None else self._due_time()
            if time.time() >= self._rotate_at:
                self._rotate_at = time.time() + ROTATE_AGAIN_SECONDS
                self._key.replace(self._successor)
        except (Problem, Unreachable, UnexpectedAnswer, NoKey, OSError) as error:
            self._rotate_at = time.time() + ROTATE_AGAIN_SECONDS
            LOG.error("the key ends at %s and cannot be replaced: %s", self._key_expires, error)
        finally:
            self._rotating.release()

    def _due_time(self) -> float:
        health = self._call("GET", "/coordinator/health", None, True, retry_seconds=ROTATION_RETRY_SECONDS)
        key = health["key"]
        if key["expiresAt"] is None or key["rotated"]:
            return ENDLESS  # another process has replaced it: the new key will be in the file
        begin, end = seconds_of(key["createdAt"]), seconds_of(key["expiresAt"])
        return begin + ROTATE_AT * (end - begin)

    def _successor(self) -> str:
        rotated = self._call("POST", "/coordinator/keys/rotate", {}, True, retry_seconds=ROTATION_RETRY_SECONDS)
        LOG.info("the key was rotated; the old one ends at %s", rotated["predecessor"]["expiresAt"])
        return str(rotated["apiKey"])


def seconds_of(time_text: str) -> float:
    """ISO 8601 in UTC, as seconds since 1970. Python 3.9 does not read the Z."""
    return datetime.datetime.fromisoformat(time_text.replace("Z", "+00:00")).timestamp()
