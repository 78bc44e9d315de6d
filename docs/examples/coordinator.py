#!/usr/bin/env python3
"""A coordinator: claims jobs from a Coordinator Registry, does them, and reports the result.

Python 3.9 or later, standard library only. Copy it, and put your own work in `perform`.

    REGISTRY_API_KEY_FILE=registry-key python3 coordinator.py --url https://registry.example

The key comes from the file that REGISTRY_API_KEY_FILE names (read again for each request, so that
a rotated key needs no restart), or from REGISTRY_API_KEY. It never comes from the command line,
where other users of the machine could read it.

Rules that this program follows, and that yours should follow:

* Every request may be repeated. A claim carries an Idempotency-Key; progress keeps its maximum;
  complete, fail and retry name their attempt, and a repeat changes nothing. So a request without
  an answer is sent again.
* After 429 and 503 it waits as long as Retry-After says. If the server is unavailable, it waits
  for growing, random times.
* Each attempt has a lease, which each progress renews. If the lease expires, the attempt ends, and
  a late report is refused (409). Then the program drops the job and reports nothing.
* On SIGTERM it claims no more jobs, gives the present job some time to end, then returns it to
  PENDING.
"""

from __future__ import annotations

import argparse
import email.utils
import http.client
import json
import logging
import os
import pathlib
import random
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from typing import Any, Callable

LOG = logging.getLogger("coordinator")

REQUEST_TIMEOUT_SECONDS = 30
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30
LARGEST_BODY_BYTES = 2**20
WORTH_REPEATING = {429, 500, 502, 503, 504}

# Waits so many seconds; False as soon as waiting makes no more sense.
Wait = Callable[[float], bool]


def perform(run: Run) -> Any:
    """The work itself: put yours here.

    Call `run.progress` between the steps, and before anything that must not happen twice: it
    returns only if the job still belongs to this attempt. The value returned becomes the job's
    `result`. An exception makes the job FAILED; `TryAgain` also returns it to PENDING, while
    attempts remain.

    This one plays the steps named in the job's metadata, and fails at a step called "fail".
    """
    metadata = run.job["metadata"]
    steps = metadata.get("steps", ["read", "think", "write"])
    for done, step in enumerate(steps):
        run.progress(100 * done / len(steps), step)
        if step == "fail":
            raise RuntimeError("this step was asked to fail")
        time.sleep(metadata.get("secondsPerStep", 1))
    return {"stepsDone": len(steps)}


class TryAgain(Exception):
    """The work failed, but another attempt may do better."""


class LostJob(Exception):
    """The attempt has ended: expired, cancelled, or ended by another. Stop, and report nothing."""


class OutOfTime(Exception):
    """There was no answer, and no more time to wait for one."""


