"""The bodies of requests and answers. Made from docs/openapi.json by `npm run docs`: do not edit."""

from __future__ import annotations

from typing import Any, Dict, List, Literal, TypedDict, Union

Backoff = Literal["fixed", "exponential"]


class _BotDeliveryRequired(TypedDict):
    # what happened
    action: TriggerAction
    # `owner/repo`
    repository: str
    # the number of the issue, also as text
    issueNumber: Union[int, str]


class BotDelivery(_BotDeliveryRequired, total=False):
    """The body of the platform's own bot"""

    # the text that mentions the bot
    comment: Union[str, None]
    # kept as the metadata of the job; at most 256 KiB
    metadata: Union[Dict[str, Any], None]


class _ClaimJobRequestRequired(TypedDict):
    # the part of the coordinator that works on the job
    agentId: str


class ClaimJobRequest(_ClaimJobRequestRequired, total=False):
    # the workspaces to search; default: all that the coordinator may use
    workspaceIds: List[str]
    # the types of jobs to search; default: any
    types: List[str]
    # the kind of agent
    agentType: str
    # length of the lease: the attempt ends unless the coordinator reports within this time
    leaseSeconds: int
    # if there is no job: how long to wait for one before the answer is 204; default: not at all
    waitSeconds: int


class CompleteJobRequest(TypedDict, total=False):
    # the result, any JSON value of at most 256 KiB
    result: Any
    # tokens of the language model, in total
    tokensUsed: int
    # default: the time from start to end of the attempt
    durationSeconds: float
    # the attempt that the request is about; 409 `stale-attempt` if it has ended
    attempt: int


class CoordinatorHealthCoordinator(TypedDict):
    """the caller"""

    # its id
    id: str
    # its name
    name: str


class CoordinatorHealthKey(TypedDict):
    """the key in this request"""

    # its id
    id: str
    # its name, if it was given one
    name: Union[str, None]
    # when it was issued
    createdAt: str
    # when it expires, as in `Coordinator-Key-Expires`; null: never
    expiresAt: Union[str, None]
    # whether it has a live successor
    rotated: bool


class CoordinatorHealthRateLimit(TypedDict):
    """the same values as in the rate-limit headers"""

    # requests allowed within a minute
    limit: int
    # requests left, after this one
    remaining: int
    # seconds until the whole limit is free again
    resetSeconds: int


class CoordinatorHealth(TypedDict):
    """The caller, its rate limit and the state of the database"""

    # the caller
    coordinator: CoordinatorHealthCoordinator
    # the key in this request
    key: CoordinatorHealthKey
    # the same values as in the rate-limit headers
    rateLimit: CoordinatorHealthRateLimit
    # the state of the database at the last probe
    database: Literal["ok", "read-only", "unavailable"]


class CoordinatorKey(TypedDict):
    """A key of a coordinator, without its secret"""

    # the id of the key
    id: str
    # the coordinator that it belongs to
    coordinatorId: str
    # the public part of the key
    kid: str
    # how the key begins; null for the key of COORDINATOR_API_KEY
    prefix: Union[str, None]
    # its name, if it was given one
    name: Union[str, None]
    # whether it is the key in COORDINATOR_API_KEY
    environment: bool
    # whether it is accepted
    state: CredentialState
    # when it was issued
    createdAt: str
    # when it expires; null: never
    expiresAt: Union[str, None]
    # when a successor was issued
    rotatedAt: Union[str, None]
    # when it was revoked
    revokedAt: Union[str, None]
    # when it was last used, to about a minute
    lastUsedAt: Union[str, None]
    # the key that this one was rotated from
    predecessorId: Union[str, None]


class _CreateJobRequestRetryRequired(TypedDict):
    # the delay after the first attempt
    delaySeconds: int


class CreateJobRequestRetry(_CreateJobRequestRetryRequired, total=False):
    """how long the job is held back after its lease expired, or after a fail with `'retry': true`; default: not at all"""

    # `fixed`: each delay is the same; `exponential`: it doubles with each attempt
    backoff: Literal["fixed", "exponential"]
    # the maximum of the delay; not below delaySeconds
    maxDelaySeconds: int


class _CreateJobRequestRequired(TypedDict):
    # the workspace of the job
    workspaceId: str
    # what kind of work it is
    type: str


class CreateJobRequest(_CreateJobRequestRequired, total=False):
    # `owner/repo`
    repository: str
    # the issue in the repository
    issueNumber: int
    # a claim takes the highest first
    priority: int
    # any JSON object of at most 256 KiB
    metadata: Dict[str, Any]
    # how many attempts the job may have
    maxAttempts: int
    # no claim gets the job before this time; a time in the past has no effect
    notBefore: str
    # how long the job is held back after its lease expired, or after a fail with `"retry": true`; default: not at
    # all
    retry: CreateJobRequestRetry


CredentialState = Literal["ACTIVE", "EXPIRED", "REVOKED"]


class _DispatchRequestRetryRequired(TypedDict):
    # the delay after the first attempt
    delaySeconds: int


