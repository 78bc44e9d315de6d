"""Requests with a key, which are repeated if that is safe."""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import json
import logging
import random
import socket
import ssl
import time
import urllib.parse
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from typing import Any, NamedTuple

from .keys import Key, read_key
from .problems import Problem, Stopped, UnexpectedAnswer, Unreachable
from .signals import Signal, pause

LOG = logging.getLogger("coordinator_registry")

CONNECT_SECONDS = 10
ANSWER_SECONDS = 30
SILENCE_SECONDS = 60  # of a feed, which sends a line every 15 s
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30
LARGEST_BODY_BYTES = 2**20
WORTH_REPEATING = {408, 429, 500, 502, 503, 504}


class Answer(NamedTuple):
    status: int
    headers: Message
    body: Any


class Trouble(Exception):
    """A request that may be made again. `outcome` is raised if it is not."""

    def __init__(self, outcome: Exception, is_safe: bool, retry_after: float | None = None) -> None:
        self.outcome = outcome
        self.is_safe = is_safe
        self.retry_after = retry_after
        super().__init__(str(outcome))


class Transport:
    """Sends requests with the key, and repeats those that are safe to repeat."""

    def __init__(self, url: str, key: Key, retry_seconds: float) -> None:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("the url must begin with http:// or https://")
        if parts.username or parts.password:
            raise ValueError("the url must not have a user or password")
        if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
            LOG.warning("the key goes to %s unencrypted: use https", parts.hostname)
        self._https = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port or (443 if self._https else 80)
        self._prefix = parts.path.rstrip("/")
        self._tls = ssl.create_default_context() if self._https else None
        self._key = key
        self._retry_seconds = retry_seconds
        self._quiet_until = 0.0  # what the latest 429 asks of all requests with this key
        self.on_answer: Callable[[Message], None] = lambda _: None

    def send(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        is_safe: bool,
        signal: Signal | None = None,
        retry_seconds: float | None = None,
    ) -> Answer:
        """The answer: a success, or 304. `is_safe`: the request may be repeated if its answer is lost.

        Raises Problem, Unreachable, UnexpectedAnswer, NoKey; Stopped once the signal is set; ValueError for a body
        that is larger than the server takes.
        """
        data = None if body is None else json.dumps(body).encode()
        if data is not None and len(data) > LARGEST_BODY_BYTES:
            # The server answers 413 and closes the connection while the body is still sent. That looks like a server
            # that is unavailable, and the request would be repeated.
            raise ValueError(f"the body has {len(data)} bytes, of {LARGEST_BODY_BYTES} that it may have")
        target = path + ("?" + urllib.parse.urlencode(query, doseq=True) if query else "")
        wait_seconds = {**(query or {}), **(body or {})}.get("waitSeconds", 0)
        signal = signal or Signal()
        deadline = time.monotonic() + (self._retry_seconds if retry_seconds is None else retry_seconds)
        longest_pause = FIRST_PAUSE_SECONDS
        while True:
            pause(min(self._quiet_until, deadline) - time.monotonic(), signal)
            key = read_key(self._key)
            try:
                with self._opened(method, target, data, headers or {}, key, wait_seconds, is_safe, signal) as answer:
                    return self._read(answer, f"{method} {path}", is_safe)
            except Problem as problem:
                # The key may have been replaced between the read and the answer.
                if problem.status != 401 or read_key(self._key) == key:
                    raise
                continue
            except Trouble as trouble:
                # Full jitter, so that many clients do not come back in the same moment.
                delay = (trouble.retry_after or 0) + random.uniform(0, longest_pause)
                if not trouble.is_safe or time.monotonic() + delay > deadline:
                    raise trouble.outcome from None
                LOG.warning("%s %s: %s; again in %.1f s", method, path, trouble, delay)
            longest_pause = min(LONGEST_PAUSE_SECONDS, 2 * longest_pause)
            pause(delay, signal)

    @contextlib.contextmanager
    def stream(self, path: str, query: Mapping[str, Any], signal: Signal) -> Iterator[http.client.HTTPResponse]:
        """Within `with`, the answer of a feed. Raises Problem, Trouble or Stopped."""
        headers = {"Accept": "application/x-ndjson"}
        target = path + "?" + urllib.parse.urlencode(query)
        wait = SILENCE_SECONDS - ANSWER_SECONDS
        pause(self._quiet_until - time.monotonic(), signal)
        with self._opened("GET", target, None, headers, read_key(self._key), wait, True, signal) as answer:
            if answer.status != 200 or "ndjson" not in (answer.headers.get("Content-Type") or ""):
                self._read(answer, f"GET {path}", True)
            yield answer

    @contextlib.contextmanager
    def _opened(
        self,
        method: str,
        target: str,
        data: bytes | None,
        headers: Mapping[str, str],
        key: str,
        wait_seconds: float,
        is_safe: bool,
        signal: Signal,
    ) -> Iterator[http.client.HTTPResponse]:
        connection = self._connection()
        sent = {**headers, "X-API-Key": key, "Connection": "close"}
        if data is not None:
            sent["Content-Type"] = "application/json"
        what = f"{method} {target.partition('?')[0]}"
        is_sent = False
        try:
            connection.connect()
            connection.sock.settimeout(ANSWER_SECONDS + wait_seconds)
            with signal.calls(lambda: shut_down(connection.sock)):
                is_sent = True
                connection.request(method, self._prefix + target, data, sent)
                answer = connection.getresponse()
                self.on_answer(answer.headers)
                yield answer
        except (OSError, http.client.HTTPException) as error:
            if signal.is_set():
                raise Stopped from None
            reason = str(error) or type(error).__name__
            raise Trouble(Unreachable(f"{what}: {reason}", is_sent), is_safe or not is_sent) from None
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        if self._tls is None:
            # Not through a proxy, which would see the key.
            return http.client.HTTPConnection(self._host, self._port, timeout=CONNECT_SECONDS)
        proxy = urllib.request.getproxies().get("https")
        if proxy is None or urllib.request.proxy_bypass(self._host):
            return http.client.HTTPSConnection(
                self._host, self._port, timeout=CONNECT_SECONDS, context=self._tls
            )
        parts = urllib.parse.urlsplit(proxy if "//" in proxy else f"//{proxy}")
        tunnel = http.client.HTTPSConnection(
            parts.hostname or "", parts.port or 80, timeout=CONNECT_SECONDS, context=self._tls
        )
        login = f"{parts.username}:{parts.password or ''}" if parts.username else None
        credentials = {} if login is None else {"Proxy-Authorization": f"Basic {b64encode(login.encode()).decode()}"}
        tunnel.set_tunnel(self._host, self._port, credentials)
        return tunnel

    def _read(self, answer: http.client.HTTPResponse, what: str, is_safe: bool) -> Answer:
        status = answer.status
        raw = answer.read()
        is_json = "json" in (answer.headers.get("Content-Type") or "")
        if status in (204, 304):
            return Answer(status, answer.headers, None)
        try:
            document = json.loads(raw) if is_json else None
        except ValueError:
            raise http.client.HTTPException("the answer is not JSON") from None
        if 200 <= status < 300 and is_json:
            return Answer(status, answer.headers, document)
        retry_after = retry_after_of(answer.headers)
        outcome: Exception
        if isinstance(document, dict) and {"code", "requestId", "status", "detail"} <= document.keys():
            outcome = Problem(document, retry_after)
            # Both say that nothing was done.
            is_safe = is_safe or status == 429 or document["code"] == "overloaded"
            if document["code"] == "rate-limited" and retry_after is not None:
                self._quiet_until = time.monotonic() + retry_after
        else:
            outcome = UnexpectedAnswer(
                f"{what}: the answer is {status}, and not from a Coordinator Registry: is the url right?", status
            )
        # A proxy may answer with a page of its own, and call that a success.
        if status in WORTH_REPEATING or 200 <= status < 300:
            raise Trouble(outcome, is_safe, retry_after)
        raise outcome


def shut_down(sock: socket.socket | None) -> None:
    """Ends a read of another thread."""
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)


def retry_after_of(headers: Message) -> float | None:
    """Seconds. The registry sends a number; a proxy may send a date (RFC 9110, section 10.2.3)."""
    value = (headers.get("Retry-After") or "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


def job_path(job_id: str, what: str | None = None) -> str:
    path = f"/coordinator/jobs/{urllib.parse.quote(job_id, safe='')}"
    return path if what is None else f"{path}/{what}"
