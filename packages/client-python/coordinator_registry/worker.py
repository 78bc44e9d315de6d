"""Doing jobs: one attempt, and the worker that claims them."""

from __future__ import annotations

import contextlib
import signal
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .problems import JobFailure, JobLost, NoKey, Problem, Stopped, UnexpectedAnswer, Unreachable
from .signals import ENDLESS, Signal, pause
from .transport import LOG, job_path

if TYPE_CHECKING:
    from .coordinator import Coordinator
    from .schema import Job

RENEWALS_PER_LEASE = 3  # so one lost request does no harm
WATCH_SECONDS = 60
CLAIM_WAIT_SECONDS = 30
LAST_REPORTS_SECONDS = 5  # to give jobs back, once the grace is over


class Attempt:
    """One attempt of one job, from the claim to its report. Meanwhile its lease is renewed and its job watched."""

    def __init__(self, coordinator: Coordinator, job: Job, lease_seconds: float) -> None:
        self.job = job
        self.stopped = Signal()  # set once the work must stop: the job is lost, or the worker was stopped
        self._coordinator = coordinator
        self._lease_seconds = lease_seconds
        self._lease_ends = time.monotonic() + lease_seconds
        self._step: str | None = None
        self._ended = Signal()  # neither renewed nor watched any more
        for loop in (self._renew, self._watch, self._expire):
            threading.Thread(target=self._until_ended, args=(loop,), daemon=True).start()

    def progress(
        self, percent: float, step: str | None = None, tokens_used: int | None = None
    ) -> None:
        """Reports how far the work has come.

        It returns only if the job still belongs to this attempt, so call it before anything that must not happen
        twice. Raises JobLost.
        """
        self._step = step if step is not None else self._step
        if self.stopped.is_set():
            raise self.stopped.reason or Stopped
        self._report_progress({"progressPercent": percent, "currentStep": step, "tokensUsed": tokens_used})

    def _report_progress(self, body: dict[str, Any]) -> None:
        began = time.monotonic()
        self._change("PATCH", "progress", body, self._ended)
        self._lease_ends = began + self._lease_seconds

    def _complete(self, result: Any, signal: Signal) -> None:
        self._end()
        self._change("POST", "complete", {"result": result}, signal)

    def _fail(self, report: dict[str, Any], signal: Signal) -> None:
        self._end()
        step = None if self._step is None else str(self._step)
        self._change("POST", "fail", {"failedStep": step, **report}, signal)

    def _end(self) -> None:
        self._ended.set()
        if isinstance(self.stopped.reason, JobLost):
            raise self.stopped.reason

    def _change(self, method: str, what: str, body: dict[str, Any], signal: Signal) -> None:
        """A repeat is answered with 200. 409, or 404, says that the job does not belong to this attempt."""
        body = {name: value for name, value in body.items() if value is not None}
        path = job_path(self.job["id"], what)
        try:
            self._coordinator._call(
                method, path, {**body, "attempt": self.job["attempt"]}, True, signal=signal, retry_seconds=ENDLESS
            )
        except Problem as problem:
            if problem.status not in (404, 409):
                raise
            reason = "cancelled" if problem.code == "job-cancelled" else "taken-back"
            raise self._lose(JobLost(reason, str(problem))) from None
        except Stopped:
            if isinstance(self.stopped.reason, JobLost):
                raise self.stopped.reason from None
            raise

    def _lose(self, lost: JobLost) -> Exception:
        self.stopped.set(lost)
        self._ended.set()
        return self.stopped.reason or lost

    def _until_ended(self, loop: Callable[[], None]) -> None:
        # If a request is refused for another reason, the report of the work will be, too, and says so.
        with contextlib.suppress(Stopped, JobLost, Problem, Unreachable, UnexpectedAnswer, NoKey):
            loop()

    def _renew(self) -> None:
        """Percent and tokens never decrease, so a report of 0 renews the lease and changes nothing else."""
        while True:
            pause(self._lease_seconds / RENEWALS_PER_LEASE, self._ended)
            self._report_progress({"progressPercent": 0})

    def _expire(self) -> None:
        while time.monotonic() < self._lease_ends:
            pause(self._lease_ends - time.monotonic(), self._ended)
        raise self._lose(JobLost("lease-expired", "the lease could not be renewed in time"))

    def _watch(self) -> None:
        job = self.job
        rev = job["rev"]
        while True:
            now = self._coordinator._changed(job["id"], rev, WATCH_SECONDS, self._ended, ENDLESS)
            if now is None:
                continue
            rev = now["rev"]
            if now["status"] == "CANCELLED":
                raise self._lose(JobLost("cancelled", "the job was cancelled"))
            if owner_of(now) != owner_of(job):
                raise self._lose(JobLost("taken-back", f"attempt {job['attempt']} has ended"))