class DispatchRequestRetry(_DispatchRequestRetryRequired, total=False):
    """how long the job is held back after its lease expired, or after a fail with `'retry': true`; default: not at all"""

    # `fixed`: each delay is the same; `exponential`: it doubles with each attempt
    backoff: Literal["fixed", "exponential"]
    # the maximum of the delay; not below delaySeconds
    maxDelaySeconds: int


class _DispatchRequestRequired(TypedDict):
    # the workspace of the job
    workspaceId: str
    # what kind of work it is
    type: str
    # `owner/repo`
    repository: str
    # the issue in the repository
    issueNumber: int


class DispatchRequest(_DispatchRequestRequired, total=False):
    # stored as the metadata of the job; at most 256 KiB
    context: Dict[str, Any]
    # no claim gets the job before this time; a time in the past has no effect
    notBefore: str
    # how long the job is held back after its lease expired, or after a fail with `"retry": true`; default: not at
    # all
    retry: DispatchRequestRetry


class Dispatched(TypedDict):
    """The delivery created a job"""

    # the id of the new job
    jobId: str
    # the status of the job
    status: JobStatus
    # the type of the job
    queueName: str


class Job(TypedDict):
    """A job with its current attempt"""

    # the id of the job
    id: str
    # the workspace that it belongs to
    workspaceId: str
    # what kind of work it is
    type: str
    # where the job stands
    status: JobStatus
    # number of the current attempt, 0 before the first; the fencing token of reports
    attempt: int
    # how many attempts the job may have
    maxAttempts: int
    # increases by one with every change; also the ETag
    rev: int
    # `owner/repo` in lower case
    repository: Union[str, None]
    # the issue in the repository
    issueNumber: Union[int, None]
    # a claim takes the highest first
    priority: int
    # no claim gets the job before this time; null once the time has come
    notBefore: Union[str, None]
    # the delay after an expired lease, or a fail that asks for a retry; null: none
    retry: Union[RetryPolicy, None]
    # whether it is FAILED for good, and so cannot be retried
    final: bool
    # as given when the job was created
    metadata: Dict[str, Any]
    # the coordinator that works on it; null before the first attempt
    coordinatorId: Union[str, None]
    # the part of the coordinator that works on it
    agentId: Union[str, None]
    # the kind of agent, as the coordinator names it
    agentType: Union[str, None]
    # how much is done; never decreases
    progressPercent: float
    # the step that was reported last
    currentStep: Union[str, None]
    # tokens of the language model; never decreases
    tokensUsed: int
    # from start to end of the attempt, unless the coordinator reported another value; null until it ends
    durationSeconds: Union[float, None]
    # what the coordinator completed it with, any JSON value
    result: Any
    # why it failed
    error: Union[str, None]
    # the step in which it failed
    failedStep: Union[str, None]
    # results of checks of the failed attempt, any JSON value
    gateResults: Any
    # a message for the next attempt
    continuationPrompt: Union[str, None]
    # how the attempt before ended; null until a job has gone back to PENDING
    previousAttempt: Union[PreviousAttempt, None]
    # triggers that came while the job was active: the newest 20, the oldest first
    triggers: List[Trigger]
    # how many triggers came in total; those after the start of an attempt lead to one further job when it ends
    triggerCount: int
    # when the lease expires, unless the coordinator reports before; null: no lease
    leaseExpiresAt: Union[str, None]
    # when the current attempt started
    startedAt: Union[str, None]
    # when the job ended
    endedAt: Union[str, None]
    # when the job was created
    createdAt: str
    # when the job changed last
    updatedAt: str


class DispatchedJob(Job):
    """The new job"""

    # the same as `id`
    jobId: str
    # the type of the job
    queueName: str


class DuplicateDelivery(TypedDict):
    """A job exists already"""

    # the delivery created no job
    duplicate: Literal[True]
    # the active job of this issue, or the job that this delivery created before
    jobId: str
    # the status of that job
    status: JobStatus
    # the type of the job
    queueName: str
    # how many further triggers that job has
    triggerCount: int


class FailJobRequestRetry(TypedDict):
    # how long the job is held back
    afterSeconds: int


class _FailJobRequestRequired(TypedDict):
    # of more than 65536 characters the first ones are kept
    error: str


class FailJobRequest(_FailJobRequestRequired, total=False):
    # of more than 500 characters the first ones are kept
    failedStep: Union[str, None]
    # results of checks, any JSON value of at most 256 KiB
    gateResults: Any
    # of more than 65536 characters the first ones are kept
    continuationPrompt: Union[str, None]
    # the attempt that the request is about; 409 `stale-attempt` if it has ended
    attempt: int
    # returns the job to PENDING while attempts remain; true: after the delay of its retry policy; not together with
    # `final`
    retry: Union[bool, FailJobRequestRetry]
    # whether the job is FAILED for good: no retry is possible
    final: bool


class FailedJob(Job):
    """The job, and which texts of the report were cut"""

    # members whose text was cut to its limit, or in which NUL or half a surrogate pair was replaced by U+FFFD
    truncated: List[Literal["currentStep", "error", "failedStep", "continuationPrompt"]]


