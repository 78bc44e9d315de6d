"""A client for coordinators of a Coordinator Registry: it claims jobs, does them, and reports.

Python 3.9 or later, standard library only.

    from coordinator_registry import Coordinator, KeyFile

    def review(job, attempt):
        attempt.progress(10, "read")
        return {"comments": 3}

    registry = Coordinator("https://registry.example", KeyFile("/run/secrets/registry-key"))
    registry.worker({"code-review": review}, concurrency=4).run()

* A request that is safe to repeat is repeated while the server is unreachable or asks to wait
  (429, 503), after random times that grow. It obeys Retry-After.
* A worker renews the lease of each job that it does. `attempt.stopped` is set within about a second
  after the job was cancelled or taken back.
* A key that ends and is in a `KeyFile` is replaced after 80 % of its life, if the coordinator has
  the permission `keys:rotate`.
* SIGTERM stops a worker: it claims no more jobs, and gives back what it cannot end in time.
"""

from __future__ import annotations

from .coordinator import Coordinator, JobEvent
from .keys import KeyFile
from .problems import (
    JobFailure,
    JobLost,
    NoKey,
    Problem,
    Stopped,
    UnexpectedAnswer,
    Unreachable,
)
from .signals import Signal
from .worker import Attempt, Worker

__all__ = [
    "Attempt",
    "Coordinator",
    "JobEvent",
    "JobFailure",
    "JobLost",
    "KeyFile",
    "NoKey",
    "Problem",
    "Signal",
    "Stopped",
    "UnexpectedAnswer",
    "Unreachable",
    "Worker",
]
