#!/usr/bin/env python3
"""A coordinator: claims jobs from a Coordinator Registry, does them, and reports the result.

Python 3.9 or later, with the client in packages/client-python. Copy it, and put your own work in `perform`.

    export PYTHONPATH=packages/client-python
    REGISTRY_API_KEY_FILE=registry-key python3 coordinator.py --url https://registry.example

The key comes from the file that REGISTRY_API_KEY_FILE names, or from REGISTRY_API_KEY. It never comes from the command
line, where other users of the machine could read it. A key in a file is read for each request, and is replaced before
it ends. That needs the permission `keys:rotate`. The old key stays valid for a day, so other programs that read the
file have time.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from typing import TYPE_CHECKING, Any

from coordinator_registry import Attempt, Coordinator, KeyFile, NoKey, Problem

if TYPE_CHECKING:
    from coordinator_registry.schema import Job


def perform(job: Job, attempt: Attempt) -> Any:
    """The work itself: put yours here.

    Call `attempt.progress` between the steps, and before anything that must not happen twice. The value returned becomes
    the `result` of the job. An exception makes the job FAILED; `JobFailure("…", retry=True)` returns it to PENDING.

    This one plays the steps named in the job's metadata, and fails at a step called "fail".
    """
    metadata = job["metadata"] or {}
    steps = metadata.get("steps", ["read", "think", "write"])
    for done, step in enumerate(steps):
        attempt.progress(100 * done / len(steps), step)
        if step == "fail":
            raise RuntimeError("this step was asked to fail")
        attempt.stopped.wait(metadata.get("secondsPerStep", 1))
    return {"stepsDone": len(steps)}


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Does jobs of a Coordinator Registry.")
    default_url = os.environ.get("REGISTRY_URL", "http://127.0.0.1:3000")
    parser.add_argument("--url", default=default_url, help="also REGISTRY_URL")
    parser.add_argument("--type", action="append", help="a type of jobs that it does; may be repeated")
    parser.add_argument("--concurrency", type=int, default=1, help="how many jobs it does at once")
    parser.add_argument("--lease", type=int, default=60, help="seconds of silence before a job is taken back")
    parser.add_argument("--grace", type=float, default=20, help="seconds that a job has after SIGTERM")
    parser.add_argument("--until-idle", action="store_true", help="end when there is no job")
    return parser.parse_args()


def main() -> int:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    options = parse_options()
    path = os.environ.get("REGISTRY_API_KEY_FILE")
    key = KeyFile(path) if path else os.environ.get("REGISTRY_API_KEY", "")
    worker = Coordinator(options.url, key).worker(
        {name: perform for name in options.type or ["demo"]},
        concurrency=options.concurrency,
        lease_seconds=options.lease,
        grace_seconds=options.grace,
        until_idle=options.until_idle,
    )
    try:
        worker.run()
    except (Problem, NoKey) as refusal:
        logging.error("stopped: %s", refusal)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