class IgnoredDelivery(TypedDict):
    """The delivery starts no work"""

    # the delivery starts no work
    ignored: Literal[True]
    # why
    reason: str


class JobAttempt(TypedDict):
    """One attempt at a job"""

    # its number
    attempt: int
    # how the attempt ended; RUNNING: it has not
    status: JobStatus
    # the coordinator that works on it; null before the first attempt
    coordinatorId: Union[str, None]
    # the part of the coordinator that works on it
    agentId: Union[str, None]
    # the kind of agent, as the coordinator names it
    agentType: Union[str, None]
    # how much is done; never decreases
    progressPercent: float
    # the step that was reported last
    currentStep: Union[str, None]
    # tokens of the language model; never decreases
    tokensUsed: int
    # from start to end of the attempt, unless the coordinator reported another value; null until it ends
    durationSeconds: Union[float, None]
    # what the coordinator completed it with, any JSON value
    result: Any
    # why it failed
    error: Union[str, None]
    # the step in which it failed
    failedStep: Union[str, None]
    # results of checks of the failed attempt, any JSON value
    gateResults: Any
    # a message for the next attempt
    continuationPrompt: Union[str, None]
    # when it started
    startedAt: str
    # when it ended
    endedAt: Union[str, None]


class JobAttemptPage(TypedDict):
    """One page of a list"""

    # may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while
    # `nextCursor` is not null
    items: List[JobAttempt]
    # the `cursor` of the next page; null at the end of the list
    nextCursor: Union[str, None]


class JobPage(TypedDict):
    """One page of a list"""

    # may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while
    # `nextCursor` is not null
    items: List[Job]
    # the `cursor` of the next page; null at the end of the list
    nextCursor: Union[str, None]


JobStatus = Literal["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED"]


class PreviousAttempt(TypedDict):
    """How the attempt before ended"""

    # its number
    attempt: int
    # why it failed
    error: Union[str, None]
    # the step in which it failed
    failedStep: Union[str, None]
    # a message for the next attempt
    continuationPrompt: Union[str, None]
    # results of checks of the failed attempt, any JSON value
    gateResults: Any


class ProgressedJob(Job):
    """The job, and what became of the report"""

    # members whose text was cut to its limit, or in which NUL or half a surrogate pair was replaced by U+FFFD
    truncated: List[Literal["currentStep", "error", "failedStep", "continuationPrompt"]]
    # whether the report changed anything; it renews the lease in any case
    applied: bool


class _ReportProgressRequestRequired(TypedDict):
    # how much is done; a smaller value than before is ignored
    progressPercent: float


class ReportProgressRequest(_ReportProgressRequestRequired, total=False):
    # of more than 500 characters the first ones are kept
    currentStep: Union[str, None]
    # tokens of the language model, in total
    tokensUsed: int
    # the attempt that the request is about; 409 `stale-attempt` if it has ended
    attempt: int


class RetryJobRequest(TypedDict, total=False):
    # the attempt that the request is about; 409 `stale-attempt` if it has ended
    attempt: int


class RetryPolicy(TypedDict):
    """How long a job is held back before its next attempt"""

    # the delay after the first attempt
    delaySeconds: int
    # how the delay grows
    backoff: Backoff
    # the maximum of the delay
    maxDelaySeconds: int


class RotateOwnKeyRequest(TypedDict, total=False):
    # how long the old key is still accepted
    overlapSeconds: int


class RotatedKeyPredecessor(TypedDict):
    """the old key, and when it ends"""

    # the id of the key
    id: str
    # when it expires; null: never
    expiresAt: Union[str, None]


class RotatedKey(TypedDict):
    """The successor of a key"""

    # the key without its secret
    key: CoordinatorKey
    # the whole key; only this answer shows it
    apiKey: str
    # the old key, and when it ends
    predecessor: RotatedKeyPredecessor


class Trigger(TypedDict):
    """A mention or an assignment that came while the job was active"""

    # what happened
    action: TriggerAction
    # the text that mentions the bot
    comment: Union[str, None]
    # the account that caused it
    sender: Union[str, None]
    # the metadata that the bot sent with it
    metadata: Union[Dict[str, Any], None]
    # members that were cut or cleaned
    truncated: List[str]
    # when it arrived
    at: str


TriggerAction = Literal["assigned", "mentioned", "commented"]


class _UpdateStatusRequestRequired(TypedDict):
    # the new status; `QUEUED`, from the older API, changes nothing about a PENDING job
    status: Literal["RUNNING", "CANCELLED", "QUEUED"]


class UpdateStatusRequest(_UpdateStatusRequestRequired, total=False):
    # the attempt that the request is about; 409 `stale-attempt` if it has ended
    attempt: int
    # the part of the coordinator that works on the job
    agentId: str
    # the kind of agent
    agentType: str
    # length of the lease: the attempt ends unless the coordinator reports within this time
    leaseSeconds: int