Handler = Callable[["Job", Attempt], Any]


def owner_of(job: Job) -> tuple[Any, ...]:
    return job["status"], job["attempt"], job["coordinatorId"], job["agentId"]


class Worker:
    """Claims jobs and does them, until it is stopped.

    handlers: the work for each type of job. What a handler returns becomes the `result` of the job; an exception fails
        it, see `JobFailure`.
    concurrency: how many jobs it does at once, each in a thread of its own
    workspace_ids: only jobs of these workspaces; None: of all workspaces of the coordinator
    agent_id: name of this process, for people; None: the host's name and a random part
    lease_seconds: after so many seconds of silence the server takes a job back, 30 to 86,400
    grace_seconds: how long `stop` waits for the jobs in hand before it gives them back
    until_idle: end when there is no job
    """

    def __init__(
        self,
        coordinator: Coordinator,
        handlers: Mapping[str, Handler],
        *,
        concurrency: int = 1,
        workspace_ids: list[str] | None = None,
        agent_id: str | None = None,
        lease_seconds: int = 60,
        grace_seconds: float = 20,
        until_idle: bool = False,
    ) -> None:
        self._coordinator = coordinator
        self._handlers = handlers
        self._concurrency = concurrency
        self._workspace_ids = workspace_ids
        self._agent_id = agent_id or f"{socket.gethostname()}-{uuid.uuid4().hex[:8]}"
        self._lease_seconds = lease_seconds
        self._grace_seconds = grace_seconds
        self._until_idle = until_idle
        self._stopping = Signal()
        self._silent = Signal()  # no report is sent any more
        self._in_hand: set[Attempt] = set()
        self._changed = threading.Condition()
        self._fault: Exception | None = None

    def stop(self) -> None:
        """Claims no more jobs. May be called from another thread, and from a handler of a signal."""
        # A handler of a signal interrupts a thread that may hold the lock of the signal.
        threading.Thread(target=self._stopping.set, daemon=True).start()

    def run(self, *, handle_signals: bool = True) -> None:
        """Works until it is stopped, or until there is no job. Raises what the server refuses the worker with.

        handle_signals: SIGTERM and SIGINT stop the worker. Only the main thread may ask for it.
        """
        with self._signals() if handle_signals else contextlib.nullcontext():
            claims = threading.Thread(target=self._work, daemon=True)
            claims.start()
            # The main thread only waits: handlers of signals run in it.
            while claims.is_alive():
                claims.join(0.1)
            self._drain()
        if self._fault is not None:
            raise self._fault

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        names = (signal.SIGTERM, signal.SIGINT)
        before = [signal.signal(name, lambda *_: self.stop()) for name in names]
        try:
            yield
        finally:
            for name, handler in zip(names, before):
                signal.signal(name, handler)

    def _work(self) -> None:
        try:
            while self._wait_until(lambda: len(self._in_hand) < self._concurrency):
                if not self._take() and self._until_idle and not self._wait_for_an_end():
                    return
        except Stopped:
            pass
        except Exception as fault:
            self._end(fault)

    def _wait_until(self, holds: Callable[[], bool]) -> bool:
        """False once the worker is stopped."""
        with self._stopping.calls(self._notify), self._changed:
            self._changed.wait_for(lambda: holds() or self._stopping.is_set())
        return not self._stopping.is_set()

    def _wait_for_an_end(self) -> bool:
        """False without a job in hand. The work of a job may create others."""
        before = len(self._in_hand)
        return before > 0 and self._wait_until(lambda: len(self._in_hand) < before)

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _remove(self, attempt: Attempt) -> None:
        with self._changed:
            self._in_hand.discard(attempt)
            self._changed.notify_all()

    def _take(self) -> bool:
        """Whether there was a job."""
        wanted: dict[str, Any] = {
            "agentId": self._agent_id,
            "types": list(self._handlers),
            "leaseSeconds": self._lease_seconds,
        }
        if self._workspace_ids is not None:
            wanted["workspaceIds"] = self._workspace_ids
        if not self._until_idle:
            wanted["waitSeconds"] = CLAIM_WAIT_SECONDS
        job = self._coordinator._create(
            "/coordinator/jobs/claim", wanted, None, signal=self._stopping, retry_seconds=ENDLESS
        )
        if job is None:
            return False
        # The lease of a job in a repeated answer may be over.
        if (job["status"], job["agentId"]) != ("RUNNING", self._agent_id):
            LOG.warning("job %s: taken back before the answer arrived", job["id"])
            return True
        attempt = Attempt(self._coordinator, job, self._lease_seconds)
        self._in_hand.add(attempt)
        threading.Thread(target=self._do, args=(attempt,), daemon=True).start()
        return True

    def _do(self, attempt: Attempt) -> None:
        job = attempt.job
        name = f"job {job['id']}, attempt {job['attempt']}"
        LOG.info("%s: started", name)
        try:
            try:
                result = self._handlers[job["type"]](job, attempt)
                attempt._complete(result, self._silent)
                LOG.info("%s: completed", name)
            except (JobLost, Stopped):
                raise
            except Exception as error:
                if isinstance(error, Problem) and error.status in (401, 403):
                    raise
                LOG.warning("%s: failed: %s", name, error)
                attempt._fail(report_of(error), self._silent)
        except JobLost as lost:
            LOG.warning("%s: lost: %s", name, lost)
        except Stopped:
            LOG.warning("%s: stopped before its end", name)
        except Exception as fault:
            self._end(fault)
        finally:
            attempt._ended.set()
            # A job that is given back is in hand until the server knows.
            if not isinstance(attempt.stopped.reason, Stopped):
                self._remove(attempt)

    def _end(self, fault: Exception) -> None:
        """The server refuses this worker. The jobs in hand are drained."""
        self._fault = self._fault or fault
        self._stopping.set()

    def _drain(self) -> None:
        """Waits for the jobs in hand. Once the grace is over, they return to PENDING while attempts remain."""
        if self._all_reported(self._grace_seconds):
            return
        stopped = Stopped("the worker was stopped")
        for attempt in list(self._in_hand):
            attempt.stopped.set(stopped)
            # The work may not notice, so it is not waited for.
            threading.Thread(target=self._give_back, args=(attempt,), daemon=True).start()
        self._all_reported(LAST_REPORTS_SECONDS)
        self._silent.set()

    def _give_back(self, attempt: Attempt) -> None:
        with contextlib.suppress(Exception):
            attempt._fail({"error": "the worker was stopped", "retry": True}, self._silent)
        self._remove(attempt)

    def _all_reported(self, seconds: float) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not self._in_hand, seconds)


def report_of(error: Exception) -> dict[str, Any]:
    if isinstance(error, JobFailure):
        return {**error.report, "error": str(error)}
    # Half a surrogate pair, for example, is no text that the server would take.
    text = f"{type(error).__name__}: {error}".encode("utf-8", "replace").decode()
    return {"error": text}