class Problem(Exception):
    """An answer that is no success, as problem details (RFC 9457)."""

    def __init__(self, status: int, body: dict[str, Any], retry_after: float | None) -> None:
        self.status = status
        self.retry_after = retry_after
        code, detail, request_id = (body.get(it) for it in ("code", "detail", "requestId"))
        super().__init__(f"{status} {code}: {detail} (request {request_id})")


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """The API never redirects, and the key must not follow a redirect to another host."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Registry:
    """Sends requests, and repeats each until it has a final answer."""

    def __init__(self, url: str, read_key: Callable[[], str]) -> None:
        self._url = url.rstrip("/")
        self._read_key = read_key
        # Through a proxy, https is a tunnel; http would show the proxy the key.
        https = urllib.request.getproxies().get("https")
        proxies = urllib.request.ProxyHandler({} if https is None else {"https": https})
        self._opener = urllib.request.build_opener(NoRedirects, proxies)
        self._not_before = 0.0  # what the latest Retry-After asks of all threads

    def call(
        self,
        method: str,
        path: str,
        body: dict[str, Any],
        wait: Wait,
        idempotency_key: str | None = None,
    ) -> dict[str, Any] | None:
        """The body of the answer; None for a 204.

        Raises Problem for a refusal. Raises OutOfTime when `wait` says so; then it is not known
        what the server did. Raises ValueError for a body larger than the server takes.
        """
        data = json.dumps(body).encode()
        if len(data) > LARGEST_BODY_BYTES:
            # The server answers 413 and closes the connection while we still send. That looks
            # like a server that is unavailable, and the request would be repeated for ever.
            raise ValueError(f"the body has {len(data)} bytes, of {LARGEST_BODY_BYTES} it may have")
        longest_pause = FIRST_PAUSE_SECONDS
        while True:
            told_to_wait = self._not_before - time.monotonic()
            if told_to_wait > 0 and not wait(told_to_wait):
                raise OutOfTime
            try:
                return self._send(method, path, data, idempotency_key)
            except Problem as problem:
                if problem.status not in WORTH_REPEATING:
                    raise
                reason: Exception = problem
                if problem.retry_after is not None:
                    self._not_before = time.monotonic() + problem.retry_after
            except (OSError, http.client.HTTPException) as error:
                reason = error  # refused, timed out, cut off
            # Random, so that a thousand coordinators do not come back in the same moment.
            pause = max(0, self._not_before - time.monotonic()) + random.uniform(0, longest_pause)
            longest_pause = min(LONGEST_PAUSE_SECONDS, 2 * longest_pause)
            LOG.warning("%s %s: %s; again in %.1f s", method, path, reason, pause)
            if not wait(pause):
                raise OutOfTime

    def _send(
        self, method: str, path: str, data: bytes, idempotency_key: str | None
    ) -> dict[str, Any] | None:
        headers = {"X-API-Key": self._read_key(), "Content-Type": "application/json"}
        if idempotency_key is not None:
            headers["Idempotency-Key"] = idempotency_key
        request = urllib.request.Request(self._url + path, data, headers, method=method)
        try:
            with self._opener.open(request, timeout=REQUEST_TIMEOUT_SECONDS) as answer:
                return json.load(answer) if answer.status != 204 else None
        except urllib.error.HTTPError as error:
            with error:
                raise Problem(error.code, problem_document(error), retry_after_of(error)) from None
        except ValueError:
            raise http.client.HTTPException("the answer is not JSON") from None


def problem_document(error: urllib.error.HTTPError) -> dict[str, Any]:
    """The body; what there is to say where a proxy answered in words of its own."""
    try:
        document = json.load(error)
    except ValueError:
        document = None
    return document if isinstance(document, dict) else {"detail": error.reason}


def retry_after_of(error: urllib.error.HTTPError) -> float | None:
    """Seconds. The registry sends a number; a proxy may send a date (RFC 9110, section 10.2.3)."""
    value = error.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


class Run:
    """One attempt of one job, from claim to outcome. Within `with`, its lease is renewed."""

    def __init__(
        self, registry: Registry, job: dict[str, Any], lease_seconds: float, wait: Wait
    ) -> None:
        self.job = job
        self._registry = registry
        self._wait = wait
        self._step: str | None = None
        self._lost: LostJob | None = None
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, args=(lease_seconds / 3,), daemon=True)

    def __enter__(self) -> Run:
        self._heart.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()

    def progress(
        self, percent: float, step: str | None = None, tokens_used: int | None = None
    ) -> None:
        """Raises LostJob when the job is no longer ours, TryAgain when it is time to stop."""
        self._step = step
        if self._lost is not None:
            raise self._lost
        if not self._wait(0):
            raise TryAgain("the coordinator was stopped")
        report = {"progressPercent": percent, "currentStep": step, "tokensUsed": tokens_used}
        self._change("PATCH", "progress", report, self._wait)

    def complete(self, result: Any) -> None:
        self._change("POST", "complete", {"result": result}, self._wait)

    def fail(self, error: Exception, try_again: bool) -> None:
        """FAILED, with why and where; then back to the queue, where that is wanted."""
        reason = presentable(f"{type(error).__name__}: {error}", 10_000)
        # The step may be no text, which the API would not take, and this report must not fail for it, too.
        step = None if self._step is None else presentable(str(self._step), 500)
        self._change("POST", "fail", {"error": reason, "failedStep": step}, self._wait)
        if try_again:
            # 409 once the attempts are used up; then it stays FAILED.
            self._change("POST", "retry", {}, self._wait)

    def _change(self, method: str, what: str, body: dict[str, Any], wait: Wait) -> None:
        """A repeat is answered with 200; 409, or 404, says that the job is not ours to change."""
        body = {name: value for name, value in body.items() if value is not None}
        path = f"/coordinator/jobs/{self.job['id']}/{what}"
        try:
            self._registry.call(method, path, {**body, "attempt": self.job["attempt"]}, wait)
        except Problem as problem:
            if problem.status not in (404, 409):
                raise
            raise LostJob(str(problem)) from None

    def _beat(self, every_seconds: float) -> None:
        """Progress never goes back, so a report of 0 renews the lease and changes nothing else."""

        def wait(seconds: float) -> bool:
            return not self._ended.wait(seconds)

        while wait(every_seconds):
            try:
                self._change("PATCH", "progress", {"progressPercent": 0}, wait)
            except LostJob as lost:
                self._lost = lost
                return
            except (Problem, OutOfTime):
                return  # the work is told the same, or has ended


def presentable(text: str, longest: int) -> str:
    """A report that is short. The API would cut a longer one, and replace NUL and half characters."""
    return text.encode("utf-8", "replace").decode().replace("\0", "")[:longest]


class Coordinator:
    """Does one job after the other. `stop` may be called from another thread."""

    def __init__(self, registry: Registry, options: argparse.Namespace) -> None:
        self._registry = registry
        self._options = options
        self._agent_id = f"{socket.gethostname()}-{uuid.uuid4().hex[:8]}"
        self._stopping = threading.Event()
        self._give_up_at = float("inf")

    def stop(self) -> None:
        self._give_up_at = time.monotonic() + self._options.grace
        self._stopping.set()

    def work(self) -> None:
        """Returns when it was stopped, or has run dry. Raises Problem when it is refused."""
        while not self._stopping.is_set():
            try:
                job = self._claim()
            except OutOfTime:
                return  # if a job was handed out after all, its lease puts it back
            if job is not None:
                self._run(job)
            elif self._options.until_idle:
                return
            else:
                self._idle(self._options.poll * random.uniform(0.5, 1))

    def _claim(self) -> dict[str, Any] | None:
        wanted = {"agentId": self._agent_id, "leaseSeconds": self._options.lease}
        if self._options.type:
            wanted["types"] = self._options.type
        # One key for all repeats: where only the answer was lost, the repeat gets the same job.
        key = str(uuid.uuid4())
        job = self._registry.call("POST", "/coordinator/jobs/claim", wanted, self._idle, key)
        if job is not None and (job["status"], job["agentId"]) != ("RUNNING", self._agent_id):
            LOG.warning("job %s: taken back before the answer arrived", job["id"])
            return None
        return job

    def _run(self, job: dict[str, Any]) -> None:
        name = f"job {job['id']}, attempt {job['attempt']}"
        LOG.info("%s: started", name)
        try:
            with Run(self._registry, job, self._options.lease, self._patiently) as run:
                try:
                    run.complete(perform(run))
                    LOG.info("%s: completed", name)
                except (LostJob, OutOfTime):
                    raise
                except Exception as error:
                    if isinstance(error, Problem) and error.status in (401, 403):
                        raise
                    LOG.warning("%s: failed: %s", name, error)
                    run.fail(error, try_again=isinstance(error, TryAgain))
        except LostJob as lost:
            LOG.warning("%s: not ours any more: %s", name, lost)
        except OutOfTime:
            LOG.warning("%s: no time left to say how it went; its lease puts it back", name)

    def _idle(self, seconds: float) -> bool:
        """Without a job in hand, `stop` ends the waiting at once."""
        return not self._stopping.wait(seconds)

    def _patiently(self, seconds: float) -> bool:
        """With a job in hand, there is some time left after `stop`."""
        end = time.monotonic() + seconds
        self._stopping.wait(seconds)
        time.sleep(max(0, min(end, self._give_up_at) - time.monotonic()))
        return time.monotonic() < self._give_up_at


class NoKey(OSError):
    """No key can be had just now. Its words never hold the key, as those of http.client would."""


def read_key() -> str:
    path = os.environ.get("REGISTRY_API_KEY_FILE")
    try:
        key = pathlib.Path(path).read_text("utf-8") if path else os.environ["REGISTRY_API_KEY"]
    except KeyError:
        raise NoKey("no key: set REGISTRY_API_KEY_FILE or REGISTRY_API_KEY") from None
    except (OSError, UnicodeDecodeError) as error:
        raise NoKey(f"REGISTRY_API_KEY_FILE cannot be read ({type(error).__name__})") from None
    key = key.strip()
    if not key:
        raise NoKey("the key is empty")
    if not all("!" <= character <= "~" for character in key):
        raise NoKey("the key holds a character that no key has: is it cut off, are there two?")
    return key


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Takes jobs from a Coordinator Registry.")
    default_url = os.environ.get("REGISTRY_URL", "http://127.0.0.1:3000")
    parser.add_argument("--url", default=default_url, help="also REGISTRY_URL")
    parser.add_argument("--type", action="append", help="only jobs of this type; may be repeated")
    parser.add_argument("--lease", type=int, default=60, help="seconds of silence it may have")
    parser.add_argument("--poll", type=float, default=5, help="seconds between asking for work")
    parser.add_argument("--grace", type=float, default=20, help="seconds a job has after SIGTERM")
    parser.add_argument("--until-idle", action="store_true", help="end when there is no work")
    return parser.parse_args()


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    options = parse_options()
    url = urllib.parse.urlsplit(options.url)
    if url.scheme == "http" and url.hostname not in ("127.0.0.1", "::1", "localhost"):
        LOG.warning("the key goes to %s unencrypted: use https", url.hostname)
    coordinator = Coordinator(Registry(options.url, read_key), options)
    failures: list[Exception] = []

    def work() -> None:
        try:
            read_key()
            coordinator.work()
        except (Problem, NoKey) as refusal:
            LOG.error("stopped: %s", refusal)
            failures.append(refusal)
        except Exception as fault:
            LOG.exception("stopped")
            failures.append(fault)

    # Signals come to the main thread, which only waits: a handler that interrupts the thread that
    # holds the Event's lock would wait for itself.
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: coordinator.stop())
    worker = threading.Thread(target=work)
    worker.start()
    worker.join()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
