/** Made from docs/openapi.json: npm run docs. */

export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/coordinators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Coordinators, newest first
         * @description Needs the permission `system:admin`.
         */
        get: operations["coordinatorsList"];
        put?: never;
        /**
         * Registers a coordinator and issues its first key
         * @description Needs the permission `system:admin`.
         */
        post: operations["coordinatorsRegister"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/coordinators/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One coordinator
         * @description Needs the permission `system:admin`.
         */
        get: operations["coordinatorsFind"];
        put?: never;
        post?: never;
        /**
         * Deletes a coordinator and revokes all its keys
         * @description Its keys are refused from the answer on. Its records stay in the audit log. Its RUNNING jobs return to PENDING, or become FAILED if no attempt remains. With `runs` they are cancelled (`cancel`) or stay RUNNING (`leave`).
         *
         *     Needs the permission `system:admin`.
         */
        delete: operations["coordinatorsDelete"];
        options?: never;
        head?: never;
        /**
         * Changes name, status, workspaces, permissions, rate limit or networks
         * @description A given set replaces the whole set. From the answer on, the coordinator cannot use a removed permission, workspace or network. With `status` SUSPENDED, `runs` says what happens to its RUNNING jobs: they stay RUNNING (`leave`), return to PENDING (`requeue`), or are cancelled (`cancel`).
         *
         *     Needs the permission `system:admin`.
         */
        patch: operations["coordinatorsChange"];
        trace?: never;
    };
    "/admin/coordinators/{id}/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Keys, without their secrets
         * @description Needs the permission `system:admin`.
         */
        get: operations["coordinatorKeysList"];
        put?: never;
        /**
         * Issues a further key
         * @description Needs the permission `system:admin`.
         */
        post: operations["coordinatorKeysIssue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/coordinators/{id}/keys/{keyId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One key, without its secret
         * @description Needs the permission `system:admin`.
         */
        get: operations["coordinatorKeysFind"];
        put?: never;
        post?: never;
        /**
         * Revokes a key
         * @description The key is refused from the answer on. Repeating the request gets the same 204. With `chain=true`, its predecessors and all their successors are revoked too: all that came from one key by rotation.
         *
         *     Needs the permission `system:admin`.
         */
        delete: operations["coordinatorKeysRevoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/coordinators/{id}/keys/{keyId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issues a successor; the old key is still accepted for `overlapSeconds`
         * @description A key has at most one live successor. If the text of the successor was lost, revoke the successor, then rotate the old key again.
         *
         *     Needs the permission `system:admin`.
         */
        post: operations["coordinatorKeysRotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/coordinators/{id}/webhooks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Webhooks, without their secrets
         * @description Needs the permission `system:admin`.
         */
        get: operations["webhooksList"];
        put?: never;
        /**
         * Creates the endpoint of a forge, with the secret that signs its deliveries
         * @description Needs the permission `system:admin`.
         */
        post: operations["webhooksCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/coordinators/{id}/webhooks/{webhookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One webhook, without its secret
         * @description Needs the permission `system:admin`.
         */
        get: operations["webhooksFind"];
        put?: never;
        post?: never;
        /**
         * Revokes a webhook
         * @description Its deliveries are refused from the answer on. Repeating the request gets the same 204.
         *
         *     Needs the permission `system:admin`.
         */
        delete: operations["webhooksRevoke"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/coordinators/{id}/webhooks/{webhookId}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Creates a successor with a path and a secret of its own
         * @description The old webhook is still accepted for `overlapSeconds`.
         *
         *     Needs the permission `system:admin`.
         */
        post: operations["webhooksRotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Keys of all coordinators, newest first, without their secrets
         * @description Also the keys of deleted coordinators. A key must match all filters.
         *
         *     Needs the permission `system:admin`.
         */
        get: operations["allKeysSearch"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/operators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Operators, newest first
         * @description Needs the permission `system:admin`.
         */
        get: operations["operatorsList"];
        put?: never;
        /**
         * Creates an operator and its key
         * @description Needs the permission `system:admin`.
         */
        post: operations["operatorsCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/operators/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One operator
         * @description Needs the permission `system:admin`.
         */
        get: operations["operatorsFind"];
        put?: never;
        post?: never;
        /**
         * Deletes an operator and its key
         * @description Its key is refused from the answer on.
         *
         *     Needs the permission `system:admin`.
         */
        delete: operations["operatorsDelete"];
        options?: never;
        head?: never;
        /**
         * Changes name, role or workspaces
         * @description An operator who becomes ADMIN may touch all workspaces. An ADMIN who becomes OPERATOR or AUDITOR needs workspaceIds. A withdrawn right has no effect from the answer on.
         *
         *     Needs the permission `system:admin`.
         */
        patch: operations["operatorsChange"];
        trace?: never;
    };
    "/admin/operators/{id}/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Replaces the key of an operator; the old key is refused from the answer on
         * @description An operator who signs in with the OpenID provider has no key.
         *
         *     Needs the permission `system:admin`.
         */
        post: operations["operatorsRotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Workspaces, newest first
         * @description Needs the permission `system:admin`.
         */
        get: operations["workspacesList"];
        put?: never;
        /**
         * Registers a workspace, and the repositories that belong to it
         * @description Needs the permission `system:admin`.
         */
        post: operations["workspacesCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/admin/workspaces/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One workspace
         * @description Needs the permission `system:admin`.
         */
        get: operations["workspacesFind"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Changes slug, name, repositories or triggers
         * @description `repositories` replaces the whole set. Of `triggers`, only the given members change; null resets a member to its default.
         *
         *     Needs the permission `system:admin`.
         */
        patch: operations["workspacesChange"];
        trace?: never;
    };
    "/audit-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Records of the audit log, newest first
         * @description A page may be short and still have a `nextCursor`, because the number of records scanned for one page is limited. `scannedTo` says how far the search has come.
         *
         *     Needs the permission `audit:read`.
         */
        get: operations["auditLogList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One record
         * @description Needs the permission `audit:read`.
         */
        get: operations["auditLogFind"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log/{id}/proof": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Proof that the last checkpoint covers a record
         * @description Needs the permission `audit:read`.
         */
        get: operations["checkpointsProve"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log/checkpoint-key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The key that signs checkpoints now
         * @description Compare it with the key that you have pinned. A key that you know only from this server proves nothing about this server.
         *
         *     Needs the permission `audit:read`.
         */
        get: operations["checkpointsFindKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log/checkpoints": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The signed checkpoints of the log, newest first
         * @description Needs the permission `audit:read`.
         */
        get: operations["checkpointsList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log/checkpoints/{seq}/consistency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * That the log of one checkpoint begins with the log of an earlier one
         * @description Needs the permission `audit:read`.
         */
        get: operations["checkpointsProveConsistency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log/checkpoints/latest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The last checkpoint
         * @description Needs the permission `audit:read`.
         */
        get: operations["checkpointsLatest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log/erasures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Erases the source addresses and user agents of one actor
         * @description The records stay, and the log still verifies. Later actions of the actor are recorded with address and user agent. Many records are erased in parts of 10,000. Each part is recorded. A request that was interrupted can be repeated.
         *
         *     Needs the permission `system:admin`.
         */
        post: operations["erasuresErase"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The audit log as a file
         * @description With a filter, or for an operator of some workspaces: newest first. Otherwise the whole log in the order of the tree; as `ndjson` it can be verified offline. The export is recorded. An operator may have one export at a time, a server runs two. The connection is aborted if the export fails, if the permissions or the workspaces of the operator change, or if the client does not read a part of about 1 MiB within a minute. So only a response with a proper end is complete.
         *
         *     Needs the permission `audit:read`.
         */
        get: operations["auditExportsExport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log/feed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The audit log as it is sealed, in the order of the tree
         * @description Server-sent events, or one JSON text a line for `Accept: application/x-ndjson`. Each event is a line of the export as `ndjson`, and `position`, from which a later request goes on without a loss or a repeat (`after`, or `Last-Event-ID`). A line with `position` alone, or an event without data, says how far the feed has come; there is one every 15 s at least. Without `follow=false` the answer does not end. The connection is aborted if the feed fails, if the permissions of the operator change, or if the client does not read a part of about 256 KiB within a minute.
         *
         *     Needs the permission `audit:read`.
         */
        get: operations["auditFeedFollow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit-log/proofs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Proofs that the last checkpoint covers up to 100 records
         * @description All proofs are for one checkpoint. A record without a proof has a `code` instead.
         *
         *     Needs the permission `audit:read`.
         */
        get: operations["checkpointsProveAll"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console/*": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/console/assets/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/coordinator/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Changes of jobs of the coordinator's workspaces, as they are sealed
         * @description Server-sent events, or one JSON text a line for `Accept: application/x-ndjson`. Each event has the `position` from which a later request goes on without a loss or a repeat (`after`, or `Last-Event-ID`). A line with `position` alone, or an event without data, says how far the feed has come; there is one every 15 s at least. Without `follow=false` the answer does not end. The connection is aborted if the feed fails, if the coordinator loses the permission, or if the client does not read a part of about 256 KiB within a minute.
         *
         *     Needs the permission `jobs:read`.
         */
        get: operations["coordinatorEventsFollow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/coordinator/health": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The caller and its rate limit */
        get: operations["coordinatorHealthRead"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/coordinator/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs of the coordinator's workspaces, newest first
         * @description Needs the permission `jobs:read`.
         */
        get: operations["coordinatorJobsList"];
        put?: never;
        /**
         * Creates a job
         * @description Needs the permission `jobs:write`.
         */
        post: operations["coordinatorJobsCreate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/coordinator/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job
         * @description With `waitSeconds` and `If-None-Match`, the answer comes when the job changes.
         *
         *     Needs the permission `jobs:read`.
         */
        get: operations["coordinatorJobsFind"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/coordinator/jobs/{id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The attempts of a job, the first one first
         * @description Needs the permission `jobs:read`.
         */
        get: operations["coordinatorJobsAttempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/coordinator/jobs/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Completes the job with a result
         * @description Repeating the same request gets the same answer and changes nothing.
         *
         *     Needs the permission `jobs:write`.
         */
        post: operations["coordinatorJobsComplete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/coordinator/jobs/{id}/fail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reports that the attempt failed
         * @description With `retry` the job returns to PENDING in the same step while attempts remain, else it is FAILED. Repeating the same request changes nothing.
         *
         *     Needs the permission `jobs:write`.
         */
        post: operations["coordinatorJobsFail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/coordinator/jobs/{id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Reports progress, and renews the lease
         * @description Percent and tokens never go back within an attempt.
         *
         *     Needs the permission `jobs:write`.
         */
        patch: operations["coordinatorJobsProgress"];
        trace?: never;
    };
    "/coordinator/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Returns a FAILED job to PENDING while attempts remain
         * @description Needs the permission `jobs:write`.
         */
        post: operations["coordinatorJobsRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/coordinator/jobs/{id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Starts an attempt, or cancels the job
         * @description Needs the permission `jobs:write`.
         */
        patch: operations["coordinatorJobsUpdateStatus"];
        trace?: never;
    };
    "/coordinator/jobs/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Starts the PENDING job of highest priority, oldest first, and never the same one twice
         * @description Workspaces take turns; the priority counts within a workspace. The job is RUNNING then, with a lease of 300 s unless another is asked for. With `waitSeconds`, the answer comes when there is a job.
         *
         *     Needs the permission `jobs:write`.
         */
        post: operations["coordinatorJobsClaim"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/coordinator/keys/rotate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issues a successor of the key in this request; the old key is still accepted for `overlapSeconds`
         * @description The successor has the same lifetime as the key had when it was issued. A key has at most one live successor. Store the new key before you use it: only this answer shows it. If the answer was lost, a repeat gets 409, and an administrator must revoke the successor.
         *
         *     Needs the permission `keys:rotate`.
         */
        post: operations["ownKeyRotate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/coordinators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Names of coordinators, newest first, deleted ones included
         * @description An operator who is limited to workspaces gets the coordinators that may touch one of them, and with `ids` also those that have acted there.
         *
         *     Needs the permission `operator-jobs:read`.
         */
        get: operations["visibleCoordinatorsList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/{asset}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/docs/start.js": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/find": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a text leads to
         * @description Jobs, coordinators, workspaces and records within the reach of the operator; keys and operators for an ADMIN. A text with a whole key is refused.
         *
         *     Needs the permission `operator-jobs:read`.
         */
        get: operations["findFind"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the process is running */
        get: operations["healthLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether requests can be served */
        get: operations["healthReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs of the operator's workspaces, newest first
         * @description Needs the permission `operator-jobs:read`.
         */
        get: operations["jobsList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One job
         * @description Needs the permission `operator-jobs:read`.
         */
        get: operations["jobsFind"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The attempts of a job, the first one first
         * @description Needs the permission `operator-jobs:read`.
         */
        get: operations["jobsAttempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels a job that has not ended
         * @description No report of its attempt has an effect from the answer on. A repeat changes nothing.
         *
         *     Needs the permission `operator-jobs:write`.
         */
        post: operations["operatorJobsCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Returns a FAILED job to PENDING while attempts remain
         * @description A repeat changes nothing while the job is PENDING.
         *
         *     Needs the permission `operator-jobs:write`.
         */
        post: operations["operatorJobsRetry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancels the jobs of a workspace that match all filters and have not ended
         * @description One request cancels up to 5,000 jobs, 200 in each transaction. If it fails between two of them, some jobs are cancelled: send it again.
         *
         *     Needs the permission `operator-jobs:write`.
         */
        post: operations["operatorJobsCancelAll"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How many jobs match, by status
         * @description The filters are those of the list and of the bulk cancellation. A count stops at 10,000, and after a search of 20,000 jobs of a status; `capped` says so.
         *
         *     Needs the permission `operator-jobs:read`.
         */
        get: operations["jobsCount"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/keys/revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Revokes a leaked key
         * @description Anyone who sends a whole key of a coordinator or an operator revokes it. A 204 does not say whether the key existed. It comes only after the decision. A key that was cut off or mistyped is 400: nothing was revoked.
         */
        post: operations["keyRevocationRevoke"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The operator that asks, and what it may do */
        get: operations["meFind"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What needs a person, and the state of the server
         * @description Lines about keys are for an ADMIN. Lines about refusals and limits, and `requests`, are for operators who see all workspaces.
         *
         *     Needs the permission `operator-jobs:read`.
         */
        get: operations["overviewFind"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a problem type means, as a page or as JSON */
        get: operations["problemPageDescribe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in, and for how long */
        get: operations["sessionFind"];
        put?: never;
        /**
         * Signs an operator in
         * @description The answer sets the cookie of a new session. It takes the place of the access key on every route for operators. The session ends after 30 minutes without use, after 12 hours, and with the key. Only a page of this server may ask, as for every change with a session.
         */
        post: operations["sessionSignIn"];
        /**
         * Signs out
         * @description Ends the session on the server: its cookie is refused from the answer on. A request with a key ends nothing.
         */
        delete: operations["sessionSignOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/oidc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begins a sign-in with the OpenID provider
         * @description The answer has the address to which the page sends the browser, and sets a cookie that binds the sign-in to this browser for 10 minutes. The provider sends the browser back to `/console/sign-in/oidc` at the `Origin` of this request. 404 if the server has no provider.
         */
        post: operations["oidcBegin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/oidc/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ends a sign-in with the OpenID provider
         * @description The page sends the query with which the provider has called it. The answer sets the cookie of a new session, as `POST /session` does. 404 if the server has no provider.
         */
        post: operations["oidcFinish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/options": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How operators sign in */
        get: operations["sessionFindOptions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Live sessions, newest first
         * @description An ADMIN gets the sessions of all operators, other operators get their own.
         */
        get: operations["sessionsList"];
        put?: never;
        post?: never;
        /** Ends all of the caller's sessions but the one of this request */
        delete: operations["sessionsEndOthers"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Ends a session
         * @description Its cookie is refused from the answer on. An ADMIN may end any session, other operators their own.
         */
        delete: operations["sessionsEnd"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stitcher/dispatch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Creates a job for an issue; at most one active job for each repository, issue and type
         * @description Needs the permission `stitcher:dispatch`.
         */
        post: operations["stitcherDispatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stitcher/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes the bot's own body, or what Gitea and GitHub send for `issues` and `issue_comment`
         * @description The job belongs to the workspace that has registered the repository. The body cannot choose a workspace.
         *
         *     Needs the permission `stitcher:dispatch`.
         */
        post: operations["stitcherWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stitcher/webhook/{webhookId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Takes a delivery that the webhook's secret has signed
         * @description The body is JSON, or a form whose member `payload` is JSON. The same body again, whatever its delivery id, is answered with its first job for 7 days.
         *
         *     Needs the permission `stitcher:dispatch`.
         */
        post: operations["stitcherSignedWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Names and job counts of the operator's workspaces, newest first
         * @description Needs the permission `operator-jobs:read`.
         */
        get: operations["visibleWorkspacesList"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * There already is an active job
         * @description The same workspace, repository, issue and type has an unfinished job. Wait until it ends, or cancel it first.
         * @example {
         *       "type": "/problems/active-job-exists",
         *       "status": 409,
         *       "code": "active-job-exists",
         *       "title": "There already is an active job",
         *       "detail": "There already is an active job.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "jobId": "0198c0de-7a3b-7c11-9d2e-5f60718293a4"
         *     }
         */
        ActiveJobExistsProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/active-job-exists";
            /** @constant */
            status?: 409;
            /** @constant */
            code?: "active-job-exists";
            /**
             * Format: uuid
             * @description the id of the active job
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            jobId?: string;
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "active-job-exists";
        };
        /**
         * It already exists
         * @description A value that must be unique (an id, a slug, a name or a repository) is taken. Choose another, or use what exists.
         * @example {
         *       "type": "/problems/already-exists",
         *       "status": 409,
         *       "code": "already-exists",
         *       "title": "It already exists",
         *       "detail": "It already exists.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "member": "slug",
         *       "values": [
         *         "acme"
         *       ],
         *       "existingId": "0198c0de-0000-7c11-9d2e-5f60718293a4"
         *     }
         */
        AlreadyExistsProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/already-exists";
            /** @constant */
            status?: 409;
            /** @constant */
            code?: "already-exists";
            /**
             * @description the member whose value is taken
             * @enum {string}
             */
            member?: "id" | "slug" | "name" | "repositories";
            /** @description the values that are taken */
            values?: string[];
            /**
             * Format: uuid
             * @description the id of the resource that has them
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            existingId?: string;
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "already-exists";
        };
        /**
         * All attempts are used
         * @description The job has failed as many times as "maxAttempts" allows, so it cannot be retried. Create a new job to do the work again.
         * @example {
         *       "type": "/problems/attempts-exhausted",
         *       "status": 409,
         *       "code": "attempts-exhausted",
         *       "title": "All attempts are used",
         *       "detail": "All 3 attempts are used. Create a new job.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "currentStatus": "FAILED",
         *       "attempt": 3,
         *       "rev": 9,
         *       "allowed": [],
         *       "maxAttempts": 3
         *     }
         */
        AttemptsExhaustedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/attempts-exhausted";
            /** @constant */
            status?: 409;
            /** @constant */
            code?: "attempts-exhausted";
            /** @description the status of the job, or the state of the key */
            currentStatus?: string;
            /** @description the current attempt of the job */
            attempt?: number;
            /** @description the current `rev` of the job */
            rev?: number;
            /** @description the actions that the job allows now */
            allowed?: string[];
            /** @description how many attempts the job may have */
            maxAttempts?: number;
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "attempts-exhausted";
        };
        /** @description Something that may need a person */
        Attention: {
            /** @description what it is */
            kind: components["schemas"]["AttentionKind"];
            /**
             * @description how much it matters
             * @example warning
             * @enum {string}
             */
            severity: "critical" | "warning" | "info";
            /**
             * Format: date-time
             * @description since when it is so; null: unknown
             * @example 2026-11-24T12:00:00.000Z
             */
            since: string | null;
            /**
             * @description how many there are
             * @example 12
             */
            count: number;
            /** @description what it is about */
            subject: components["schemas"]["AttentionSubject"];
            /**
             * @description names, numbers and times of the line, which depend on `kind`
             * @example {
             *       "coordinatorName": "orchestrator",
             *       "expiresAt": "2026-11-27T12:00:00.000Z"
             *     }
             */
            values: {
                [key: string]: unknown;
            };
        };
        /**
         * @description `key-ends`: within 14 days, without a live successor; `key-never-used`: for 7 days; `old-key-used`: a rotated key that is still used; `refusals`: 100 or more of one reason from one address in 10 minutes; `coordinator-limited`: within an hour; `workspace-full`: as many jobs run as `maxRunning` allows, and others wait; `jobs-without-lease`: RUNNING without a lease and a change for an hour
         * @enum {string}
         */
        AttentionKind: "sealing-stopped" | "redis-away" | "refusals" | "key-ends" | "old-key-used" | "key-never-used" | "coordinator-limited" | "workspace-full" | "jobs-without-lease";
        /** @description What a line of the overview is about */
        AttentionSubject: {
            /**
             * @description what it is about
             * @example key
             * @enum {string}
             */
            kind: "key" | "coordinator" | "workspace" | "address" | "server";
            /**
             * @description its id, if it has one
             * @example 0198c0de-2222-7c11-9d2e-5f60718293a4
             */
            id: string | null;
            /**
             * @description its name, kid or address
             * @example 0A1b2C3d4E5f6G7h
             */
            name: string | null;
        };
        /**
         * @description What happened, or was refused
         * @enum {string}
         */
        AuditAction: "job.created" | "job.started" | "job.progressed" | "job.completed" | "job.failed" | "job.retried" | "job.cancelled" | "job.expired" | "job.requeued" | "job.triggered" | "job.read" | "jobs.listed" | "coordinator.registered" | "coordinator.updated" | "coordinator.suspended" | "coordinator.activated" | "coordinator.deleted" | "coordinator-key.issued" | "coordinator-key.rotated" | "coordinator-key.revoked" | "webhook.created" | "webhook.rotated" | "webhook.deleted" | "workspace.created" | "workspace.updated" | "operator.created" | "operator.updated" | "operator.rotated" | "operator.deleted" | "auth.denied" | "access.denied" | "rate.limited" | "audit.exported" | "audit.retained" | "audit.erased" | "audit.key-changed" | "audit.continued" | "session.opened" | "session.closed";
        /**
         * @description SYSTEM: the server itself; ANONYMOUS: a caller without a valid credential
         * @enum {string}
         */
        AuditActorType: "COORDINATOR" | "OPERATOR" | "SYSTEM" | "ANONYMOUS";
        /** @description The change of one member */
        AuditChange: {
            /**
             * @description the value before; null if there was none
             * @example PENDING
             */
            from: unknown;
            /**
             * @description the value after; null if there is none
             * @example RUNNING
             */
            to: unknown;
        };
        /**
         * @description DENIED: the request was refused
         * @enum {string}
         */
        AuditOutcome: "SUCCESS" | "DENIED";
        /**
         * @description A record of the audit log
         * @example {
         *       "id": "0198c0de-7a3b-7c11-9d2e-5f60718293a4",
         *       "occurredAt": "2026-11-24T12:00:00.000Z",
         *       "actorType": "COORDINATOR",
         *       "actorId": "0198c0de-1111-7c11-9d2e-5f60718293a4",
         *       "actorName": "orchestrator",
         *       "keyId": "0198c0de-2222-7c11-9d2e-5f60718293a4",
         *       "kid": "0A1b2C3d4E5f6G7h",
         *       "action": "job.started",
         *       "outcome": "SUCCESS",
         *       "reason": null,
         *       "workspaceId": "0198c0de-0000-7c11-9d2e-5f60718293a4",
         *       "resourceType": "job",
         *       "resourceId": "0198c0de-3333-7c11-9d2e-5f60718293a4",
         *       "rev": 2,
         *       "changes": {
         *         "status": {
         *           "from": "PENDING",
         *           "to": "RUNNING"
         *         },
         *         "attempt": {
         *           "from": 0,
         *           "to": 1
         *         }
         *       },
         *       "requestId": "deploy-42",
         *       "sourceIp": "192.0.2.7",
         *       "userAgent": "curl/8.5.0",
         *       "occurrences": 1
         *     }
         */
        AuditRecord: {
            /**
             * Format: uuid
             * @description UUIDv7; its millisecond is that of `occurredAt`
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * Format: date-time
             * @description when, by the clock of the database
             * @example 2026-11-24T12:00:00.000Z
             */
            occurredAt: string;
            /** @description who acted */
            actorType: components["schemas"]["AuditActorType"];
            /**
             * Format: uuid
             * @description the coordinator or operator who acted
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            actorId: string | null;
            /**
             * @description its name at that time
             * @example orchestrator
             */
            actorName: string | null;
            /**
             * Format: uuid
             * @description the key with which it acted
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            keyId: string | null;
            /**
             * @description the public part of that key, looked up and not in the leaf; null: a webhook, or a key that an operator had before
             * @example 0A1b2C3d4E5f6G7h
             */
            kid: string | null;
            /**
             * @description what happened
             * @example job.started
             */
            action: components["schemas"]["AuditAction"];
            /** @description whether it was done */
            outcome: components["schemas"]["AuditOutcome"];
            /**
             * @description why it was refused; or why an operator changed a job, in its own words
             * @example workspace-forbidden
             */
            reason: string | null;
            /**
             * Format: uuid
             * @description the workspace in which it happened
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            workspaceId: string | null;
            /**
             * @description the kind of resource
             * @example job
             */
            resourceType: string | null;
            /**
             * @description the id of the resource
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            resourceId: string | null;
            /**
             * @description the `rev` of the job after the change
             * @example 2
             */
            rev: number | null;
            /**
             * @description what changed, by member. A value above 4 KiB is replaced by `{ sha256, bytes }` of its JSON text
             * @example {
             *       "status": {
             *         "from": "PENDING",
             *         "to": "RUNNING"
             *       }
             *     }
             */
            changes: {
                [key: string]: components["schemas"]["AuditChange"];
            };
            /**
             * @description the `X-Request-Id` of the request
             * @example deploy-42
             */
            requestId: string | null;
            /**
             * @description the address of the caller; null: unknown, erased, or different among the refusals of the record
             * @example 192.0.2.7
             */
            sourceIp: string | null;
            /**
             * @description the `User-Agent` of the request; null: none or erased
             * @example curl/8.5.0
             */
            userAgent: string | null;
            /**
             * @description how many refusals of one kind the record stands for; otherwise 1
             * @example 1
             */
            occurrences: number;
        };
        /** @description One page of the audit log */
        AuditRecordPage: {
            /** @description may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null */
            items: components["schemas"]["AuditRecord"][];
            /**
             * @description the `cursor` of the next page; null at the end of the list
             * @example MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0
             */
            nextCursor: string | null;
            /**
             * Format: date-time
             * @description set on a short page that is not the last: all records since this time have been searched
             * @example 2026-11-24T12:00:00.000Z
             */
            scannedTo: string | null;
        };
        /**
         * @description Whether each delay is the same, or twice the one before
         * @enum {string}
         */
        Backoff: "fixed" | "exponential";
        /** @description The body of the platform's own bot */
        BotDelivery: {
            /** @description what happened */
            action: components["schemas"]["TriggerAction"];
            /**
             * @description `owner/repo`
             * @example acme/shop
             */
            repository: string;
            /**
             * @description the number of the issue, also as text
             * @example 42
             */
            issueNumber: number | string;
            /**
             * @description the text that mentions the bot
             * @example @mosaic please look into this
             */
            comment?: string | null;
            /** @description kept as the metadata of the job; at most 256 KiB */
            metadata?: {
                [key: string]: unknown;
            } | null;
        };
        /** @description A signed statement of the size and root of the tree */
        Checkpoint: {
            /**
             * @description its number; without gaps, from 0
             * @example 17
             */
            seq: number;
            /**
             * @description number of records that it covers
             * @example 4711
             */
            size: number;
            /**
             * Format: date-time
             * @description when it was signed
             * @example 2026-11-24T12:00:00.000Z
             */
            sealedAt: string;
            /**
             * @description the signed note of a C2SP tlog-checkpoint; only this is signed
             * @example coordinator-registry/audit-log/0195f0aa-7d2c-7b1e-9a52-3d1f0c9be001
             *     4711
             *     …
             */
            note: string;
        };
        /** @description The key that signs checkpoints now */
        CheckpointKey: {
            /**
             * @description the key as verifiers of C2SP notes take it: name, id and public key
             * @example coordinator-registry/audit-log/0195f0aa-7d2c-7b1e-9a52-3d1f0c9be001+1f2e3d4c+AbEl1TbQ0Wk1Vd3mRkqk5mC7E2h8u1T6N0aYp4xZz9sQ
             */
            verifierKey: string;
            /**
             * @description the same public key as PEM
             * @example -----BEGIN PUBLIC KEY-----
             *     …
             *     -----END PUBLIC KEY-----
             */
            publicKeyPem: string;
        };
        /** @description One page of a list */
        CheckpointPage: {
            /** @description may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null */
            items: components["schemas"]["Checkpoint"][];
            /**
             * @description the `cursor` of the next page; null at the end of the list
             * @example MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0
             */
            nextCursor: string | null;
        };
        ClaimJobRequest: {
            /** @description the workspaces to search; default: all that the coordinator may use */
            workspaceIds?: string[];
            /** @description the types of jobs to search; default: any */
            types?: string[];
            /**
             * @description the part of the coordinator that works on the job
             * @example agent-1
             */
            agentId: string;
            /**
             * @description the kind of agent
             * @example reviewer
             */
            agentType?: string;
            /**
             * @description length of the lease: the attempt ends unless the coordinator reports within this time
             * @example 300
             */
            leaseSeconds?: number;
            /**
             * @description if there is no job: how long to wait for one before the answer is 204; default: not at all
             * @example 30
             */
            waitSeconds?: number;
        };
        CompleteJobRequest: {
            /**
             * @description the result, any JSON value of at most 256 KiB
             * @example {
             *       "approved": true
             *     }
             */
            result?: unknown;
            /**
             * @description tokens of the language model, in total
             * @example 1200
             */
            tokensUsed?: number;
            /**
             * @description default: the time from start to end of the attempt
             * @example 73.5
             */
            durationSeconds?: number;
            /**
             * @description the attempt that the request is about; 409 `stale-attempt` if it has ended
             * @example 1
             */
            attempt?: number;
        };
        /** @description Proves that one checkpoint continues another: no record before it was changed */
        ConsistencyProof: {
            /** @description the checkpoint of the smaller tree */
            from: components["schemas"]["Checkpoint"];
            /** @description the checkpoint of the larger tree */
            to: components["schemas"]["Checkpoint"];
            /** @description the proof of RFC 9162, section 2.1.4, between the sizes of the two; empty if the sizes are equal, or that of `from` is 0 */
            proof: string[];
        };
        /**
         * Too large
         * @description The body is larger than the route takes. "limit" says how many bytes it may have: 16 KiB for most routes, 1 MiB for the data of a job, 3 MiB for a fail, 25 MiB for a delivery. "metadata", "result", "gateResults", "context" and "comment" may have 256 KiB each. Send less.
         * @example {
         *       "type": "/problems/content-too-large",
         *       "status": 413,
         *       "code": "content-too-large",
         *       "title": "Too large",
         *       "detail": "Too large.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "member": "metadata",
         *       "limit": 262144
         *     }
         */
        ContentTooLargeProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/content-too-large";
            /** @constant */
            status?: 413;
            /** @constant */
            code?: "content-too-large";
            /** @description the member that is too large, if it is not the whole body */
            member?: string;
            /** @description maximum number of bytes of the member or the body */
            limit?: number;
        };
        /** @description A coordinator */
        Coordinator: {
            /**
             * Format: uuid
             * @description the id of the coordinator
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * @description its unique name
             * @example orchestrator
             */
            name: string;
            /** @description whether its requests are served */
            status: components["schemas"]["CoordinatorStatus"];
            /** @description what it may do */
            permissions: components["schemas"]["CoordinatorPermission"][];
            /**
             * @description requests allowed within any minute, over all its keys
             * @example 100
             */
            rateLimitPerMinute: number;
            /**
             * @description how many jobs of it may be RUNNING at the same time; null: any number
             * @example 20
             */
            maxRunning: number | null;
            /** @description CIDR networks from which its keys are accepted; empty: any */
            allowedNetworks: string[];
            /** @description the workspaces that it may use */
            workspaceIds: string[];
            /**
             * Format: date-time
             * @description when it was registered
             * @example 2026-11-24T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when a member above, except `workspaceIds`, changed last
             * @example 2026-11-24T12:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description The caller, its rate limit and the state of the database */
        CoordinatorHealth: {
            /** @description the caller */
            coordinator: {
                /**
                 * Format: uuid
                 * @description its id
                 * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
                 */
                id: string;
                /**
                 * @description its name
                 * @example orchestrator
                 */
                name: string;
            };
            /** @description the key in this request */
            key: {
                /**
                 * Format: uuid
                 * @description its id
                 * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
                 */
                id: string;
                /**
                 * @description its name, if it was given one
                 * @example staging
                 */
                name: string | null;
                /**
                 * Format: date-time
                 * @description when it was issued
                 * @example 2026-11-24T12:00:00.000Z
                 */
                createdAt: string;
                /**
                 * Format: date-time
                 * @description when it expires, as in `Coordinator-Key-Expires`; null: never
                 * @example 2026-11-24T12:00:00.000Z
                 */
                expiresAt: string | null;
                /**
                 * @description whether it has a live successor
                 * @example false
                 */
                rotated: boolean;
            };
            /** @description the same values as in the rate-limit headers */
            rateLimit: {
                /**
                 * @description requests allowed within a minute
                 * @example 100
                 */
                limit: number;
                /**
                 * @description requests left, after this one
                 * @example 99
                 */
                remaining: number;
                /**
                 * @description seconds until the whole limit is free again
                 * @example 60
                 */
                resetSeconds: number;
            };
            /**
             * @description the state of the database at the last probe
             * @enum {string}
             */
            database: "ok" | "read-only" | "unavailable";
        };
        /**
         * @description A key of a coordinator, without its secret
         * @example {
         *       "id": "0198c0de-7a3b-7c11-9d2e-5f60718293a4",
         *       "coordinatorId": "0198c0de-1111-7c11-9d2e-5f60718293a4",
         *       "kid": "0A1b2C3d4E5f6G7h",
         *       "prefix": "crk_0A1b2C3d4E5f6G7h_",
         *       "name": "staging",
         *       "environment": false,
         *       "state": "ACTIVE",
         *       "createdAt": "2026-11-24T12:00:00.000Z",
         *       "expiresAt": "2027-11-24T12:00:00.000Z",
         *       "rotatedAt": null,
         *       "revokedAt": null,
         *       "lastUsedAt": "2026-11-25T08:30:00.000Z",
         *       "predecessorId": null
         *     }
         */
        CoordinatorKey: {
            /**
             * Format: uuid
             * @description the id of the key
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * Format: uuid
             * @description the coordinator that it belongs to
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            coordinatorId: string;
            /**
             * @description the public part of the key
             * @example 0A1b2C3d4E5f6G7h
             */
            kid: string;
            /**
             * @description how the key begins; null for the key of COORDINATOR_API_KEY
             * @example crk_0A1b2C3d4E5f6G7h_
             */
            prefix: string | null;
            /**
             * @description its name, if it was given one
             * @example staging
             */
            name: string | null;
            /**
             * @description whether it is the key in COORDINATOR_API_KEY
             * @example false
             */
            environment: boolean;
            /** @description whether it is accepted */
            state: components["schemas"]["CredentialState"];
            /**
             * Format: date-time
             * @description when it was issued
             * @example 2026-11-24T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when it expires; null: never
             * @example 2026-11-24T12:00:00.000Z
             */
            expiresAt: string | null;
            /**
             * Format: date-time
             * @description when a successor was issued
             * @example 2026-11-24T12:00:00.000Z
             */
            rotatedAt: string | null;
            /**
             * Format: date-time
             * @description when it was revoked
             * @example 2026-11-24T12:00:00.000Z
             */
            revokedAt: string | null;
            /**
             * Format: date-time
             * @description when it was last used, to about a minute
             * @example 2026-11-24T12:00:00.000Z
             */
            lastUsedAt: string | null;
            /**
             * Format: uuid
             * @description the key that this one was rotated from
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            predecessorId: string | null;
        };
        /** @description One page of a list */
        CoordinatorKeyPage: {
            /** @description may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null */
            items: components["schemas"]["CoordinatorKey"][];
            /**
             * @description the `cursor` of the next page; null at the end of the list
             * @example MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0
             */
            nextCursor: string | null;
        };
        /** @description One page of a list */
        CoordinatorPage: {
            /** @description may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null */
            items: components["schemas"]["ListedCoordinator"][];
            /**
             * @description the `cursor` of the next page; null at the end of the list
             * @example MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0
             */
            nextCursor: string | null;
        };
        /**
         * @description What a coordinator may do in its workspaces
         * @enum {string}
         */
        CoordinatorPermission: "jobs:read" | "jobs:write" | "stitcher:dispatch" | "keys:rotate";
        /**
         * @description Every request of a SUSPENDED coordinator is refused
         * @enum {string}
         */
        CoordinatorStatus: "ACTIVE" | "SUSPENDED";
        /**
         * The coordinator is suspended
         * @description The key is genuine, but an administrator has suspended its coordinator. Every request is refused until an administrator activates it again.
         * @example {
         *       "type": "/problems/coordinator-suspended",
         *       "status": 403,
         *       "code": "coordinator-suspended",
         *       "title": "The coordinator is suspended",
         *       "detail": "The coordinator is suspended.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        CoordinatorSuspendedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/coordinator-suspended";
            /** @constant */
            status?: 403;
            /** @constant */
            code?: "coordinator-suspended";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "coordinator-suspended";
        };
        CreateJobRequest: {
            /**
             * Format: uuid
             * @description the workspace of the job
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            workspaceId: string;
            /**
             * @description what kind of work it is
             * @example code-review
             */
            type: string;
            /**
             * @description `owner/repo`
             * @example acme/shop
             */
            repository?: string;
            /**
             * @description the issue in the repository
             * @example 42
             */
            issueNumber?: number;
            /**
             * @description a claim takes the highest first
             * @default 50
             */
            priority?: number;
            /**
             * @description any JSON object of at most 256 KiB
             * @example {
             *       "branch": "main"
             *     }
             */
            metadata?: {
                [key: string]: unknown;
            };
            /**
             * @description how many attempts the job may have
             * @default 3
             */
            maxAttempts?: number;
            /**
             * Format: date-time
             * @description no claim gets the job before this time; a time in the past has no effect
             * @example 2030-01-31T12:00:00Z
             */
            notBefore?: string;
            /**
             * @description how long the job is held back after its lease expired, or after a fail with `"retry": true`; default: not at all
             * @example {
             *       "delaySeconds": 30,
             *       "backoff": "exponential",
             *       "maxDelaySeconds": 3600
             *     }
             */
            retry?: {
                /**
                 * @description the delay after the first attempt
                 * @example 30
                 */
                delaySeconds: number;
                /**
                 * @description `fixed`: each delay is the same; `exponential`: it doubles with each attempt
                 * @default fixed
                 * @enum {string}
                 */
                backoff?: "fixed" | "exponential";
                /**
                 * @description the maximum of the delay; not below delaySeconds
                 * @default 86400
                 * @example 3600
                 */
                maxDelaySeconds?: number;
            };
        };
        CreateOperatorRequest: {
            /**
             * @description a unique name
             * @example Orchestrator
             */
            name: string;
            /** @description what the operator may do */
            role: components["schemas"]["OperatorRole"];
            /** @description the workspaces of an OPERATOR or AUDITOR, required for these roles; null: all, as for every ADMIN */
            workspaceIds?: string[] | null;
            /**
             * Format: date-time
             * @description when the key expires; default: never
             * @example 2030-01-31T12:00:00Z
             */
            keyExpiresAt?: string;
            /** @description networks from which the key is accepted, as a whole set; empty: any */
            allowedNetworks?: string[];
        };
        CreateWebhookRequest: {
            /**
             * @description a name, to tell webhooks apart
             * @example Orchestrator
             */
            name?: string;
        };
        CreateWorkspaceRequest: {
            /**
             * Format: uuid
             * @description the platform's own id of the tenant; default: a new one
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id?: string;
            /**
             * @description a unique short name
             * @example acme
             */
            slug: string;
            /**
             * @description a name
             * @example Orchestrator
             */
            name: string;
            /** @description the repositories, as a whole set */
            repositories?: string[];
            /** @description what starts jobs */
            triggers?: {
                /**
                 * @description `collaborators`: authors whom the forge calls OWNER, MEMBER or COLLABORATOR; `auto`, or null: the same if the forge reports it
                 * @default auto
                 * @enum {string|null}
                 */
                who?: "auto" | "collaborators" | "anyone" | null;
                /**
                 * @description accounts whose assignment starts a job, with or without a leading `@`; null: any
                 * @example [
                 *       "mosaic"
                 *     ]
                 */
                assignees?: string[] | null;
                /**
                 * @description whether a mention in the text of a new issue starts a job; null: false
                 * @default false
                 */
                onOpen?: boolean | null;
            };
            /**
             * @description how many jobs may be RUNNING at the same time; null: any number
             * @example 20
             */
            maxRunning?: number | null;
        };
        /**
         * @description Only an ACTIVE key or webhook is accepted. A rotated one stays ACTIVE until its overlap ends.
         * @enum {string}
         */
        CredentialState: "ACTIVE" | "EXPIRED" | "REVOKED";
        /**
         * The request comes from another site
         * @description A request that may change something, and is made with a session, must come from a page of this server: with `Sec-Fetch-Site: same-origin` or, without this header, with an `Origin` whose host is that of the request. Browsers set both. A program sends an access key as `Authorization: Bearer` instead.
         * @example {
         *       "type": "/problems/cross-site-request",
         *       "status": 403,
         *       "code": "cross-site-request",
         *       "title": "The request comes from another site",
         *       "detail": "The request comes from another site.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        CrossSiteRequestProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/cross-site-request";
            /** @constant */
            status?: 403;
            /** @constant */
            code?: "cross-site-request";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "cross-site-request";
        };
        /**
         * The database is not available
         * @description The database is away, too slow to answer, or takes no changes. "detail" says whether nothing was done, or a part of the change is stored. If it is not known whether the change was made, read the resource first, or repeat the request with the same Idempotency-Key.
         * @example {
         *       "type": "/problems/database-unavailable",
         *       "status": 503,
         *       "code": "database-unavailable",
         *       "title": "The database is not available",
         *       "detail": "The database is not available.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        DatabaseUnavailableProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/database-unavailable";
            /** @constant */
            status?: 503;
            /** @constant */
            code?: "database-unavailable";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "database-unavailable";
        };
        /** @description A value of which the leaf has only the SHA-256, of salt and value */
        Disclosure: {
            /**
             * @description the value
             * @example 192.0.2.7
             */
            value: string;
            /**
             * @description the 16 bytes that were hashed before the value
             * @example 3q2+796tvu/erb7v3q2+7w==
             */
            salt: string;
        };
        /** @description The personal values to which a leaf has only commitments */
        Disclosures: {
            /**
             * @description the address; null: unknown or erased
             * @example {
             *       "value": "192.0.2.7",
             *       "salt": "3q2+796tvu/erb7v3q2+7w=="
             *     }
             */
            sourceIp: components["schemas"]["Disclosure"] | null;
            /**
             * @description the `User-Agent`; null: none or erased
             * @example {
             *       "value": "curl/8.5.0",
             *       "salt": "3q2+796tvu/erb7v3q2+7w=="
             *     }
             */
            userAgent: components["schemas"]["Disclosure"] | null;
        };
        DispatchRequest: {
            /**
             * Format: uuid
             * @description the workspace of the job
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            workspaceId: string;
            /**
             * @description what kind of work it is
             * @example code-review
             */
            type: string;
            /**
             * @description `owner/repo`
             * @example acme/shop
             */
            repository: string;
            /**
             * @description the issue in the repository
             * @example 42
             */
            issueNumber: number;
            /**
             * @description stored as the metadata of the job; at most 256 KiB
             * @example {
             *       "branch": "main"
             *     }
             */
            context?: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @description no claim gets the job before this time; a time in the past has no effect
             * @example 2030-01-31T12:00:00Z
             */
            notBefore?: string;
            /**
             * @description how long the job is held back after its lease expired, or after a fail with `"retry": true`; default: not at all
             * @example {
             *       "delaySeconds": 30,
             *       "backoff": "exponential",
             *       "maxDelaySeconds": 3600
             *     }
             */
            retry?: {
                /**
                 * @description the delay after the first attempt
                 * @example 30
                 */
                delaySeconds: number;
                /**
                 * @description `fixed`: each delay is the same; `exponential`: it doubles with each attempt
                 * @default fixed
                 * @enum {string}
                 */
                backoff?: "fixed" | "exponential";
                /**
                 * @description the maximum of the delay; not below delaySeconds
                 * @default 86400
                 * @example 3600
                 */
                maxDelaySeconds?: number;
            };
        };
        /** @description The delivery created a job */
        Dispatched: {
            /**
             * Format: uuid
             * @description the id of the new job
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            jobId: string;
            /**
             * @description the status of the job
             * @example PENDING
             */
            status: components["schemas"]["JobStatus"];
            /**
             * @description the type of the job
             * @example issue
             */
            queueName: string;
        };
        /**
         * @description The new job
         * @example {
         *       "id": "0198c0de-7a3b-7c11-9d2e-5f60718293a4",
         *       "workspaceId": "0198c0de-0000-7c11-9d2e-5f60718293a4",
         *       "type": "code-review",
         *       "status": "PENDING",
         *       "attempt": 0,
         *       "maxAttempts": 3,
         *       "rev": 1,
         *       "repository": "acme/shop",
         *       "issueNumber": 42,
         *       "priority": 50,
         *       "notBefore": null,
         *       "retry": {
         *         "delaySeconds": 30,
         *         "backoff": "exponential",
         *         "maxDelaySeconds": 3600
         *       },
         *       "final": false,
         *       "metadata": {
         *         "branch": "main"
         *       },
         *       "coordinatorId": null,
         *       "agentId": null,
         *       "agentType": null,
         *       "progressPercent": 0,
         *       "currentStep": null,
         *       "tokensUsed": 0,
         *       "durationSeconds": null,
         *       "result": null,
         *       "error": null,
         *       "failedStep": null,
         *       "gateResults": null,
         *       "continuationPrompt": null,
         *       "previousAttempt": null,
         *       "triggers": [],
         *       "triggerCount": 0,
         *       "leaseExpiresAt": null,
         *       "startedAt": null,
         *       "endedAt": null,
         *       "createdAt": "2026-11-24T12:00:00.000Z",
         *       "updatedAt": "2026-11-24T12:00:00.000Z",
         *       "jobId": "0198c0de-7a3b-7c11-9d2e-5f60718293a4",
         *       "queueName": "code-review"
         *     }
         */
        DispatchedJob: components["schemas"]["Job"] & {
            /**
             * Format: uuid
             * @description the same as `id`
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            jobId: string;
            /**
             * @description the type of the job
             * @example issue
             */
            queueName: string;
        };
        /** @description A job exists already */
        DuplicateDelivery: {
            /**
             * @description the delivery created no job
             * @enum {boolean}
             */
            duplicate: true;
            /**
             * Format: uuid
             * @description the active job of this issue, or the job that this delivery created before
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            jobId: string;
            /** @description the status of that job */
            status: components["schemas"]["JobStatus"];
            /**
             * @description the type of the job
             * @example issue
             */
            queueName: string;
            /**
             * @description how many further triggers that job has
             * @example 1
             */
            triggerCount: number;
        };
        /** @description The source addresses and user agents of an actor were erased */
        Erasure: {
            /**
             * Format: uuid
             * @description the coordinator or operator
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            actorId: string;
            /**
             * @description number of records that were erased
             * @example 4711
             */
            records: number;
        };
        ErasureRequest: {
            /**
             * Format: uuid
             * @description the coordinator or operator whose source addresses and user agents are erased
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            actorId: string;
        };
        /**
         * An export is running already
         * @description An operator may have one export of the audit log running at a time, and a server runs two. Wait until yours has ended, or as many seconds as Retry-After says, then try again.
         * @example {
         *       "type": "/problems/exports-limited",
         *       "status": 429,
         *       "code": "exports-limited",
         *       "title": "An export is running already",
         *       "detail": "An export is running already.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        ExportsLimitedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/exports-limited";
            /** @constant */
            status?: 429;
            /** @constant */
            code?: "exports-limited";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "exports-limited";
        };
        FailJobRequest: {
            /**
             * @description of more than 65536 characters the first ones are kept
             * @example the tests fail
             */
            error: string;
            /**
             * @description of more than 500 characters the first ones are kept
             * @example tests
             */
            failedStep?: string | null;
            /**
             * @description results of checks, any JSON value of at most 256 KiB
             * @example {
             *       "lint": "ok",
             *       "tests": "failed"
             *     }
             */
            gateResults?: unknown;
            /**
             * @description of more than 65536 characters the first ones are kept
             * @example Begin with the failing test.
             */
            continuationPrompt?: string | null;
            /**
             * @description the attempt that the request is about; 409 `stale-attempt` if it has ended
             * @example 1
             */
            attempt?: number;
            /**
             * @description returns the job to PENDING while attempts remain; true: after the delay of its retry policy; not together with `final`
             * @default false
             * @example true
             * @example {
             *       "afterSeconds": 60
             *     }
             */
            retry?: boolean | {
                /**
                 * @description how long the job is held back
                 * @example 60
                 */
                afterSeconds: number;
            };
            /**
             * @description whether the job is FAILED for good: no retry is possible
             * @default false
             */
            final?: boolean;
        };
        /**
         * @description The job, and which texts of the report were cut
         * @example {
         *       "id": "0198c0de-7a3b-7c11-9d2e-5f60718293a4",
         *       "workspaceId": "0198c0de-0000-7c11-9d2e-5f60718293a4",
         *       "type": "code-review",
         *       "status": "FAILED",
         *       "attempt": 2,
         *       "maxAttempts": 3,
         *       "rev": 7,
         *       "repository": "acme/shop",
         *       "issueNumber": 42,
         *       "priority": 50,
         *       "notBefore": null,
         *       "retry": {
         *         "delaySeconds": 30,
         *         "backoff": "exponential",
         *         "maxDelaySeconds": 3600
         *       },
         *       "final": false,
         *       "metadata": {
         *         "branch": "main"
         *       },
         *       "coordinatorId": "0198c0de-1111-7c11-9d2e-5f60718293a4",
         *       "agentId": "agent-1",
         *       "agentType": "reviewer",
         *       "progressPercent": 40,
         *       "currentStep": "tests",
         *       "tokensUsed": 1200,
         *       "durationSeconds": 73.5,
         *       "result": null,
         *       "error": "the linter fails",
         *       "failedStep": "lint",
         *       "gateResults": {
         *         "lint": "failed",
         *         "tests": "ok"
         *       },
         *       "continuationPrompt": "Run the linter.",
         *       "previousAttempt": {
         *         "attempt": 1,
         *         "error": "the tests fail",
         *         "failedStep": "tests",
         *         "continuationPrompt": "Begin with the failing test.",
         *         "gateResults": {
         *           "lint": "ok",
         *           "tests": "failed"
         *         }
         *       },
         *       "triggers": [],
         *       "triggerCount": 0,
         *       "leaseExpiresAt": null,
         *       "startedAt": "2026-11-24T12:04:00.000Z",
         *       "endedAt": "2026-11-24T12:05:13.500Z",
         *       "createdAt": "2026-11-24T12:00:00.000Z",
         *       "updatedAt": "2026-11-24T12:05:13.500Z",
         *       "truncated": []
         *     }
         */
        FailedJob: components["schemas"]["Job"] & {
            /**
             * @description members whose text was cut to its limit, or in which NUL or half a surrogate pair was replaced by U+FFFD
             * @example []
             */
            truncated: ("currentStep" | "error" | "failedStep" | "continuationPrompt")[];
        };
        /** @description Something that a text leads to */
        Found: {
            /**
             * @description what it is
             * @example job
             * @enum {string}
             */
            kind: "job" | "key" | "coordinator" | "workspace" | "operator" | "record" | "request";
            /**
             * @description its id; of a key the kid, of a request its `X-Request-Id`
             * @example 0198c0de-3333-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * @description what to call it
             * @example code-review acme/shop#42
             */
            title: string;
            /**
             * @description what tells it apart
             * @example RUNNING in Acme
             */
            subtitle: string;
            /**
             * @description a job that has ended, a key that is not accepted, or something deleted
             * @example false
             */
            ended: boolean;
        };
        /** @description What a text leads to */
        FoundItems: {
            /** @description at most 20, the likeliest first */
            items: components["schemas"]["Found"][];
        };
        /** @description A key, with the name of its coordinator */
        FoundKey: {
            /**
             * Format: uuid
             * @description the id of the key
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * Format: uuid
             * @description the coordinator that it belongs to
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            coordinatorId: string;
            /**
             * @description the public part of the key
             * @example 0A1b2C3d4E5f6G7h
             */
            kid: string;
            /**
             * @description how the key begins; null for the key of COORDINATOR_API_KEY
             * @example crk_0A1b2C3d4E5f6G7h_
             */
            prefix: string | null;
            /**
             * @description its name, if it was given one
             * @example staging
             */
            name: string | null;
            /**
             * @description whether it is the key in COORDINATOR_API_KEY
             * @example false
             */
            environment: boolean;
            /** @description whether it is accepted */
            state: components["schemas"]["CredentialState"];
            /**
             * Format: date-time
             * @description when it was issued
             * @example 2026-11-24T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when it expires; null: never
             * @example 2026-11-24T12:00:00.000Z
             */
            expiresAt: string | null;
            /**
             * Format: date-time
             * @description when a successor was issued
             * @example 2026-11-24T12:00:00.000Z
             */
            rotatedAt: string | null;
            /**
             * Format: date-time
             * @description when it was revoked
             * @example 2026-11-24T12:00:00.000Z
             */
            revokedAt: string | null;
            /**
             * Format: date-time
             * @description when it was last used, to about a minute
             * @example 2026-11-24T12:00:00.000Z
             */
            lastUsedAt: string | null;
            /**
             * Format: uuid
             * @description the key that this one was rotated from
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            predecessorId: string | null;
            /**
             * @description the name of its coordinator
             * @example orchestrator
             */
            coordinatorName: string;
        };
        /** @description One page of a list */
        FoundKeyPage: {
            /** @description may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null */
            items: components["schemas"]["FoundKey"][];
            /**
             * @description the `cursor` of the next page; null at the end of the list
             * @example MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0
             */
            nextCursor: string | null;
        };
        /**
         * The headers are too large
         * @description The first line and the headers may have 16 KiB together, and the request 100 header fields. Send less.
         * @example {
         *       "type": "/problems/headers-too-large",
         *       "status": 431,
         *       "code": "headers-too-large",
         *       "title": "The headers are too large",
         *       "detail": "The headers are too large.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        HeadersTooLargeProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/headers-too-large";
            /** @constant */
            status?: 431;
            /** @constant */
            code?: "headers-too-large";
        };
        /** @description Whether the server can serve requests */
        Health: {
            /**
             * @description `degraded`: requests are served, with a restriction
             * @enum {string}
             */
            status: "ok" | "degraded" | "unavailable";
            /**
             * @description the state of each part
             * @example {
             *       "database": "ok",
             *       "sealing": "ok"
             *     }
             */
            checks: {
                [key: string]: "ok" | "read-only" | "unavailable" | "stale" | "halted";
            };
        };
        /**
         * Signing in needs https
         * @description A browser keeps the cookie of a session only if the page came over https, or from this machine. Open the console over https, or at http://localhost. Behind a proxy that ends TLS, have it send X-Forwarded-Proto.
         * @example {
         *       "type": "/problems/https-required",
         *       "status": 403,
         *       "code": "https-required",
         *       "title": "Signing in needs https",
         *       "detail": "Signing in needs https.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        HttpsRequiredProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/https-required";
            /** @constant */
            status?: 403;
            /** @constant */
            code?: "https-required";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "https-required";
        };
        /**
         * The Idempotency-Key was used for another request
         * @description Within 24 hours the same Idempotency-Key came with another body. Repeat a request exactly, or use a new key for a new one.
         * @example {
         *       "type": "/problems/idempotency-key-reused",
         *       "status": 422,
         *       "code": "idempotency-key-reused",
         *       "title": "The Idempotency-Key was used for another request",
         *       "detail": "The Idempotency-Key was used for another request.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        IdempotencyKeyReusedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/idempotency-key-reused";
            /** @constant */
            status?: 422;
            /** @constant */
            code?: "idempotency-key-reused";
        };
        /** @description The delivery starts no work */
        IgnoredDelivery: {
            /**
             * @description the delivery starts no work
             * @enum {boolean}
             */
            ignored: true;
            /**
             * @description why
             * @example issues edited starts no work
             */
            reason: string;
        };
        /**
         * The state does not allow this
         * @description The status of the job, or of the key, does not allow the change. "currentStatus" says where it stands; for a job "attempt" and "rev" do too, and "allowed" lists what can be done now.
         * @example {
         *       "type": "/problems/illegal-transition",
         *       "status": 409,
         *       "code": "illegal-transition",
         *       "title": "The state does not allow this",
         *       "detail": "Cannot complete a PENDING job: claim or start it first.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "currentStatus": "PENDING",
         *       "attempt": 0,
         *       "rev": 1,
         *       "allowed": [
         *         "claim",
         *         "start",
         *         "fail",
         *         "cancel"
         *       ]
         *     }
         */
        IllegalTransitionProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/illegal-transition";
            /** @constant */
            status?: 409;
            /** @constant */
            code?: "illegal-transition";
            /** @description the status of the job, or the state of the key */
            currentStatus?: string;
            /** @description the current attempt of the job */
            attempt?: number;
            /** @description the current `rev` of the job */
            rev?: number;
            /** @description the actions that the job allows now */
            allowed?: string[];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "illegal-transition";
        };
        /** @description Proves that a checkpoint covers a record */
        InclusionProof: {
            /**
             * Format: uuid
             * @description the record
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            recordId: string;
            /**
             * @description the record, encoded as it is hashed
             * @example eyJ2IjoxfQ==
             */
            leaf: string;
            /**
             * @description the position of the leaf in the tree
             * @example 42
             */
            leafIndex: number;
            /**
             * @description the hash of the leaf
             * @example q1vWUQkDZ3E2mO4n0fW3e4oBvN0H8Z2l1aC9bD7yXkE=
             */
            leafHash: string;
            /** @description the audit path of RFC 6962, section 2.1.1, from the leaf upwards */
            proof: string[];
            /** @description the checkpoint that covers the record */
            checkpoint: components["schemas"]["Checkpoint"];
            /** @description the values behind the commitments in the leaf */
            disclosures: components["schemas"]["Disclosures"];
        };
        /** @description Proves that a checkpoint covers several records */
        InclusionProofs: {
            /** @description the checkpoint that covers the records; null: there is none yet */
            checkpoint: components["schemas"]["Checkpoint"] | null;
            /** @description in the order of the request */
            items: (components["schemas"]["ProvenRecord"] | components["schemas"]["UnprovenRecord"])[];
        };
        /**
         * The server failed
         * @description The server has a fault. Report it with the request id: the server logged the error under that id.
         * @example {
         *       "type": "/problems/internal-error",
         *       "status": 500,
         *       "code": "internal-error",
         *       "title": "The server failed",
         *       "detail": "The server failed.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        InternalErrorProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/internal-error";
            /** @constant */
            status?: 500;
            /** @constant */
            code?: "internal-error";
        };
        /**
         * The credential is not valid
         * @description The key is malformed, unknown or wrong, was sent twice, or is of the wrong kind for this route. The answer does not say which. Check that you send the whole key, once, in one header.
         * @example {
         *       "type": "/problems/invalid-credential",
         *       "status": 401,
         *       "code": "invalid-credential",
         *       "title": "The credential is not valid",
         *       "detail": "The credential is not valid.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        InvalidCredentialProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/invalid-credential";
            /** @constant */
            status?: 401;
            /** @constant */
            code?: "invalid-credential";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "invalid-credential";
        };
        /**
         * The request is not valid
         * @description A member of the body, a query parameter, a path parameter or a header breaks a rule. "errors" lists the members at fault, each with a message; if there are unknown members, it lists only those. Correct the request and send it again. A body may have 10,000 members, 100,000 values and 64 levels, and a query 64 parameters.
         * @example {
         *       "type": "/problems/invalid-request",
         *       "status": 400,
         *       "code": "invalid-request",
         *       "title": "The request is not valid",
         *       "detail": "name must be a string",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "errors": [
         *         {
         *           "member": "name",
         *           "message": "name must be a string"
         *         }
         *       ]
         *     }
         */
        InvalidRequestProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/invalid-request";
            /** @constant */
            status?: 400;
            /** @constant */
            code?: "invalid-request";
            /** @description the members that break a rule */
            errors?: {
                /**
                 * @description its path, such as `repositories.0`
                 * @example name
                 */
                member: string;
                /**
                 * @description the rule that it breaks
                 * @example name must be a string
                 */
                message: string;
            }[];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "invalid-request";
        };
        IssueKeyRequest: {
            /**
             * @description a name, to tell keys apart
             * @example Orchestrator
             */
            name?: string;
            /**
             * Format: date-time
             * @description when it expires; default: never
             * @example 2030-01-31T12:00:00Z
             */
            expiresAt?: string;
        };
        /** @description A new key */
        IssuedKey: {
            /** @description the key without its secret */
            key: components["schemas"]["CoordinatorKey"];
            /**
             * @description the whole key; only this answer shows it
             * @example crk_0A1b2C3d4E5f6G7h_…
             */
            apiKey: string;
        };
        /** @description An operator with a new key */
        IssuedOperator: {
            /** @description the operator */
            operator: components["schemas"]["Operator"];
            /**
             * @description the whole key; only this answer shows it
             * @example cro_0A1b2C3d4E5f6G7h_…
             */
            accessKey: string;
        };
        /** @description A new webhook */
        IssuedWebhook: {
            /** @description the webhook without its secret */
            webhook: components["schemas"]["Webhook"];
            /**
             * @description the secret with which the forge signs; only this answer shows it
             * @example 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
             */
            secret: string;
        };
        /**
         * @description A job with its current attempt
         * @example {
         *       "id": "0198c0de-7a3b-7c11-9d2e-5f60718293a4",
         *       "workspaceId": "0198c0de-0000-7c11-9d2e-5f60718293a4",
         *       "type": "code-review",
         *       "status": "RUNNING",
         *       "attempt": 2,
         *       "maxAttempts": 3,
         *       "rev": 6,
         *       "repository": "acme/shop",
         *       "issueNumber": 42,
         *       "priority": 50,
         *       "notBefore": null,
         *       "retry": {
         *         "delaySeconds": 30,
         *         "backoff": "exponential",
         *         "maxDelaySeconds": 3600
         *       },
         *       "final": false,
         *       "metadata": {
         *         "branch": "main"
         *       },
         *       "coordinatorId": "0198c0de-1111-7c11-9d2e-5f60718293a4",
         *       "agentId": "agent-1",
         *       "agentType": "reviewer",
         *       "progressPercent": 40,
         *       "currentStep": "tests",
         *       "tokensUsed": 1200,
         *       "durationSeconds": null,
         *       "result": null,
         *       "error": null,
         *       "failedStep": null,
         *       "gateResults": null,
         *       "continuationPrompt": null,
         *       "previousAttempt": {
         *         "attempt": 1,
         *         "error": "the tests fail",
         *         "failedStep": "tests",
         *         "continuationPrompt": "Begin with the failing test.",
         *         "gateResults": {
         *           "lint": "ok",
         *           "tests": "failed"
         *         }
         *       },
         *       "triggers": [],
         *       "triggerCount": 0,
         *       "leaseExpiresAt": "2026-11-24T12:10:00.000Z",
         *       "startedAt": "2026-11-24T12:04:00.000Z",
         *       "endedAt": null,
         *       "createdAt": "2026-11-24T12:00:00.000Z",
         *       "updatedAt": "2026-11-24T12:05:00.000Z"
         *     }
         */
        Job: {
            /**
             * Format: uuid
             * @description the id of the job
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * Format: uuid
             * @description the workspace that it belongs to
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            workspaceId: string;
            /**
             * @description what kind of work it is
             * @example code-review
             */
            type: string;
            /** @description where the job stands */
            status: components["schemas"]["JobStatus"];
            /**
             * @description number of the current attempt, 0 before the first; the fencing token of reports
             * @example 1
             */
            attempt: number;
            /**
             * @description how many attempts the job may have
             * @example 3
             */
            maxAttempts: number;
            /**
             * @description increases by one with every change; also the ETag
             * @example 3
             */
            rev: number;
            /**
             * @description `owner/repo` in lower case
             * @example acme/shop
             */
            repository: string | null;
            /**
             * @description the issue in the repository
             * @example 42
             */
            issueNumber: number | null;
            /**
             * @description a claim takes the highest first
             * @example 50
             */
            priority: number;
            /**
             * Format: date-time
             * @description no claim gets the job before this time; null once the time has come
             * @example 2026-11-24T12:00:00.000Z
             */
            notBefore: string | null;
            /** @description the delay after an expired lease, or a fail that asks for a retry; null: none */
            retry: components["schemas"]["RetryPolicy"] | null;
            /**
             * @description whether it is FAILED for good, and so cannot be retried
             * @example false
             */
            final: boolean;
            /**
             * @description as given when the job was created
             * @example {
             *       "branch": "main"
             *     }
             */
            metadata: {
                [key: string]: unknown;
            };
            /**
             * Format: uuid
             * @description the coordinator that works on it; null before the first attempt
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            coordinatorId: string | null;
            /**
             * @description the part of the coordinator that works on it
             * @example agent-1
             */
            agentId: string | null;
            /**
             * @description the kind of agent, as the coordinator names it
             * @example reviewer
             */
            agentType: string | null;
            /**
             * @description how much is done; never decreases
             * @example 40
             */
            progressPercent: number;
            /**
             * @description the step that was reported last
             * @example tests
             */
            currentStep: string | null;
            /**
             * @description tokens of the language model; never decreases
             * @example 1200
             */
            tokensUsed: number;
            /**
             * @description from start to end of the attempt, unless the coordinator reported another value; null until it ends
             * @example 73.5
             */
            durationSeconds: number | null;
            /**
             * @description what the coordinator completed it with, any JSON value
             * @example {
             *       "approved": true
             *     }
             */
            result: unknown;
            /**
             * @description why it failed
             * @example the tests fail
             */
            error: string | null;
            /**
             * @description the step in which it failed
             * @example tests
             */
            failedStep: string | null;
            /**
             * @description results of checks of the failed attempt, any JSON value
             * @example {
             *       "tests": "failed"
             *     }
             */
            gateResults: unknown;
            /**
             * @description a message for the next attempt
             * @example Begin with the failing test.
             */
            continuationPrompt: string | null;
            /** @description how the attempt before ended; null until a job has gone back to PENDING */
            previousAttempt: components["schemas"]["PreviousAttempt"] | null;
            /** @description triggers that came while the job was active: the newest 20, the oldest first */
            triggers: components["schemas"]["Trigger"][];
            /**
             * @description how many triggers came in total; those after the start of an attempt lead to one further job when it ends
             * @example 0
             */
            triggerCount: number;
            /**
             * Format: date-time
             * @description when the lease expires, unless the coordinator reports before; null: no lease
             * @example 2026-11-24T12:00:00.000Z
             */
            leaseExpiresAt: string | null;
            /**
             * Format: date-time
             * @description when the current attempt started
             * @example 2026-11-24T12:00:00.000Z
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description when the job ended
             * @example 2026-11-24T12:00:00.000Z
             */
            endedAt: string | null;
            /**
             * Format: date-time
             * @description when the job was created
             * @example 2026-11-24T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when the job changed last
             * @example 2026-11-24T12:00:00.000Z
             */
            updatedAt: string;
        };
        /**
         * @description One attempt at a job
         * @example {
         *       "attempt": 1,
         *       "status": "FAILED",
         *       "coordinatorId": "0198c0de-1111-7c11-9d2e-5f60718293a4",
         *       "agentId": "agent-1",
         *       "agentType": "reviewer",
         *       "progressPercent": 40,
         *       "currentStep": "tests",
         *       "tokensUsed": 1200,
         *       "durationSeconds": 73.5,
         *       "result": null,
         *       "error": "the tests fail",
         *       "failedStep": "tests",
         *       "gateResults": {
         *         "lint": "ok",
         *         "tests": "failed"
         *       },
         *       "continuationPrompt": "Begin with the failing test.",
         *       "startedAt": "2026-11-24T12:01:00.000Z",
         *       "endedAt": "2026-11-24T12:02:13.500Z"
         *     }
         */
        JobAttempt: {
            /**
             * @description its number
             * @example 1
             */
            attempt: number;
            /** @description how the attempt ended; RUNNING: it has not */
            status: components["schemas"]["JobStatus"];
            /**
             * Format: uuid
             * @description the coordinator that works on it; null before the first attempt
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            coordinatorId: string | null;
            /**
             * @description the part of the coordinator that works on it
             * @example agent-1
             */
            agentId: string | null;
            /**
             * @description the kind of agent, as the coordinator names it
             * @example reviewer
             */
            agentType: string | null;
            /**
             * @description how much is done; never decreases
             * @example 40
             */
            progressPercent: number;
            /**
             * @description the step that was reported last
             * @example tests
             */
            currentStep: string | null;
            /**
             * @description tokens of the language model; never decreases
             * @example 1200
             */
            tokensUsed: number;
            /**
             * @description from start to end of the attempt, unless the coordinator reported another value; null until it ends
             * @example 73.5
             */
            durationSeconds: number | null;
            /**
             * @description what the coordinator completed it with, any JSON value
             * @example {
             *       "approved": true
             *     }
             */
            result: unknown;
            /**
             * @description why it failed
             * @example the tests fail
             */
            error: string | null;
            /**
             * @description the step in which it failed
             * @example tests
             */
            failedStep: string | null;
            /**
             * @description results of checks of the failed attempt, any JSON value
             * @example {
             *       "tests": "failed"
             *     }
             */
            gateResults: unknown;
            /**
             * @description a message for the next attempt
             * @example Begin with the failing test.
             */
            continuationPrompt: string | null;
            /**
             * Format: date-time
             * @description when it started
             * @example 2026-11-24T12:00:00.000Z
             */
            startedAt: string;
            /**
             * Format: date-time
             * @description when it ended
             * @example 2026-11-24T12:00:00.000Z
             */
            endedAt: string | null;
        };
        /** @description One page of a list */
        JobAttemptPage: {
            /** @description may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null */
            items: components["schemas"]["JobAttempt"][];
            /**
             * @description the `cursor` of the next page; null at the end of the list
             * @example MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0
             */
            nextCursor: string | null;
        };
        /**
         * The job was cancelled
         * @description The job was cancelled, so nothing more can be reported for it. Stop working on it.
         * @example {
         *       "type": "/problems/job-cancelled",
         *       "status": 409,
         *       "code": "job-cancelled",
         *       "title": "The job was cancelled",
         *       "detail": "The job was cancelled. Stop working on it.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "currentStatus": "CANCELLED",
         *       "attempt": 1,
         *       "rev": 3,
         *       "allowed": []
         *     }
         */
        JobCancelledProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/job-cancelled";
            /** @constant */
            status?: 409;
            /** @constant */
            code?: "job-cancelled";
            /** @description the status of the job, or the state of the key */
            currentStatus?: string;
            /** @description the current attempt of the job */
            attempt?: number;
            /** @description the current `rev` of the job */
            rev?: number;
            /** @description the actions that the job allows now */
            allowed?: string[];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "job-cancelled";
        };
        /** @description How many jobs match a filter */
        JobCount: {
            /** @description how many of the jobs have each status */
            byStatus: components["schemas"]["JobCountByStatus"];
            /**
             * @description how many of the RUNNING ones have no lease, so that nothing ends them by itself
             * @example 3
             */
            withoutLease: number;
            /**
             * Format: date-time
             * @description when the last lease of the RUNNING ones ends; null: none has a lease
             * @example 2026-11-24T12:00:00.000Z
             */
            lastLeaseExpiresAt: string | null;
            /**
             * @description whether there may be more than counted
             * @example false
             */
            capped: boolean;
            /**
             * Format: date-time
             * @description when they were counted
             * @example 2026-11-24T12:00:00.000Z
             */
            asOf: string;
        };
        /** @description How many jobs have each status */
        JobCountByStatus: {
            /**
             * @description jobs that wait
             * @example 184
             */
            PENDING: number;
            /**
             * @description jobs that run
             * @example 30
             */
            RUNNING: number;
            /**
             * @description jobs that were completed
             * @example 0
             */
            COMPLETED: number;
            /**
             * @description jobs that failed
             * @example 0
             */
            FAILED: number;
            /**
             * @description jobs that were cancelled
             * @example 0
             */
            CANCELLED: number;
        };
        /**
         * The job was closed for good
         * @description The coordinator reported with "final" that another attempt cannot help, so the job cannot be retried. Create a new job to do the work again.
         * @example {
         *       "type": "/problems/job-final",
         *       "status": 409,
         *       "code": "job-final",
         *       "title": "The job was closed for good",
         *       "detail": "The job was closed for good. Create a new job.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "currentStatus": "FAILED",
         *       "attempt": 1,
         *       "rev": 3,
         *       "allowed": []
         *     }
         */
        JobFinalProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/job-final";
            /** @constant */
            status?: 409;
            /** @constant */
            code?: "job-final";
            /** @description the status of the job, or the state of the key */
            currentStatus?: string;
            /** @description the current attempt of the job */
            attempt?: number;
            /** @description the current `rev` of the job */
            rev?: number;
            /** @description the actions that the job allows now */
            allowed?: string[];
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "job-final";
        };
        /** @description One page of a list */
        JobPage: {
            /** @description may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null */
            items: components["schemas"]["Job"][];
            /**
             * @description the `cursor` of the next page; null at the end of the list
             * @example MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0
             */
            nextCursor: string | null;
        };
        /**
         * @description COMPLETED and CANCELLED are final. A FAILED job can be retried while attempts remain, unless it is `final`.
         * @enum {string}
         */
        JobStatus: "PENDING" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED";
        /**
         * The key has expired
         * @description The key was genuine but has expired. Ask an administrator for a new one.
         * @example {
         *       "type": "/problems/key-expired",
         *       "status": 401,
         *       "code": "key-expired",
         *       "title": "The key has expired",
         *       "detail": "The key has expired.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        KeyExpiredProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/key-expired";
            /** @constant */
            status?: 401;
            /** @constant */
            code?: "key-expired";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "key-expired";
        };
        /**
         * The key has been revoked
         * @description The key was genuine but has been revoked, replaced or deleted. Ask an administrator for a new one.
         * @example {
         *       "type": "/problems/key-revoked",
         *       "status": 401,
         *       "code": "key-revoked",
         *       "title": "The key has been revoked",
         *       "detail": "The key has been revoked.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        KeyRevokedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/key-revoked";
            /** @constant */
            status?: 401;
            /** @constant */
            code?: "key-revoked";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "key-revoked";
        };
        /**
         * The last administrator cannot be removed
         * @description The change would leave no operator with the role ADMIN whose key has not expired. Make another operator an ADMIN first, or rotate the key of one, then try again.
         * @example {
         *       "type": "/problems/last-admin",
         *       "status": 409,
         *       "code": "last-admin",
         *       "title": "The last administrator cannot be removed",
         *       "detail": "The last administrator cannot be removed.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        LastAdminProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/last-admin";
            /** @constant */
            status?: 409;
            /** @constant */
            code?: "last-admin";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "last-admin";
        };
        /** @description A coordinator, with what its keys and jobs do now */
        ListedCoordinator: {
            /**
             * Format: uuid
             * @description the id of the coordinator
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * @description its unique name
             * @example orchestrator
             */
            name: string;
            /** @description whether its requests are served */
            status: components["schemas"]["CoordinatorStatus"];
            /** @description what it may do */
            permissions: components["schemas"]["CoordinatorPermission"][];
            /**
             * @description requests allowed within any minute, over all its keys
             * @example 100
             */
            rateLimitPerMinute: number;
            /**
             * @description how many jobs of it may be RUNNING at the same time; null: any number
             * @example 20
             */
            maxRunning: number | null;
            /** @description CIDR networks from which its keys are accepted; empty: any */
            allowedNetworks: string[];
            /** @description the workspaces that it may use */
            workspaceIds: string[];
            /**
             * Format: date-time
             * @description when it was registered
             * @example 2026-11-24T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when a member above, except `workspaceIds`, changed last
             * @example 2026-11-24T12:00:00.000Z
             */
            updatedAt: string;
            /**
             * @description how many of its keys are accepted
             * @example 2
             */
            liveKeys: number;
            /**
             * Format: date-time
             * @description when the first of them expires; null: none does
             * @example 2026-11-24T12:00:00.000Z
             */
            nextKeyExpiresAt: string | null;
            /**
             * Format: date-time
             * @description when any of its keys was last used, to about a minute; null: never
             * @example 2026-11-24T12:00:00.000Z
             */
            lastUsedAt: string | null;
            /**
             * @description its RUNNING jobs, counted up to 1,000
             * @example 12
             */
            running: number;
        };
        /**
         * The body is not JSON
         * @description The body could not be read as one JSON text in UTF-8. It is empty, cut off, or has a syntax error. Send valid JSON.
         * @example {
         *       "type": "/problems/malformed-json",
         *       "status": 400,
         *       "code": "malformed-json",
         *       "title": "The body is not JSON",
         *       "detail": "The body is not JSON.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        MalformedJsonProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/malformed-json";
            /** @constant */
            status?: 400;
            /** @constant */
            code?: "malformed-json";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "malformed-json";
        };
        /** @description The answers of one minute */
        MinuteOfRequests: {
            /**
             * Format: date-time
             * @description when the minute begins
             * @example 2026-11-24T12:00:00.000Z
             */
            at: string;
            /**
             * @description answers that were neither refusals nor over a limit
             * @example 12
             */
            served: number;
            /**
             * @description answers with 401 or 403
             * @example 12
             */
            refused: number;
            /**
             * @description answers with 429
             * @example 12
             */
            limited: number;
        };
        /**
         * A credential is needed
         * @description The request carried no key. Coordinators send it as X-API-Key (or as Authorization: Bearer), operators as Authorization: Bearer, a signed-in browser as the cookie of its session.
         * @example {
         *       "type": "/problems/missing-credential",
         *       "status": 401,
         *       "code": "missing-credential",
         *       "title": "A credential is needed",
         *       "detail": "A credential is needed.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        MissingCredentialProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/missing-credential";
            /** @constant */
            status?: 401;
            /** @constant */
            code?: "missing-credential";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "missing-credential";
        };
        /**
         * Calls from this network are not allowed
         * @description The key may be used only from certain networks, and the caller's address is in none of them, or is not known. Call from an allowed network, or have an administrator change the list.
         * @example {
         *       "type": "/problems/network-forbidden",
         *       "status": 403,
         *       "code": "network-forbidden",
         *       "title": "Calls from this network are not allowed",
         *       "detail": "Calls from this network are not allowed.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "address": "198.51.100.7"
         *     }
         */
        NetworkForbiddenProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/network-forbidden";
            /** @constant */
            status?: 403;
            /** @constant */
            code?: "network-forbidden";
            /** @description the address of the caller, as the server sees it */
            address?: string;
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "network-forbidden";
        };
        /**
         * Not found
         * @description There is no such resource, or it belongs to a workspace that the caller may not see; the answer is the same for both.
         * @example {
         *       "type": "/problems/not-found",
         *       "status": 404,
         *       "code": "not-found",
         *       "title": "Not found",
         *       "detail": "Not found.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        NotFoundProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/not-found";
            /** @constant */
            status?: 404;
            /** @constant */
            code?: "not-found";
        };
        OidcCallbackRequest: {
            /**
             * @description the query with which the provider has called the page
             * @example code=SplxlOBeZQQYbYS6WxSbIA&state=af0ifjsldkj
             */
            query: string;
        };
        /** @description A sign-in with the OpenID provider that has begun */
        OidcStart: {
            /**
             * @description where the page sends the browser
             * @example https://id.example.com/authorize?client_id=registry&response_type=code
             */
            url: string;
        };
        /**
         * @description A person or tool on the admin side
         * @example {
         *       "id": "0198c0de-7a3b-7c11-9d2e-5f60718293a4",
         *       "name": "Ada",
         *       "role": "OPERATOR",
         *       "workspaceIds": [
         *         "0198c0de-0000-7c11-9d2e-5f60718293a4"
         *       ],
         *       "keyId": "0198c0de-2222-7c11-9d2e-5f60718293a4",
         *       "kid": "0A1b2C3d4E5f6G7h",
         *       "identity": null,
         *       "keyExpiresAt": null,
         *       "lastUsedAt": "2026-11-25T08:30:00.000Z",
         *       "allowedNetworks": [],
         *       "createdAt": "2026-11-24T12:00:00.000Z",
         *       "updatedAt": "2026-11-24T12:00:00.000Z"
         *     }
         */
        Operator: {
            /**
             * Format: uuid
             * @description the id of the operator
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * @description its name
             * @example Ada
             */
            name: string;
            /** @description what it may do */
            role: components["schemas"]["OperatorRole"];
            /** @description the workspaces that it may touch; null: all, as for every ADMIN */
            workspaceIds: string[] | null;
            /**
             * Format: uuid
             * @description the id of its current key or, if it signs in with the provider, of its identity there
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            keyId: string;
            /**
             * @description the public part of its current key; null: it signs in with the provider and has no key
             * @example 0A1b2C3d4E5f6G7h
             */
            kid: string | null;
            /** @description who it is at the provider; null: it has a key */
            identity: components["schemas"]["OperatorIdentity"] | null;
            /**
             * Format: date-time
             * @description when its current key expires, and with it its access; null: never
             * @example 2026-11-24T12:00:00.000Z
             */
            keyExpiresAt: string | null;
            /**
             * Format: date-time
             * @description when it last used its key or signed in with the provider, to about a minute; null: never
             * @example 2026-11-24T12:00:00.000Z
             */
            lastUsedAt: string | null;
            /** @description networks from which it may call; empty: any */
            allowedNetworks: string[];
            /**
             * Format: date-time
             * @description when it was created
             * @example 2026-11-24T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when it changed last
             * @example 2026-11-24T12:00:00.000Z
             */
            updatedAt: string;
        };
        /** @description Who an operator is at the OpenID provider */
        OperatorIdentity: {
            /**
             * @description the issuer
             * @example https://id.example.com
             */
            issuer: string;
            /**
             * @description its id there, `sub`
             * @example 248289761001
             */
            subject: string;
        };
        OperatorJobRequest: {
            /**
             * @description why, for the audit log, which keeps the text as it is
             * @example The deployment is wrong, ticket 4711.
             */
            reason: string;
        };
        /** @description One page of a list */
        OperatorPage: {
            /** @description may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null */
            items: components["schemas"]["Operator"][];
            /**
             * @description the `cursor` of the next page; null at the end of the list
             * @example MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0
             */
            nextCursor: string | null;
        };
        /**
         * @description What an operator may do
         * @enum {string}
         */
        OperatorPermission: "system:admin" | "audit:read" | "operator-jobs:read" | "operator-jobs:write";
        /**
         * @description An ADMIN may do everything; an OPERATOR reads, stops and retries jobs, and reads the audit log, of its workspaces; an AUDITOR only reads them
         * @enum {string}
         */
        OperatorRole: "ADMIN" | "OPERATOR" | "AUDITOR";
        /**
         * @description The operator that asks
         * @example {
         *       "id": "0198c0de-7a3b-7c11-9d2e-5f60718293a4",
         *       "name": "Ada",
         *       "role": "AUDITOR",
         *       "permissions": [
         *         "audit:read",
         *         "operator-jobs:read"
         *       ],
         *       "workspaceIds": null,
         *       "keyId": "0198c0de-2222-7c11-9d2e-5f60718293a4",
         *       "kid": "0A1b2C3d4E5f6G7h",
         *       "identity": null,
         *       "keyExpiresAt": null,
         *       "lastUsedAt": "2026-11-25T08:30:00.000Z"
         *     }
         */
        OperatorSelf: {
            /**
             * Format: uuid
             * @description the id of the operator
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * @description its name
             * @example Ada
             */
            name: string;
            /** @description what it may do */
            role: components["schemas"]["OperatorRole"];
            /** @description what its role permits */
            permissions: components["schemas"]["OperatorPermission"][];
            /** @description the workspaces that it may touch; null: all, as for every ADMIN */
            workspaceIds: string[] | null;
            /**
             * Format: uuid
             * @description the id of its current key or, if it signs in with the provider, of its identity there
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            keyId: string;
            /**
             * @description the public part of its current key; null: it signs in with the provider and has no key
             * @example 0A1b2C3d4E5f6G7h
             */
            kid: string | null;
            /** @description who it is at the provider; null: it has a key */
            identity: components["schemas"]["OperatorIdentity"] | null;
            /**
             * Format: date-time
             * @description when its current key expires, and with it its access; null: never
             * @example 2026-11-24T12:00:00.000Z
             */
            keyExpiresAt: string | null;
            /**
             * Format: date-time
             * @description when it last used its key or signed in with the provider, to about a minute; null: never
             * @example 2026-11-24T12:00:00.000Z
             */
            lastUsedAt: string | null;
        };
        /**
         * The server cannot take this request now
         * @description The server is busy, or it is stopping. Nothing was done. Wait as many seconds as Retry-After says, then try again.
         * @example {
         *       "type": "/problems/overloaded",
         *       "status": 503,
         *       "code": "overloaded",
         *       "title": "The server cannot take this request now",
         *       "detail": "The server cannot take this request now.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        OverloadedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/overloaded";
            /** @constant */
            status?: 503;
            /** @constant */
            code?: "overloaded";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "overloaded";
        };
        /** @description The state of the registry, as far as the operator may see it */
        Overview: {
            /**
             * Format: date-time
             * @description when it was read
             * @example 2026-11-24T12:00:00.000Z
             */
            asOf: string;
            /** @description the last 60 minutes of the server process that answers; null: the operator does not see all workspaces */
            requests: components["schemas"]["MinuteOfRequests"][] | null;
            /** @description the state of sealing */
            seal: components["schemas"]["SealState"];
            /**
             * @description `shared`: all replicas count requests together; `alone`: each process for itself
             * @example alone
             * @enum {string}
             */
            rateLimits: "shared" | "alone";
            /** @description what may need a person, the most severe first */
            attention: components["schemas"]["Attention"][];
        };
        /**
         * A permission is missing
         * @description The caller is known but lacks the permission that this route asks for. An administrator can grant it.
         * @example {
         *       "type": "/problems/permission-missing",
         *       "status": 403,
         *       "code": "permission-missing",
         *       "title": "A permission is missing",
         *       "detail": "A permission is missing.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "permission": "jobs:write"
         *     }
         */
        PermissionMissingProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/permission-missing";
            /** @constant */
            status?: 403;
            /** @constant */
            code?: "permission-missing";
            /** @description the permission that is missing */
            permission?: string;
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "permission-missing";
        };
        /**
         * The records after this position are gone
         * @description Retention has removed records that come after the position. They cannot be read any more. To read on, leave "after" out: the feed then begins with the oldest record.
         * @example {
         *       "type": "/problems/position-pruned",
         *       "status": 410,
         *       "code": "position-pruned",
         *       "title": "The records after this position are gone",
         *       "detail": "The records after this position are gone.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "oldest": 41
         *     }
         */
        PositionPrunedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/position-pruned";
            /** @constant */
            status?: 410;
            /** @constant */
            code?: "position-pruned";
            /** @description the position of the oldest sealed record; null: there is none */
            oldest?: number | null;
        };
        /**
         * The log has no such position yet
         * @description The position comes after the newest sealed record of the audit log, so it is not from this log, or the database was set back to an older state. Find out which, see docs/audit-log.md, before you read on from another position.
         * @example {
         *       "type": "/problems/position-unknown",
         *       "status": 409,
         *       "code": "position-unknown",
         *       "title": "The log has no such position yet",
         *       "detail": "The log has no such position yet.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "newest": 41
         *     }
         */
        PositionUnknownProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/position-unknown";
            /** @constant */
            status?: 409;
            /** @constant */
            code?: "position-unknown";
            /** @description the position of the newest sealed record; -1: there is none */
            newest?: number;
        };
        /**
         * The resource has changed
         * @description If-Match names another revision than the current one. Read the resource again, and decide again.
         * @example {
         *       "type": "/problems/precondition-failed",
         *       "status": 412,
         *       "code": "precondition-failed",
         *       "title": "The resource has changed",
         *       "detail": "If-Match does not name the present rev, 4.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "currentStatus": "RUNNING",
         *       "attempt": 1,
         *       "rev": 4,
         *       "allowed": [
         *         "progress",
         *         "complete",
         *         "fail",
         *         "cancel"
         *       ]
         *     }
         */
        PreconditionFailedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/precondition-failed";
            /** @constant */
            status?: 412;
            /** @constant */
            code?: "precondition-failed";
            /** @description the status of the job, or the state of the key */
            currentStatus?: string;
            /** @description the current attempt of the job */
            attempt?: number;
            /** @description the current `rev` of the job */
            rev?: number;
            /** @description the actions that the job allows now */
            allowed?: string[];
        };
        /** @description How the attempt before ended */
        PreviousAttempt: {
            /**
             * @description its number
             * @example 1
             */
            attempt: number;
            /**
             * @description why it failed
             * @example the tests fail
             */
            error: string | null;
            /**
             * @description the step in which it failed
             * @example tests
             */
            failedStep: string | null;
            /**
             * @description a message for the next attempt
             * @example Begin with the failing test.
             */
            continuationPrompt: string | null;
            /**
             * @description results of checks of the failed attempt, any JSON value
             * @example {
             *       "tests": "failed"
             *     }
             */
            gateResults: unknown;
        };
        /** @description A problem document (RFC 9457) */
        Problem: {
            /**
             * Format: uri-reference
             * @description the page that explains the problem
             */
            type: string;
            /** @description what is wrong; the same text for every occurrence */
            title: string;
            /** @description the HTTP status */
            status: number;
            /** @description what is wrong with this request, and what to do */
            detail: string;
            /** @description which problem it is, for programs */
            code: components["schemas"]["ProblemCode"];
            /** @description the id of the request, also in `X-Request-Id`, in the server log and in the audit log */
            requestId: string;
        };
        /**
         * @description The kind of a problem, for programs
         * @enum {string}
         */
        ProblemCode: "invalid-request" | "malformed-json" | "missing-credential" | "invalid-credential" | "key-revoked" | "key-expired" | "session-ended" | "session-expired" | "sign-in-failed" | "sign-in-refused" | "cross-site-request" | "https-required" | "coordinator-suspended" | "network-forbidden" | "permission-missing" | "workspace-forbidden" | "repository-forbidden" | "route-undeclared" | "not-found" | "route-not-found" | "method-not-allowed" | "request-timeout" | "already-exists" | "last-admin" | "illegal-transition" | "job-cancelled" | "attempts-exhausted" | "job-final" | "running-limit-reached" | "stale-attempt" | "active-job-exists" | "successor-exists" | "record-unsealed" | "precondition-failed" | "content-too-large" | "unsupported-media-type" | "idempotency-key-reused" | "rate-limited" | "too-many-failures" | "position-unknown" | "position-pruned" | "exports-limited" | "headers-too-large" | "provider-unavailable" | "overloaded" | "database-unavailable" | "internal-error";
        /**
         * @description What a problem code means
         * @example {
         *       "type": "/problems/not-found",
         *       "code": "not-found",
         *       "status": 404,
         *       "title": "Not found",
         *       "explanation": "There is no such resource, or it belongs to a workspace that the caller may not see; the answer is the same for both."
         *     }
         */
        ProblemType: {
            /**
             * @description the `type` of such problems
             * @example /problems/not-found
             */
            type: string;
            /** @description the `code` of such problems */
            code: components["schemas"]["ProblemCode"];
            /**
             * @description the HTTP status
             * @example 404
             */
            status: number;
            /** @description what is wrong */
            title: string;
            /** @description what happened, and what the caller should do */
            explanation: string;
        };
        /** @description The job, and what became of the report */
        ProgressedJob: components["schemas"]["Job"] & {
            /**
             * @description members whose text was cut to its limit, or in which NUL or half a surrogate pair was replaced by U+FFFD
             * @example []
             */
            truncated: ("currentStep" | "error" | "failedStep" | "continuationPrompt")[];
            /** @description whether the report changed anything; it renews the lease in any case */
            applied: boolean;
        };
        /** @description The proof of one record */
        ProvenRecord: {
            /**
             * Format: uuid
             * @description the record
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            recordId: string;
            /**
             * @description the record, encoded as it is hashed
             * @example eyJ2IjoxfQ==
             */
            leaf: string;
            /**
             * @description the position of the leaf in the tree
             * @example 42
             */
            leafIndex: number;
            /**
             * @description the hash of the leaf
             * @example q1vWUQkDZ3E2mO4n0fW3e4oBvN0H8Z2l1aC9bD7yXkE=
             */
            leafHash: string;
            /** @description the audit path of RFC 6962, section 2.1.1, from the leaf upwards */
            proof: string[];
            /** @description the values behind the commitments in the leaf */
            disclosures: components["schemas"]["Disclosures"];
        };
        /**
         * The OpenID provider does not answer
         * @description The OpenID provider of OIDC_ISSUER cannot be reached, answers with an error, or refuses this server: the log of the server has the request id and a code. Nothing was done. Try again, or sign in with an access key.
         * @example {
         *       "type": "/problems/provider-unavailable",
         *       "status": 502,
         *       "code": "provider-unavailable",
         *       "title": "The OpenID provider does not answer",
         *       "detail": "The OpenID provider does not answer.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        ProviderUnavailableProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/provider-unavailable";
            /** @constant */
            status?: 502;
            /** @constant */
            code?: "provider-unavailable";
        };
        /**
         * Too many requests
         * @description The caller has used up its limit of requests a minute. Wait as many seconds as Retry-After says, then go on.
         * @example {
         *       "type": "/problems/rate-limited",
         *       "status": 429,
         *       "code": "rate-limited",
         *       "title": "Too many requests",
         *       "detail": "Too many requests.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        RateLimitedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/rate-limited";
            /** @constant */
            status?: 429;
            /** @constant */
            code?: "rate-limited";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "rate-limited";
        };
        /**
         * The record is not sealed yet
         * @description A record is proven by a checkpoint, and no checkpoint covers this record yet. It takes about a second after the record was written. Wait as many seconds as Retry-After says, then ask again. If it takes longer, sealing has stopped: see /health/ready.
         * @example {
         *       "type": "/problems/record-unsealed",
         *       "status": 409,
         *       "code": "record-unsealed",
         *       "title": "The record is not sealed yet",
         *       "detail": "The record is not sealed yet.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        RecordUnsealedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/record-unsealed";
            /** @constant */
            status?: 409;
            /** @constant */
            code?: "record-unsealed";
        };
        RegisterCoordinatorRequest: {
            /**
             * @description a unique name
             * @example Orchestrator
             */
            name: string;
            /** @description the workspaces that it may use, as a whole set */
            workspaceIds: string[];
            /** @description the permissions, as a whole set */
            permissions?: components["schemas"]["CoordinatorPermission"][];
            /**
             * @description requests allowed within any minute
             * @example 100
             */
            rateLimitPerMinute?: number;
            /**
             * @description how many jobs may be RUNNING at the same time; null: any number
             * @example 20
             */
            maxRunning?: number | null;
            /** @description networks from which the keys are accepted; empty: any */
            allowedNetworks?: string[];
            /**
             * Format: date-time
             * @description when its first key expires; default: never
             * @example 2030-01-31T12:00:00Z
             */
            keyExpiresAt?: string;
        };
        /** @description A new coordinator with its first key */
        RegisteredCoordinator: {
            /** @description the coordinator */
            coordinator: components["schemas"]["Coordinator"];
            /** @description the key without its secret */
            key: components["schemas"]["CoordinatorKey"];
            /**
             * @description the whole key; only this answer shows it
             * @example crk_0A1b2C3d4E5f6G7h_…
             */
            apiKey: string;
        };
        ReportProgressRequest: {
            /**
             * @description how much is done; a smaller value than before is ignored
             * @example 40
             */
            progressPercent: number;
            /**
             * @description of more than 500 characters the first ones are kept
             * @example tests
             */
            currentStep?: string | null;
            /**
             * @description tokens of the language model, in total
             * @example 1200
             */
            tokensUsed?: number;
            /**
             * @description the attempt that the request is about; 409 `stale-attempt` if it has ended
             * @example 1
             */
            attempt?: number;
        };
        /**
         * The repository is not allowed
         * @description The repository is in no workspace, or in one that the caller may not touch; the answer is the same for both. Or the job names another workspace than the one that the repository belongs to. An administrator can register it or allow the workspace.
         * @example {
         *       "type": "/problems/repository-forbidden",
         *       "status": 403,
         *       "code": "repository-forbidden",
         *       "title": "The repository is not allowed",
         *       "detail": "The repository is not allowed.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        RepositoryForbiddenProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/repository-forbidden";
            /** @constant */
            status?: 403;
            /** @constant */
            code?: "repository-forbidden";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "repository-forbidden";
        };
        /** @description A repository with its id at the forge */
        RepositoryId: {
            /**
             * @description `owner/repo` in lower case
             * @example acme/shop
             */
            repository: string;
            /**
             * @description the host of the forge
             * @example github.com
             */
            forge: string;
            /**
             * @description the number that the forge gives it
             * @example 186853002
             */
            id: number;
        };
        RetryJobRequest: {
            /**
             * @description the attempt that the request is about; 409 `stale-attempt` if it has ended
             * @example 1
             */
            attempt?: number;
        };
        /** @description How long a job is held back before its next attempt */
        RetryPolicy: {
            /**
             * @description the delay after the first attempt
             * @example 30
             */
            delaySeconds: number;
            /**
             * @description how the delay grows
             * @example exponential
             */
            backoff: components["schemas"]["Backoff"];
            /**
             * @description the maximum of the delay
             * @example 3600
             */
            maxDelaySeconds: number;
        };
        RevokeKeyRequest: {
            /**
             * @description the whole key
             * @example crk_0A1b2C3d4E5f6G7h_…
             */
            key: string;
        };
        RotateKeyRequest: {
            /**
             * Format: date-time
             * @description when the new key expires; default: after the same lifetime as the old key's
             * @example 2030-01-31T12:00:00Z
             */
            expiresAt?: string;
            /**
             * @description how long the old key is still accepted
             * @default 86400
             */
            overlapSeconds?: number;
        };
        RotateOwnKeyRequest: {
            /**
             * @description how long the old key is still accepted
             * @default 86400
             */
            overlapSeconds?: number;
        };
        RotateWebhookRequest: {
            /**
             * @description how long the old webhook is still accepted
             * @default 86400
             */
            overlapSeconds?: number;
        };
        /** @description The successor of a key */
        RotatedKey: {
            /** @description the key without its secret */
            key: components["schemas"]["CoordinatorKey"];
            /**
             * @description the whole key; only this answer shows it
             * @example crk_0A1b2C3d4E5f6G7h_…
             */
            apiKey: string;
            /** @description the old key, and when it ends */
            predecessor: {
                /**
                 * Format: uuid
                 * @description the id of the key
                 * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
                 */
                id: string;
                /**
                 * Format: date-time
                 * @description when it expires; null: never
                 * @example 2026-11-24T12:00:00.000Z
                 */
                expiresAt: string | null;
            };
        };
        /**
         * The limit of RUNNING jobs is reached
         * @description The coordinator, or the workspace of the job, has as many RUNNING jobs as its "maxRunning" allows; "limitOf" says which. The job was not started. Try again when a job has ended. A claim does not get this error: it answers 204.
         * @example {
         *       "type": "/problems/running-limit-reached",
         *       "status": 409,
         *       "code": "running-limit-reached",
         *       "title": "The limit of RUNNING jobs is reached",
         *       "detail": "The workspace has as many RUNNING jobs as its maxRunning allows. End one first, or try again later.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "currentStatus": "PENDING",
         *       "attempt": 0,
         *       "rev": 1,
         *       "allowed": [
         *         "claim",
         *         "start",
         *         "fail",
         *         "cancel"
         *       ],
         *       "limitOf": "workspace"
         *     }
         */
        RunningLimitReachedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/running-limit-reached";
            /** @constant */
            status?: 409;
            /** @constant */
            code?: "running-limit-reached";
            /** @description the status of the job, or the state of the key */
            currentStatus?: string;
            /** @description the current attempt of the job */
            attempt?: number;
            /** @description the current `rev` of the job */
            rev?: number;
            /** @description the actions that the job allows now */
            allowed?: string[];
            /**
             * @description whose `maxRunning` is reached
             * @enum {string}
             */
            limitOf?: "coordinator" | "workspace";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "running-limit-reached";
        };
        /** @description The state of sealing */
        SealState: {
            /**
             * @description whether records are sealed
             * @example ok
             * @enum {string}
             */
            state: "ok" | "stale" | "halted";
            /**
             * @description what is wrong, for an ADMIN
             * @example the database has another checkpoint
             */
            reason: string | null;
            /**
             * @description the number of the last checkpoint
             * @example 17
             */
            seq: number | null;
            /**
             * @description how many records it covers
             * @example 4711
             */
            size: number | null;
            /**
             * Format: date-time
             * @description when it was signed
             * @example 2026-11-24T12:00:00.000Z
             */
            sealedAt: string | null;
        };
        /** @description A browser that an operator has signed in */
        Session: {
            /**
             * Format: uuid
             * @description the id of the session
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /** @description the operator who signed in */
            operator: components["schemas"]["SessionOperator"];
            /**
             * Format: date-time
             * @description when the operator signed in
             * @example 2026-11-24T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when it was last used, to about a minute
             * @example 2026-11-24T12:00:00.000Z
             */
            lastSeenAt: string;
            /**
             * Format: date-time
             * @description when it ends in any case
             * @example 2026-11-25T00:00:00.000Z
             */
            expiresAt: string;
            /**
             * @description with an access key, or with the OpenID provider
             * @enum {string}
             */
            openedWith: "key" | "provider";
            /**
             * @description the address that signed in; null: unknown
             * @example 203.0.113.7
             */
            sourceIp: string | null;
            /**
             * @description the browser, as it describes itself
             * @example Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0
             */
            userAgent: string | null;
            /**
             * @description whether it is the session of this request
             * @example true
             */
            current: boolean;
        };
        /**
         * The session has ended
         * @description The operator has signed out, the session was ended from a list of sessions, or the access key that opened it was rotated, revoked or deleted. Sign in again.
         * @example {
         *       "type": "/problems/session-ended",
         *       "status": 401,
         *       "code": "session-ended",
         *       "title": "The session has ended",
         *       "detail": "The session has ended.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        SessionEndedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/session-ended";
            /** @constant */
            status?: 401;
            /** @constant */
            code?: "session-ended";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "session-ended";
        };
        /**
         * The session has expired
         * @description A session ends after 30 minutes without use, and 12 hours after the operator signed in. Sign in again.
         * @example {
         *       "type": "/problems/session-expired",
         *       "status": 401,
         *       "code": "session-expired",
         *       "title": "The session has expired",
         *       "detail": "The session has expired.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        SessionExpiredProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/session-expired";
            /** @constant */
            status?: 401;
            /** @constant */
            code?: "session-expired";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "session-expired";
        };
        /** @description The operator of a session */
        SessionOperator: {
            /**
             * Format: uuid
             * @description the id of the operator
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * @description its name
             * @example Ada
             */
            name: string;
        };
        /** @description One page of a list */
        SessionPage: {
            /** @description may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null */
            items: components["schemas"]["Session"][];
            /**
             * @description the `cursor` of the next page; null at the end of the list
             * @example MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0
             */
            nextCursor: string | null;
        };
        /**
         * The sign-in with the provider failed
         * @description The browser has begun no sign-in, or more than 10 minutes ago; the answer of the OpenID provider does not belong to the sign-in, or was used before; or the clock of the provider is more than half a minute late. Start the sign-in again.
         * @example {
         *       "type": "/problems/sign-in-failed",
         *       "status": 401,
         *       "code": "sign-in-failed",
         *       "title": "The sign-in with the provider failed",
         *       "detail": "The sign-in with the provider failed.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        SignInFailedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/sign-in-failed";
            /** @constant */
            status?: 401;
            /** @constant */
            code?: "sign-in-failed";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "sign-in-failed";
        };
        /** @description How operators sign in */
        SignInOptions: {
            /** @description the provider with which operators sign in; null: only access keys */
            oidc: components["schemas"]["SignInProvider"] | null;
            /**
             * @description whether this browser can keep a session: the page came over https or from this machine
             * @example true
             */
            secure: boolean;
        };
        /** @description A provider with which operators sign in */
        SignInProvider: {
            /**
             * @description the name for the button
             * @example Example ID
             */
            name: string;
        };
        /**
         * The person may not sign in
         * @description The OpenID provider has not signed the person in, no rule of OIDC_OPERATORS matches its account, or an administrator has deleted its operator. Ask an administrator.
         * @example {
         *       "type": "/problems/sign-in-refused",
         *       "status": 403,
         *       "code": "sign-in-refused",
         *       "title": "The person may not sign in",
         *       "detail": "The person may not sign in.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        SignInRefusedProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/sign-in-refused";
            /** @constant */
            status?: 403;
            /** @constant */
            code?: "sign-in-refused";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "sign-in-refused";
        };
        SignInRequest: {
            /**
             * @description the operator's whole access key
             * @example cro_0A1b2C3d4E5f6G7h_…
             */
            accessKey: string;
        };
        /** @description Who is signed in, and for how long */
        SignedIn: {
            /** @description the operator that asks */
            operator: components["schemas"]["SignedInOperator"];
            /** @description what its role permits */
            permissions: components["schemas"]["OperatorPermission"][];
            /**
             * Format: date-time
             * @description when the session ends unless it is used; null: the request came with a key
             * @example 2026-11-24T12:30:00.000Z
             */
            idleExpiresAt: string | null;
            /**
             * Format: date-time
             * @description when the session ends in any case; null: the request came with a key
             * @example 2026-11-25T00:00:00.000Z
             */
            expiresAt: string | null;
        };
        /** @description An operator that is signed in */
        SignedInOperator: {
            /**
             * Format: uuid
             * @description the id of the operator
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * @description its name
             * @example Ada
             */
            name: string;
            /** @description what it may do */
            role: components["schemas"]["OperatorRole"];
            /** @description the workspaces that it may touch; null: all, as for every ADMIN */
            workspaceIds: string[] | null;
        };
        /**
         * The attempt has ended
         * @description The request names an attempt that has ended: "reason" says why, and "endedAt" when. Or it names no attempt, and the present attempt belongs to another coordinator. "currentStatus", "attempt" and "rev" say where the job stands. Stop working on an attempt that has ended. To report for another coordinator, name the attempt.
         * @example {
         *       "type": "/problems/stale-attempt",
         *       "status": 409,
         *       "code": "stale-attempt",
         *       "title": "The attempt has ended",
         *       "detail": "Attempt 1 ended at 2026-11-24T12:00:00.000Z: its lease expired. Stop working on it.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "currentStatus": "PENDING",
         *       "attempt": 1,
         *       "rev": 4,
         *       "allowed": [
         *         "claim",
         *         "start",
         *         "fail",
         *         "cancel"
         *       ],
         *       "reason": "lease-expired",
         *       "endedAt": "2026-11-24T12:00:00.000Z"
         *     }
         */
        StaleAttemptProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/stale-attempt";
            /** @constant */
            status?: 409;
            /** @constant */
            code?: "stale-attempt";
            /** @description the status of the job, or the state of the key */
            currentStatus?: string;
            /** @description the current attempt of the job */
            attempt?: number;
            /** @description the current `rev` of the job */
            rev?: number;
            /** @description the actions that the job allows now */
            allowed?: string[];
            /** @description why the named attempt ended */
            reason?: string;
            /**
             * Format: date-time
             * @description when the named attempt ended
             * @example 2026-11-24T12:00:00.000Z
             */
            endedAt?: string;
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "stale-attempt";
        };
        StopJobsRequest: {
            /**
             * Format: uuid
             * @description only jobs of this workspace
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            workspaceId: string;
            /**
             * @description only jobs of this type
             * @example code-review
             */
            type?: string;
            /**
             * @description only jobs with this status, or one of these
             * @example [
             *       "PENDING",
             *       "RUNNING"
             *     ]
             */
            status?: ("PENDING" | "RUNNING") | ("PENDING" | "RUNNING")[];
            /**
             * @description only jobs of this repository, `owner/repo`
             * @example acme/shop
             */
            repository?: string;
            /**
             * @description only jobs of this issue number
             * @example 42
             */
            issueNumber?: number;
            /**
             * Format: uuid
             * @description only jobs that this coordinator works on, or worked on last
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            coordinatorId?: string;
            /**
             * Format: date-time
             * @description only jobs that were created at this time or later
             * @example 2030-01-31T12:00:00Z
             */
            createdAfter?: string;
            /**
             * Format: date-time
             * @description only jobs that were created before this time
             * @example 2030-01-31T12:00:00Z
             */
            createdBefore?: string;
            /**
             * Format: date-time
             * @description only jobs that have not changed since this time
             * @example 2030-01-31T12:00:00Z
             */
            updatedBefore?: string;
            /**
             * @description `none`: only RUNNING jobs without a lease; `live`: only RUNNING jobs with one
             * @enum {string}
             */
            lease?: "none" | "live";
            /**
             * @description why, for the audit log, which keeps the text as it is
             * @example The deployment is wrong, ticket 4711.
             */
            reason: string;
        };
        /**
         * @description What became of the jobs
         * @example {
         *       "cancelled": 5000,
         *       "more": true
         *     }
         */
        StoppedJobs: {
            /**
             * @description how many jobs this request cancelled
             * @example 5000
             */
            cancelled: number;
            /** @description whether further jobs match: send the request again */
            more: boolean;
        };
        /**
         * The key has a successor
         * @description The key was rotated before, and its successor is live. "predecessor" says when the old key ends, and "successor" names the new one. Use the successor. If its text was lost, an administrator can revoke it; then the old key can be rotated again.
         * @example {
         *       "type": "/problems/successor-exists",
         *       "status": 409,
         *       "code": "successor-exists",
         *       "title": "The key has a successor",
         *       "detail": "The key has a successor.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "predecessor": {
         *         "id": "0198c0de-7a3b-7c11-9d2e-5f60718293a4",
         *         "expiresAt": "2026-11-25T12:00:00.000Z"
         *       },
         *       "successor": {
         *         "id": "0198c0de-8b4c-7c11-9d2e-5f60718293a4",
         *         "expiresAt": null
         *       }
         *     }
         */
        SuccessorExistsProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/successor-exists";
            /** @constant */
            status?: 409;
            /** @constant */
            code?: "successor-exists";
            /** @description the key that was to be rotated */
            predecessor?: {
                /**
                 * Format: uuid
                 * @description the id of the key
                 * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
                 */
                id: string;
                /**
                 * Format: date-time
                 * @description when it expires; null: never
                 * @example 2026-11-24T12:00:00.000Z
                 */
                expiresAt: string | null;
            };
            /** @description its live successor */
            successor?: {
                /**
                 * Format: uuid
                 * @description the id of the key
                 * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
                 */
                id: string;
                /**
                 * Format: date-time
                 * @description when it expires; null: never
                 * @example 2026-11-24T12:00:00.000Z
                 */
                expiresAt: string | null;
            };
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "successor-exists";
        };
        /**
         * Too many failed attempts
         * @description Too many wrong keys came from this address within a minute. Wait as many seconds as Retry-After says, and check the key.
         * @example {
         *       "type": "/problems/too-many-failures",
         *       "status": 429,
         *       "code": "too-many-failures",
         *       "title": "Too many failed attempts",
         *       "detail": "Too many failed attempts.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        TooManyFailuresProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/too-many-failures";
            /** @constant */
            status?: 429;
            /** @constant */
            code?: "too-many-failures";
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "too-many-failures";
        };
        /** @description A mention or an assignment that came while the job was active */
        Trigger: {
            /** @description what happened */
            action: components["schemas"]["TriggerAction"];
            /**
             * @description the text that mentions the bot
             * @example @mosaic please look at the tests too
             */
            comment: string | null;
            /**
             * @description the account that caused it
             * @example ada
             */
            sender: string | null;
            /** @description the metadata that the bot sent with it */
            metadata: {
                [key: string]: unknown;
            } | null;
            /** @description members that were cut or cleaned */
            truncated: string[];
            /**
             * Format: date-time
             * @description when it arrived
             * @example 2026-11-24T12:00:00.000Z
             */
            at: string;
        };
        /**
         * @description What happened at the forge
         * @enum {string}
         */
        TriggerAction: "assigned" | "mentioned" | "commented";
        /**
         * @description `collaborators`: authors whom the forge calls OWNER, MEMBER or COLLABORATOR; `auto`: the same if the forge reports it; `anyone`: every account that is no bot
         * @enum {string}
         */
        TriggerWho: "auto" | "collaborators" | "anyone";
        /** @description A record without a proof */
        UnprovenRecord: {
            /**
             * Format: uuid
             * @description the record
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            recordId: string;
            /**
             * @description why there is no proof: no such record in the reach of the operator, or not sealed yet
             * @example record-unsealed
             * @enum {string}
             */
            code: "not-found" | "record-unsealed";
        };
        /**
         * The body is of the wrong type
         * @description Bodies are JSON. Send them with Content-Type: application/json, and not compressed: without Content-Encoding.
         * @example {
         *       "type": "/problems/unsupported-media-type",
         *       "status": 415,
         *       "code": "unsupported-media-type",
         *       "title": "The body is of the wrong type",
         *       "detail": "The body is of the wrong type.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a"
         *     }
         */
        UnsupportedMediaTypeProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/unsupported-media-type";
            /** @constant */
            status?: 415;
            /** @constant */
            code?: "unsupported-media-type";
        };
        UpdateCoordinatorRequest: {
            /**
             * @description a unique name
             * @example Orchestrator
             */
            name?: string;
            /** @description SUSPENDED: refuse every request of the coordinator */
            status?: components["schemas"]["CoordinatorStatus"];
            /**
             * @description what happens to its RUNNING jobs; only with `status` SUSPENDED
             * @default leave
             * @example requeue
             * @enum {string}
             */
            runs?: "leave" | "requeue" | "cancel";
            /** @description the workspaces that it may use, as a whole set */
            workspaceIds?: string[];
            /** @description the permissions, as a whole set */
            permissions?: components["schemas"]["CoordinatorPermission"][];
            /**
             * @description requests allowed within any minute
             * @example 100
             */
            rateLimitPerMinute?: number;
            /**
             * @description how many jobs may be RUNNING at the same time; null: any number
             * @example 20
             */
            maxRunning?: number | null;
            /** @description networks from which the keys are accepted; empty: any */
            allowedNetworks?: string[];
        };
        UpdateOperatorRequest: {
            /**
             * @description a unique name
             * @example Orchestrator
             */
            name?: string;
            /** @description what the operator may do */
            role?: components["schemas"]["OperatorRole"];
            /** @description the workspaces of an OPERATOR or AUDITOR; null: all. Required if an ADMIN becomes one of them */
            workspaceIds?: string[] | null;
            /**
             * Format: date-time
             * @description when the current key expires; null: never
             * @example 2030-01-31T12:00:00Z
             */
            keyExpiresAt?: string | null;
            /** @description networks from which the key is accepted, as a whole set; empty: any */
            allowedNetworks?: string[];
        };
        UpdateStatusRequest: {
            /**
             * @description the new status; `QUEUED`, from the older API, changes nothing about a PENDING job
             * @enum {string}
             */
            status: "RUNNING" | "CANCELLED" | "QUEUED";
            /**
             * @description the attempt that the request is about; 409 `stale-attempt` if it has ended
             * @example 1
             */
            attempt?: number;
            /**
             * @description the part of the coordinator that works on the job
             * @example agent-1
             */
            agentId?: string;
            /**
             * @description the kind of agent
             * @example reviewer
             */
            agentType?: string;
            /**
             * @description length of the lease: the attempt ends unless the coordinator reports within this time
             * @example 300
             */
            leaseSeconds?: number;
        };
        UpdateWorkspaceRequest: {
            /**
             * @description a unique short name
             * @example acme
             */
            slug?: string;
            /**
             * @description a name
             * @example Orchestrator
             */
            name?: string;
            /** @description the repositories, as a whole set */
            repositories?: string[];
            /** @description what starts jobs */
            triggers?: {
                /**
                 * @description `collaborators`: authors whom the forge calls OWNER, MEMBER or COLLABORATOR; `auto`, or null: the same if the forge reports it
                 * @default auto
                 * @enum {string|null}
                 */
                who?: "auto" | "collaborators" | "anyone" | null;
                /**
                 * @description accounts whose assignment starts a job, with or without a leading `@`; null: any
                 * @example [
                 *       "mosaic"
                 *     ]
                 */
                assignees?: string[] | null;
                /**
                 * @description whether a mention in the text of a new issue starts a job; null: false
                 * @default false
                 */
                onOpen?: boolean | null;
            };
            /**
             * @description how many jobs may be RUNNING at the same time; null: any number
             * @example 20
             */
            maxRunning?: number | null;
        };
        /** @description A coordinator in the reach of an operator */
        VisibleCoordinator: {
            /**
             * Format: uuid
             * @description the id of the coordinator
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * @description its name; that of a deleted one may be in use again
             * @example orchestrator
             */
            name: string;
            /**
             * @description whether its requests are served
             * @example ACTIVE
             * @enum {string}
             */
            status: "ACTIVE" | "SUSPENDED" | "DELETED";
            /**
             * Format: date-time
             * @description when it was registered
             * @example 2026-11-24T12:00:00.000Z
             */
            createdAt: string;
        };
        /** @description One page of a list */
        VisibleCoordinatorPage: {
            /** @description may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null */
            items: components["schemas"]["VisibleCoordinator"][];
            /**
             * @description the `cursor` of the next page; null at the end of the list
             * @example MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0
             */
            nextCursor: string | null;
        };
        /** @description A workspace in the reach of an operator */
        VisibleWorkspace: {
            /**
             * Format: uuid
             * @description the id of the workspace
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * @description its unique short name
             * @example acme
             */
            slug: string;
            /**
             * @description its name
             * @example Acme
             */
            name: string;
            /**
             * @description how many of its jobs may be RUNNING at the same time; null: any number
             * @example 20
             */
            maxRunning: number | null;
            /**
             * @description its RUNNING jobs, counted up to 1,000
             * @example 12
             */
            running: number;
            /**
             * @description its PENDING jobs, counted up to 1,000
             * @example 30
             */
            pending: number;
            /**
             * Format: date-time
             * @description when it was created
             * @example 2026-11-24T12:00:00.000Z
             */
            createdAt: string;
        };
        /** @description One page of a list */
        VisibleWorkspacePage: {
            /** @description may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null */
            items: components["schemas"]["VisibleWorkspace"][];
            /**
             * @description the `cursor` of the next page; null at the end of the list
             * @example MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0
             */
            nextCursor: string | null;
        };
        /**
         * @description An endpoint for one forge, which signs its deliveries
         * @example {
         *       "id": "0198c0de-7a3b-7c11-9d2e-5f60718293a4",
         *       "coordinatorId": "0198c0de-1111-7c11-9d2e-5f60718293a4",
         *       "name": "github",
         *       "path": "/stitcher/webhook/0198c0de-7a3b-7c11-9d2e-5f60718293a4",
         *       "state": "ACTIVE",
         *       "createdAt": "2026-11-24T12:00:00.000Z",
         *       "expiresAt": null,
         *       "rotatedAt": null,
         *       "revokedAt": null,
         *       "predecessorId": null
         *     }
         */
        Webhook: {
            /**
             * Format: uuid
             * @description the id of the webhook
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * Format: uuid
             * @description the coordinator that it belongs to
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            coordinatorId: string;
            /**
             * @description its name, if it was given one
             * @example github
             */
            name: string | null;
            /**
             * @description the path on this server to which the forge sends its deliveries
             * @example /stitcher/webhook/0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            path: string;
            /** @description whether its deliveries are accepted */
            state: components["schemas"]["CredentialState"];
            /**
             * Format: date-time
             * @description when it was created
             * @example 2026-11-24T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when its overlap ends, if it was rotated
             * @example 2026-11-24T12:00:00.000Z
             */
            expiresAt: string | null;
            /**
             * Format: date-time
             * @description when a successor was created
             * @example 2026-11-24T12:00:00.000Z
             */
            rotatedAt: string | null;
            /**
             * Format: date-time
             * @description when it was revoked
             * @example 2026-11-24T12:00:00.000Z
             */
            revokedAt: string | null;
            /**
             * Format: uuid
             * @description the webhook that this one was rotated from
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            predecessorId: string | null;
        };
        /** @description One page of a list */
        WebhookPage: {
            /** @description may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null */
            items: components["schemas"]["Webhook"][];
            /**
             * @description the `cursor` of the next page; null at the end of the list
             * @example MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0
             */
            nextCursor: string | null;
        };
        /** @description A tenant */
        Workspace: {
            /**
             * Format: uuid
             * @description the id of the workspace
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            id: string;
            /**
             * @description its unique short name
             * @example acme
             */
            slug: string;
            /**
             * @description its name
             * @example Acme
             */
            name: string;
            /** @description `owner/repo` in lower case, in alphabetical order */
            repositories: string[];
            /** @description the repositories whose id is known from a delivery; such a repository is found by its id, not by its name */
            repositoryIds: components["schemas"]["RepositoryId"][];
            /** @description what starts jobs */
            triggers: components["schemas"]["WorkspaceTriggers"];
            /**
             * @description how many of its jobs may be RUNNING at the same time; null: any number
             * @example 20
             */
            maxRunning: number | null;
            /**
             * Format: date-time
             * @description when it was created
             * @example 2026-11-24T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description when slug, name, triggers or maxRunning changed last
             * @example 2026-11-24T12:00:00.000Z
             */
            updatedAt: string;
        };
        /**
         * The workspace is not allowed
         * @description The caller is known but may not touch this workspace. An administrator can add it to the allowed workspaces.
         * @example {
         *       "type": "/problems/workspace-forbidden",
         *       "status": 403,
         *       "code": "workspace-forbidden",
         *       "title": "The workspace is not allowed",
         *       "detail": "The workspace is not allowed.",
         *       "requestId": "7d8f0f2e-5c55-4a0f-9c39-6f7c6d1d7c1a",
         *       "workspaceId": "0198c0de-0000-7c11-9d2e-5f60718293a4"
         *     }
         */
        WorkspaceForbiddenProblem: components["schemas"]["Problem"] & {
            /** @constant */
            type?: "/problems/workspace-forbidden";
            /** @constant */
            status?: 403;
            /** @constant */
            code?: "workspace-forbidden";
            /**
             * Format: uuid
             * @description the workspace that is not allowed
             * @example 0198c0de-7a3b-7c11-9d2e-5f60718293a4
             */
            workspaceId?: string;
        } & {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            code: "workspace-forbidden";
        };
        /** @description One page of a list */
        WorkspacePage: {
            /** @description may have fewer items than `limit`, or none, although more follow: a page ends at about 1 MiB. Continue while `nextCursor` is not null */
            items: components["schemas"]["Workspace"][];
            /**
             * @description the `cursor` of the next page; null at the end of the list
             * @example MjAyNi0xMS0yNFQxMjowMDowMC4wMDBaMDE5OGMwZGUtN2EzYi03YzExLTlkMmUtNWY2MDcxODI5M2E0
             */
            nextCursor: string | null;
        };
        /** @description What starts jobs in a workspace */
        WorkspaceTriggers: {
            /** @description whose mentions start jobs */
            who: components["schemas"]["TriggerWho"];
            /** @description accounts whose assignment starts a job; null: any account */
            assignees: string[] | null;
            /**
             * @description whether a mention in the text of a new issue starts a job
             * @example false
             */
            onOpen: boolean;
        };
    };
    responses: {
        /** @description `already-exists`: It already exists */
        AlreadyExists: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["AlreadyExistsProblem"];
            };
        };
        /** @description `already-exists`: It already exists; `last-admin`: The last administrator cannot be removed */
        AlreadyExistsOrLastAdmin: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["AlreadyExistsProblem"] | components["schemas"]["LastAdminProblem"];
            };
        };
        /** @description `content-too-large`: Too large */
        ContentTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ContentTooLargeProblem"];
            };
        };
        /** @description `active-job-exists`: There already is an active job */
        CoordinatorActiveJobExists: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ActiveJobExistsProblem"];
            };
        };
        /** @description `content-too-large`: Too large */
        CoordinatorContentTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ContentTooLargeProblem"];
            };
        };
        /** @description `headers-too-large`: The headers are too large */
        CoordinatorHeadersTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["HeadersTooLargeProblem"];
            };
        };
        /** @description `idempotency-key-reused`: The Idempotency-Key was used for another request */
        CoordinatorIdempotencyKeyReused: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["IdempotencyKeyReusedProblem"];
            };
        };
        /** @description `illegal-transition`: The state does not allow this; `successor-exists`: The key has a successor */
        CoordinatorIllegalTransitionOrSuccessorExists: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["IllegalTransitionProblem"] | components["schemas"]["SuccessorExistsProblem"];
            };
        };
        /** @description `internal-error`: The server failed */
        CoordinatorInternalError: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InternalErrorProblem"];
            };
        };
        /** @description `invalid-request`: The request is not valid */
        CoordinatorInvalidRequest: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InvalidRequestProblem"];
            };
        };
        /** @description `invalid-request`: The request is not valid; `malformed-json`: The body is not JSON */
        CoordinatorInvalidRequestOrMalformedJson: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InvalidRequestProblem"] | components["schemas"]["MalformedJsonProblem"];
            };
        };
        /** @description `missing-credential`: A credential is needed; `invalid-credential`: The credential is not valid; `key-revoked`: The key has been revoked; `key-expired`: The key has expired */
        CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["MissingCredentialProblem"] | components["schemas"]["InvalidCredentialProblem"] | components["schemas"]["KeyRevokedProblem"] | components["schemas"]["KeyExpiredProblem"];
            };
        };
        /** @description `network-forbidden`: Calls from this network are not allowed; `coordinator-suspended`: The coordinator is suspended */
        CoordinatorNetworkForbiddenOrCoordinatorSuspended: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NetworkForbiddenProblem"] | components["schemas"]["CoordinatorSuspendedProblem"];
            };
        };
        /** @description `network-forbidden`: Calls from this network are not allowed; `permission-missing`: A permission is missing; `coordinator-suspended`: The coordinator is suspended */
        CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspended: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NetworkForbiddenProblem"] | components["schemas"]["PermissionMissingProblem"] | components["schemas"]["CoordinatorSuspendedProblem"];
            };
        };
        /** @description `network-forbidden`: Calls from this network are not allowed; `permission-missing`: A permission is missing; `coordinator-suspended`: The coordinator is suspended; `repository-forbidden`: The repository is not allowed */
        CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrRepositoryForbidden: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NetworkForbiddenProblem"] | components["schemas"]["PermissionMissingProblem"] | components["schemas"]["CoordinatorSuspendedProblem"] | components["schemas"]["RepositoryForbiddenProblem"];
            };
        };
        /** @description `network-forbidden`: Calls from this network are not allowed; `permission-missing`: A permission is missing; `coordinator-suspended`: The coordinator is suspended; `workspace-forbidden`: The workspace is not allowed */
        CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrWorkspaceForbidden: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NetworkForbiddenProblem"] | components["schemas"]["PermissionMissingProblem"] | components["schemas"]["CoordinatorSuspendedProblem"] | components["schemas"]["WorkspaceForbiddenProblem"];
            };
        };
        /** @description `network-forbidden`: Calls from this network are not allowed; `permission-missing`: A permission is missing; `coordinator-suspended`: The coordinator is suspended; `workspace-forbidden`: The workspace is not allowed; `repository-forbidden`: The repository is not allowed */
        CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrWorkspaceForbiddenOrRepositoryForbidden: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NetworkForbiddenProblem"] | components["schemas"]["PermissionMissingProblem"] | components["schemas"]["CoordinatorSuspendedProblem"] | components["schemas"]["WorkspaceForbiddenProblem"] | components["schemas"]["RepositoryForbiddenProblem"];
            };
        };
        /** @description `not-found`: Not found */
        CoordinatorNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NotFoundProblem"];
            };
        };
        /** @description `overloaded`: The server cannot take this request now; `database-unavailable`: The database is not available */
        CoordinatorOverloadedOrDatabaseUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["OverloadedProblem"] | components["schemas"]["DatabaseUnavailableProblem"];
            };
        };
        /** @description `position-pruned`: The records after this position are gone */
        CoordinatorPositionPruned: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["PositionPrunedProblem"];
            };
        };
        /** @description `position-unknown`: The log has no such position yet */
        CoordinatorPositionUnknown: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["PositionUnknownProblem"];
            };
        };
        /** @description `precondition-failed`: The resource has changed */
        CoordinatorPreconditionFailed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["PreconditionFailedProblem"];
            };
        };
        /** @description `rate-limited`: Too many requests; `too-many-failures`: Too many failed attempts */
        CoordinatorRateLimitedOrTooManyFailures: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["RateLimitedProblem"] | components["schemas"]["TooManyFailuresProblem"];
            };
        };
        /** @description `stale-attempt`: The attempt has ended; `illegal-transition`: The state does not allow this; `job-cancelled`: The job was cancelled */
        CoordinatorStaleAttemptOrIllegalTransitionOrJobCancelled: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["StaleAttemptProblem"] | components["schemas"]["IllegalTransitionProblem"] | components["schemas"]["JobCancelledProblem"];
            };
        };
        /** @description `stale-attempt`: The attempt has ended; `illegal-transition`: The state does not allow this; `job-cancelled`: The job was cancelled; `attempts-exhausted`: All attempts are used; `job-final`: The job was closed for good; `active-job-exists`: There already is an active job */
        CoordinatorStaleAttemptOrIllegalTransitionOrJobCancelledOrAttemptsExhaustedOrJobFinalOrActiveJobExists: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["StaleAttemptProblem"] | components["schemas"]["IllegalTransitionProblem"] | components["schemas"]["JobCancelledProblem"] | components["schemas"]["AttemptsExhaustedProblem"] | components["schemas"]["JobFinalProblem"] | components["schemas"]["ActiveJobExistsProblem"];
            };
        };
        /** @description `stale-attempt`: The attempt has ended; `illegal-transition`: The state does not allow this; `job-cancelled`: The job was cancelled; `running-limit-reached`: The limit of RUNNING jobs is reached */
        CoordinatorStaleAttemptOrIllegalTransitionOrJobCancelledOrRunningLimitReached: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["StaleAttemptProblem"] | components["schemas"]["IllegalTransitionProblem"] | components["schemas"]["JobCancelledProblem"] | components["schemas"]["RunningLimitReachedProblem"];
            };
        };
        /** @description `unsupported-media-type`: The body is of the wrong type */
        CoordinatorUnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
            };
        };
        /** @description `headers-too-large`: The headers are too large */
        HeadersTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["HeadersTooLargeProblem"];
            };
        };
        /** @description `illegal-transition`: The state does not allow this */
        IllegalTransition: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["IllegalTransitionProblem"];
            };
        };
        /** @description `illegal-transition`: The state does not allow this; `job-cancelled`: The job was cancelled; `attempts-exhausted`: All attempts are used; `job-final`: The job was closed for good; `active-job-exists`: There already is an active job */
        IllegalTransitionOrJobCancelledOrAttemptsExhaustedOrJobFinalOrActiveJobExists: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["IllegalTransitionProblem"] | components["schemas"]["JobCancelledProblem"] | components["schemas"]["AttemptsExhaustedProblem"] | components["schemas"]["JobFinalProblem"] | components["schemas"]["ActiveJobExistsProblem"];
            };
        };
        /** @description `illegal-transition`: The state does not allow this; `successor-exists`: The key has a successor */
        IllegalTransitionOrSuccessorExists: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["IllegalTransitionProblem"] | components["schemas"]["SuccessorExistsProblem"];
            };
        };
        /** @description `internal-error`: The server failed */
        InternalError: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InternalErrorProblem"];
            };
        };
        /** @description `invalid-request`: The request is not valid */
        InvalidRequest: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InvalidRequestProblem"];
            };
        };
        /** @description `invalid-request`: The request is not valid; `malformed-json`: The body is not JSON */
        InvalidRequestOrMalformedJson: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InvalidRequestProblem"] | components["schemas"]["MalformedJsonProblem"];
            };
        };
        /** @description `last-admin`: The last administrator cannot be removed */
        LastAdmin: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["LastAdminProblem"];
            };
        };
        /** @description `missing-credential`: A credential is needed; `invalid-credential`: The credential is not valid; `key-revoked`: The key has been revoked; `key-expired`: The key has expired */
        MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["MissingCredentialProblem"] | components["schemas"]["InvalidCredentialProblem"] | components["schemas"]["KeyRevokedProblem"] | components["schemas"]["KeyExpiredProblem"];
            };
        };
        /** @description `missing-credential`: A credential is needed; `invalid-credential`: The credential is not valid; `key-revoked`: The key has been revoked; `key-expired`: The key has expired; `session-ended`: The session has ended; `session-expired`: The session has expired */
        MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["MissingCredentialProblem"] | components["schemas"]["InvalidCredentialProblem"] | components["schemas"]["KeyRevokedProblem"] | components["schemas"]["KeyExpiredProblem"] | components["schemas"]["SessionEndedProblem"] | components["schemas"]["SessionExpiredProblem"];
            };
        };
        /** @description `network-forbidden`: Calls from this network are not allowed */
        NetworkForbidden: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NetworkForbiddenProblem"];
            };
        };
        /** @description `network-forbidden`: Calls from this network are not allowed; `cross-site-request`: The request comes from another site */
        NetworkForbiddenOrCrossSiteRequest: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NetworkForbiddenProblem"] | components["schemas"]["CrossSiteRequestProblem"];
            };
        };
        /** @description `network-forbidden`: Calls from this network are not allowed; `permission-missing`: A permission is missing */
        NetworkForbiddenOrPermissionMissing: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NetworkForbiddenProblem"] | components["schemas"]["PermissionMissingProblem"];
            };
        };
        /** @description `network-forbidden`: Calls from this network are not allowed; `permission-missing`: A permission is missing; `coordinator-suspended`: The coordinator is suspended; `repository-forbidden`: The repository is not allowed */
        NetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrRepositoryForbidden: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NetworkForbiddenProblem"] | components["schemas"]["PermissionMissingProblem"] | components["schemas"]["CoordinatorSuspendedProblem"] | components["schemas"]["RepositoryForbiddenProblem"];
            };
        };
        /** @description `network-forbidden`: Calls from this network are not allowed; `permission-missing`: A permission is missing; `cross-site-request`: The request comes from another site */
        NetworkForbiddenOrPermissionMissingOrCrossSiteRequest: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NetworkForbiddenProblem"] | components["schemas"]["PermissionMissingProblem"] | components["schemas"]["CrossSiteRequestProblem"];
            };
        };
        /** @description `network-forbidden`: Calls from this network are not allowed; `permission-missing`: A permission is missing; `cross-site-request`: The request comes from another site; `workspace-forbidden`: The workspace is not allowed */
        NetworkForbiddenOrPermissionMissingOrCrossSiteRequestOrWorkspaceForbidden: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NetworkForbiddenProblem"] | components["schemas"]["PermissionMissingProblem"] | components["schemas"]["CrossSiteRequestProblem"] | components["schemas"]["WorkspaceForbiddenProblem"];
            };
        };
        /** @description `network-forbidden`: Calls from this network are not allowed; `permission-missing`: A permission is missing; `workspace-forbidden`: The workspace is not allowed */
        NetworkForbiddenOrPermissionMissingOrWorkspaceForbidden: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NetworkForbiddenProblem"] | components["schemas"]["PermissionMissingProblem"] | components["schemas"]["WorkspaceForbiddenProblem"];
            };
        };
        /** @description `not-found`: Not found */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NotFoundProblem"];
            };
        };
        /** @description `overloaded`: The server cannot take this request now; `database-unavailable`: The database is not available */
        OverloadedOrDatabaseUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["OverloadedProblem"] | components["schemas"]["DatabaseUnavailableProblem"];
            };
        };
        /** @description `position-pruned`: The records after this position are gone */
        PositionPruned: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["PositionPrunedProblem"];
            };
        };
        /** @description `position-unknown`: The log has no such position yet */
        PositionUnknown: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["PositionUnknownProblem"];
            };
        };
        /** @description `precondition-failed`: The resource has changed */
        PreconditionFailed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["PreconditionFailedProblem"];
            };
        };
        /** @description `rate-limited`: Too many requests; `too-many-failures`: Too many failed attempts */
        RateLimitedOrTooManyFailures: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["RateLimitedProblem"] | components["schemas"]["TooManyFailuresProblem"];
            };
        };
        /** @description `rate-limited`: Too many requests; `too-many-failures`: Too many failed attempts; `exports-limited`: An export is running already */
        RateLimitedOrTooManyFailuresOrExportsLimited: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["RateLimitedProblem"] | components["schemas"]["TooManyFailuresProblem"] | components["schemas"]["ExportsLimitedProblem"];
            };
        };
        /** @description `record-unsealed`: The record is not sealed yet */
        RecordUnsealed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["RecordUnsealedProblem"];
            };
        };
        /** @description `content-too-large`: Too large */
        UncountedContentTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ContentTooLargeProblem"];
            };
        };
        /** @description `cross-site-request`: The request comes from another site; `https-required`: Signing in needs https */
        UncountedCrossSiteRequestOrHttpsRequired: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["CrossSiteRequestProblem"] | components["schemas"]["HttpsRequiredProblem"];
            };
        };
        /** @description `cross-site-request`: The request comes from another site; `https-required`: Signing in needs https; `network-forbidden`: Calls from this network are not allowed; `sign-in-refused`: The person may not sign in */
        UncountedCrossSiteRequestOrHttpsRequiredOrNetworkForbiddenOrSignInRefused: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["CrossSiteRequestProblem"] | components["schemas"]["HttpsRequiredProblem"] | components["schemas"]["NetworkForbiddenProblem"] | components["schemas"]["SignInRefusedProblem"];
            };
        };
        /** @description `headers-too-large`: The headers are too large */
        UncountedHeadersTooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["HeadersTooLargeProblem"];
            };
        };
        /** @description `internal-error`: The server failed */
        UncountedInternalError: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InternalErrorProblem"];
            };
        };
        /** @description `invalid-credential`: The credential is not valid; `key-revoked`: The key has been revoked; `key-expired`: The key has expired */
        UncountedInvalidCredentialOrKeyRevokedOrKeyExpired: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InvalidCredentialProblem"] | components["schemas"]["KeyRevokedProblem"] | components["schemas"]["KeyExpiredProblem"];
            };
        };
        /** @description `invalid-request`: The request is not valid */
        UncountedInvalidRequest: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InvalidRequestProblem"];
            };
        };
        /** @description `invalid-request`: The request is not valid; `malformed-json`: The body is not JSON */
        UncountedInvalidRequestOrMalformedJson: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["InvalidRequestProblem"] | components["schemas"]["MalformedJsonProblem"];
            };
        };
        /** @description `key-expired`: The key has expired; `key-revoked`: The key has been revoked; `sign-in-failed`: The sign-in with the provider failed */
        UncountedKeyExpiredOrKeyRevokedOrSignInFailed: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["KeyExpiredProblem"] | components["schemas"]["KeyRevokedProblem"] | components["schemas"]["SignInFailedProblem"];
            };
        };
        /** @description `missing-credential`: A credential is needed; `invalid-credential`: The credential is not valid */
        UncountedMissingCredentialOrInvalidCredential: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "WWW-Authenticate": components["headers"]["WWW-Authenticate"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["MissingCredentialProblem"] | components["schemas"]["InvalidCredentialProblem"];
            };
        };
        /** @description `network-forbidden`: Calls from this network are not allowed; `cross-site-request`: The request comes from another site; `https-required`: Signing in needs https */
        UncountedNetworkForbiddenOrCrossSiteRequestOrHttpsRequired: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NetworkForbiddenProblem"] | components["schemas"]["CrossSiteRequestProblem"] | components["schemas"]["HttpsRequiredProblem"];
            };
        };
        /** @description `not-found`: Not found */
        UncountedNotFound: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["NotFoundProblem"];
            };
        };
        /** @description `overloaded`: The server cannot take this request now */
        UncountedOverloaded: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["OverloadedProblem"];
            };
        };
        /** @description `overloaded`: The server cannot take this request now; `database-unavailable`: The database is not available */
        UncountedOverloadedOrDatabaseUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["OverloadedProblem"] | components["schemas"]["DatabaseUnavailableProblem"];
            };
        };
        /** @description `provider-unavailable`: The OpenID provider does not answer */
        UncountedProviderUnavailable: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["ProviderUnavailableProblem"];
            };
        };
        /** @description `rate-limited`: Too many requests; `too-many-failures`: Too many failed attempts */
        UncountedRateLimitedOrTooManyFailures: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["RateLimitedProblem"] | components["schemas"]["TooManyFailuresProblem"];
            };
        };
        /** @description `too-many-failures`: Too many failed attempts */
        UncountedTooManyFailures: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "Retry-After": components["headers"]["Retry-After"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["TooManyFailuresProblem"];
            };
        };
        /** @description `unsupported-media-type`: The body is of the wrong type */
        UncountedUnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
            };
        };
        /** @description `unsupported-media-type`: The body is of the wrong type */
        UnsupportedMediaType: {
            headers: {
                "X-Request-Id": components["headers"]["X-Request-Id"];
                "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["UnsupportedMediaTypeProblem"];
            };
        };
    };
    parameters: {
        /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
        "x-request-id": string;
        /** @description makes a repeat harmless: within 24 hours the same key with the same body gets the answer of the first request */
        "idempotency-key": string;
        /** @description goes on only where the job's `ETag` is one of these, else 412; `*` is any */
        "if-match": string;
        /** @description answers 304 without a body if the `ETag` is one of these; `*` is any */
        "if-none-match": string;
        /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
        "session-use": string;
        /** @description the position of the last event that the client has; goes before `after` */
        "last-event-id": string;
        /** @description set by Gitea: the body is of this event */
        "x-gitea-event": string;
        /** @description set by GitHub: the body is of this event */
        "x-github-event": string;
        /** @description set by Gitea: within 7 days the same id is answered with its first job */
        "x-gitea-delivery": string;
        /** @description set by GitHub: within 7 days the same id is answered with its first job */
        "x-github-delivery": string;
    };
    requestBodies: never;
    headers: {
        /** @description names this request in the log and in audit records; taken from the request where that has a sane one */
        "X-Request-Id": string;
        /** @description how many requests the caller may make within any minute */
        "RateLimit-Limit": number;
        /** @description how many of them are left now */
        "RateLimit-Remaining": number;
        /** @description seconds until the whole limit is free again */
        "RateLimit-Reset": number;
        /** @description when the key of this request expires; absent for a key that never does */
        "Coordinator-Key-Expires": string;
        /** @description seconds to wait before the next try */
        "Retry-After": number;
        /** @description how to say who calls */
        "WWW-Authenticate": string;
        /** @description of a job its `rev`, for `If-Match`; of a file its version; `If-None-Match` takes both */
        ETag: string;
        /** @description where to read what was created, or where to go on */
        Location: string;
        /** @description the cookie of the session: its token, or that the browser deletes it */
        "Set-Cookie": string;
        /** @description that this is the answer to an earlier request with the same `Idempotency-Key` */
        "Idempotency-Replayed": boolean;
        /** @description a name for the file */
        "Content-Disposition": string;
    };
    pathItems: never;
}
export type ActiveJobExistsProblem = components['schemas']['ActiveJobExistsProblem'];
export type AlreadyExistsProblem = components['schemas']['AlreadyExistsProblem'];
export type AttemptsExhaustedProblem = components['schemas']['AttemptsExhaustedProblem'];
export type Attention = components['schemas']['Attention'];
export type AttentionKind = components['schemas']['AttentionKind'];
export type AttentionSubject = components['schemas']['AttentionSubject'];
export type AuditAction = components['schemas']['AuditAction'];
export type AuditActorType = components['schemas']['AuditActorType'];
export type AuditChange = components['schemas']['AuditChange'];
export type AuditOutcome = components['schemas']['AuditOutcome'];
export type AuditRecord = components['schemas']['AuditRecord'];
export type AuditRecordPage = components['schemas']['AuditRecordPage'];
export type Backoff = components['schemas']['Backoff'];
export type BotDelivery = components['schemas']['BotDelivery'];
export type Checkpoint = components['schemas']['Checkpoint'];
export type CheckpointKey = components['schemas']['CheckpointKey'];
export type CheckpointPage = components['schemas']['CheckpointPage'];
export type ClaimJobRequest = components['schemas']['ClaimJobRequest'];
export type CompleteJobRequest = components['schemas']['CompleteJobRequest'];
export type ConsistencyProof = components['schemas']['ConsistencyProof'];
export type ContentTooLargeProblem = components['schemas']['ContentTooLargeProblem'];
export type Coordinator = components['schemas']['Coordinator'];
export type CoordinatorHealth = components['schemas']['CoordinatorHealth'];
export type CoordinatorKey = components['schemas']['CoordinatorKey'];
export type CoordinatorKeyPage = components['schemas']['CoordinatorKeyPage'];
export type CoordinatorPage = components['schemas']['CoordinatorPage'];
export type CoordinatorPermission = components['schemas']['CoordinatorPermission'];
export type CoordinatorStatus = components['schemas']['CoordinatorStatus'];
export type CoordinatorSuspendedProblem = components['schemas']['CoordinatorSuspendedProblem'];
export type CreateJobRequest = components['schemas']['CreateJobRequest'];
export type CreateOperatorRequest = components['schemas']['CreateOperatorRequest'];
export type CreateWebhookRequest = components['schemas']['CreateWebhookRequest'];
export type CreateWorkspaceRequest = components['schemas']['CreateWorkspaceRequest'];
export type CredentialState = components['schemas']['CredentialState'];
export type CrossSiteRequestProblem = components['schemas']['CrossSiteRequestProblem'];
export type DatabaseUnavailableProblem = components['schemas']['DatabaseUnavailableProblem'];
export type Disclosure = components['schemas']['Disclosure'];
export type Disclosures = components['schemas']['Disclosures'];
export type DispatchRequest = components['schemas']['DispatchRequest'];
export type Dispatched = components['schemas']['Dispatched'];
export type DispatchedJob = components['schemas']['DispatchedJob'];
export type DuplicateDelivery = components['schemas']['DuplicateDelivery'];
export type Erasure = components['schemas']['Erasure'];
export type ErasureRequest = components['schemas']['ErasureRequest'];
export type ExportsLimitedProblem = components['schemas']['ExportsLimitedProblem'];
export type FailJobRequest = components['schemas']['FailJobRequest'];
export type FailedJob = components['schemas']['FailedJob'];
export type Found = components['schemas']['Found'];
export type FoundItems = components['schemas']['FoundItems'];
export type FoundKey = components['schemas']['FoundKey'];
export type FoundKeyPage = components['schemas']['FoundKeyPage'];
export type HeadersTooLargeProblem = components['schemas']['HeadersTooLargeProblem'];
export type Health = components['schemas']['Health'];
export type HttpsRequiredProblem = components['schemas']['HttpsRequiredProblem'];
export type IdempotencyKeyReusedProblem = components['schemas']['IdempotencyKeyReusedProblem'];
export type IgnoredDelivery = components['schemas']['IgnoredDelivery'];
export type IllegalTransitionProblem = components['schemas']['IllegalTransitionProblem'];
export type InclusionProof = components['schemas']['InclusionProof'];
export type InclusionProofs = components['schemas']['InclusionProofs'];
export type InternalErrorProblem = components['schemas']['InternalErrorProblem'];
export type InvalidCredentialProblem = components['schemas']['InvalidCredentialProblem'];
export type InvalidRequestProblem = components['schemas']['InvalidRequestProblem'];
export type IssueKeyRequest = components['schemas']['IssueKeyRequest'];
export type IssuedKey = components['schemas']['IssuedKey'];
export type IssuedOperator = components['schemas']['IssuedOperator'];
export type IssuedWebhook = components['schemas']['IssuedWebhook'];
export type Job = components['schemas']['Job'];
export type JobAttempt = components['schemas']['JobAttempt'];
export type JobAttemptPage = components['schemas']['JobAttemptPage'];
export type JobCancelledProblem = components['schemas']['JobCancelledProblem'];
export type JobCount = components['schemas']['JobCount'];
export type JobCountByStatus = components['schemas']['JobCountByStatus'];
export type JobFinalProblem = components['schemas']['JobFinalProblem'];
export type JobPage = components['schemas']['JobPage'];
export type JobStatus = components['schemas']['JobStatus'];
export type KeyExpiredProblem = components['schemas']['KeyExpiredProblem'];
export type KeyRevokedProblem = components['schemas']['KeyRevokedProblem'];
export type LastAdminProblem = components['schemas']['LastAdminProblem'];
export type ListedCoordinator = components['schemas']['ListedCoordinator'];
export type MalformedJsonProblem = components['schemas']['MalformedJsonProblem'];
export type MinuteOfRequests = components['schemas']['MinuteOfRequests'];
export type MissingCredentialProblem = components['schemas']['MissingCredentialProblem'];
export type NetworkForbiddenProblem = components['schemas']['NetworkForbiddenProblem'];
export type NotFoundProblem = components['schemas']['NotFoundProblem'];
export type OidcCallbackRequest = components['schemas']['OidcCallbackRequest'];
export type OidcStart = components['schemas']['OidcStart'];
export type Operator = components['schemas']['Operator'];
export type OperatorIdentity = components['schemas']['OperatorIdentity'];
export type OperatorJobRequest = components['schemas']['OperatorJobRequest'];
export type OperatorPage = components['schemas']['OperatorPage'];
export type OperatorPermission = components['schemas']['OperatorPermission'];
export type OperatorRole = components['schemas']['OperatorRole'];
export type OperatorSelf = components['schemas']['OperatorSelf'];
export type OverloadedProblem = components['schemas']['OverloadedProblem'];
export type Overview = components['schemas']['Overview'];
export type PermissionMissingProblem = components['schemas']['PermissionMissingProblem'];
export type PositionPrunedProblem = components['schemas']['PositionPrunedProblem'];
export type PositionUnknownProblem = components['schemas']['PositionUnknownProblem'];
export type PreconditionFailedProblem = components['schemas']['PreconditionFailedProblem'];
export type PreviousAttempt = components['schemas']['PreviousAttempt'];
export type Problem = components['schemas']['Problem'];
export type ProblemCode = components['schemas']['ProblemCode'];
export type ProblemType = components['schemas']['ProblemType'];
export type ProgressedJob = components['schemas']['ProgressedJob'];
export type ProvenRecord = components['schemas']['ProvenRecord'];
export type ProviderUnavailableProblem = components['schemas']['ProviderUnavailableProblem'];
export type RateLimitedProblem = components['schemas']['RateLimitedProblem'];
export type RecordUnsealedProblem = components['schemas']['RecordUnsealedProblem'];
export type RegisterCoordinatorRequest = components['schemas']['RegisterCoordinatorRequest'];
export type RegisteredCoordinator = components['schemas']['RegisteredCoordinator'];
export type ReportProgressRequest = components['schemas']['ReportProgressRequest'];
export type RepositoryForbiddenProblem = components['schemas']['RepositoryForbiddenProblem'];
export type RepositoryId = components['schemas']['RepositoryId'];
export type RetryJobRequest = components['schemas']['RetryJobRequest'];
export type RetryPolicy = components['schemas']['RetryPolicy'];
export type RevokeKeyRequest = components['schemas']['RevokeKeyRequest'];
export type RotateKeyRequest = components['schemas']['RotateKeyRequest'];
export type RotateOwnKeyRequest = components['schemas']['RotateOwnKeyRequest'];
export type RotateWebhookRequest = components['schemas']['RotateWebhookRequest'];
export type RotatedKey = components['schemas']['RotatedKey'];
export type RunningLimitReachedProblem = components['schemas']['RunningLimitReachedProblem'];
export type SealState = components['schemas']['SealState'];
export type Session = components['schemas']['Session'];
export type SessionEndedProblem = components['schemas']['SessionEndedProblem'];
export type SessionExpiredProblem = components['schemas']['SessionExpiredProblem'];
export type SessionOperator = components['schemas']['SessionOperator'];
export type SessionPage = components['schemas']['SessionPage'];
export type SignInFailedProblem = components['schemas']['SignInFailedProblem'];
export type SignInOptions = components['schemas']['SignInOptions'];
export type SignInProvider = components['schemas']['SignInProvider'];
export type SignInRefusedProblem = components['schemas']['SignInRefusedProblem'];
export type SignInRequest = components['schemas']['SignInRequest'];
export type SignedIn = components['schemas']['SignedIn'];
export type SignedInOperator = components['schemas']['SignedInOperator'];
export type StaleAttemptProblem = components['schemas']['StaleAttemptProblem'];
export type StopJobsRequest = components['schemas']['StopJobsRequest'];
export type StoppedJobs = components['schemas']['StoppedJobs'];
export type SuccessorExistsProblem = components['schemas']['SuccessorExistsProblem'];
export type TooManyFailuresProblem = components['schemas']['TooManyFailuresProblem'];
export type Trigger = components['schemas']['Trigger'];
export type TriggerAction = components['schemas']['TriggerAction'];
export type TriggerWho = components['schemas']['TriggerWho'];
export type UnprovenRecord = components['schemas']['UnprovenRecord'];
export type UnsupportedMediaTypeProblem = components['schemas']['UnsupportedMediaTypeProblem'];
export type UpdateCoordinatorRequest = components['schemas']['UpdateCoordinatorRequest'];
export type UpdateOperatorRequest = components['schemas']['UpdateOperatorRequest'];
export type UpdateStatusRequest = components['schemas']['UpdateStatusRequest'];
export type UpdateWorkspaceRequest = components['schemas']['UpdateWorkspaceRequest'];
export type VisibleCoordinator = components['schemas']['VisibleCoordinator'];
export type VisibleCoordinatorPage = components['schemas']['VisibleCoordinatorPage'];
export type VisibleWorkspace = components['schemas']['VisibleWorkspace'];
export type VisibleWorkspacePage = components['schemas']['VisibleWorkspacePage'];
export type Webhook = components['schemas']['Webhook'];
export type WebhookPage = components['schemas']['WebhookPage'];
export type Workspace = components['schemas']['Workspace'];
export type WorkspaceForbiddenProblem = components['schemas']['WorkspaceForbiddenProblem'];
export type WorkspacePage = components['schemas']['WorkspacePage'];
export type WorkspaceTriggers = components['schemas']['WorkspaceTriggers'];
export type ResponseAlreadyExists = components['responses']['AlreadyExists'];
export type ResponseAlreadyExistsOrLastAdmin = components['responses']['AlreadyExistsOrLastAdmin'];
export type ResponseContentTooLarge = components['responses']['ContentTooLarge'];
export type ResponseCoordinatorActiveJobExists = components['responses']['CoordinatorActiveJobExists'];
export type ResponseCoordinatorContentTooLarge = components['responses']['CoordinatorContentTooLarge'];
export type ResponseCoordinatorHeadersTooLarge = components['responses']['CoordinatorHeadersTooLarge'];
export type ResponseCoordinatorIdempotencyKeyReused = components['responses']['CoordinatorIdempotencyKeyReused'];
export type ResponseCoordinatorIllegalTransitionOrSuccessorExists = components['responses']['CoordinatorIllegalTransitionOrSuccessorExists'];
export type ResponseCoordinatorInternalError = components['responses']['CoordinatorInternalError'];
export type ResponseCoordinatorInvalidRequest = components['responses']['CoordinatorInvalidRequest'];
export type ResponseCoordinatorInvalidRequestOrMalformedJson = components['responses']['CoordinatorInvalidRequestOrMalformedJson'];
export type ResponseCoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired = components['responses']['CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired'];
export type ResponseCoordinatorNetworkForbiddenOrCoordinatorSuspended = components['responses']['CoordinatorNetworkForbiddenOrCoordinatorSuspended'];
export type ResponseCoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspended = components['responses']['CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspended'];
export type ResponseCoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrRepositoryForbidden = components['responses']['CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrRepositoryForbidden'];
export type ResponseCoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrWorkspaceForbidden = components['responses']['CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrWorkspaceForbidden'];
export type ResponseCoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrWorkspaceForbiddenOrRepositoryForbidden = components['responses']['CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrWorkspaceForbiddenOrRepositoryForbidden'];
export type ResponseCoordinatorNotFound = components['responses']['CoordinatorNotFound'];
export type ResponseCoordinatorOverloadedOrDatabaseUnavailable = components['responses']['CoordinatorOverloadedOrDatabaseUnavailable'];
export type ResponseCoordinatorPositionPruned = components['responses']['CoordinatorPositionPruned'];
export type ResponseCoordinatorPositionUnknown = components['responses']['CoordinatorPositionUnknown'];
export type ResponseCoordinatorPreconditionFailed = components['responses']['CoordinatorPreconditionFailed'];
export type ResponseCoordinatorRateLimitedOrTooManyFailures = components['responses']['CoordinatorRateLimitedOrTooManyFailures'];
export type ResponseCoordinatorStaleAttemptOrIllegalTransitionOrJobCancelled = components['responses']['CoordinatorStaleAttemptOrIllegalTransitionOrJobCancelled'];
export type ResponseCoordinatorStaleAttemptOrIllegalTransitionOrJobCancelledOrAttemptsExhaustedOrJobFinalOrActiveJobExists = components['responses']['CoordinatorStaleAttemptOrIllegalTransitionOrJobCancelledOrAttemptsExhaustedOrJobFinalOrActiveJobExists'];
export type ResponseCoordinatorStaleAttemptOrIllegalTransitionOrJobCancelledOrRunningLimitReached = components['responses']['CoordinatorStaleAttemptOrIllegalTransitionOrJobCancelledOrRunningLimitReached'];
export type ResponseCoordinatorUnsupportedMediaType = components['responses']['CoordinatorUnsupportedMediaType'];
export type ResponseHeadersTooLarge = components['responses']['HeadersTooLarge'];
export type ResponseIllegalTransition = components['responses']['IllegalTransition'];
export type ResponseIllegalTransitionOrJobCancelledOrAttemptsExhaustedOrJobFinalOrActiveJobExists = components['responses']['IllegalTransitionOrJobCancelledOrAttemptsExhaustedOrJobFinalOrActiveJobExists'];
export type ResponseIllegalTransitionOrSuccessorExists = components['responses']['IllegalTransitionOrSuccessorExists'];
export type ResponseInternalError = components['responses']['InternalError'];
export type ResponseInvalidRequest = components['responses']['InvalidRequest'];
export type ResponseInvalidRequestOrMalformedJson = components['responses']['InvalidRequestOrMalformedJson'];
export type ResponseLastAdmin = components['responses']['LastAdmin'];
export type ResponseMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired = components['responses']['MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired'];
export type ResponseMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired = components['responses']['MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired'];
export type ResponseNetworkForbidden = components['responses']['NetworkForbidden'];
export type ResponseNetworkForbiddenOrCrossSiteRequest = components['responses']['NetworkForbiddenOrCrossSiteRequest'];
export type ResponseNetworkForbiddenOrPermissionMissing = components['responses']['NetworkForbiddenOrPermissionMissing'];
export type ResponseNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrRepositoryForbidden = components['responses']['NetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrRepositoryForbidden'];
export type ResponseNetworkForbiddenOrPermissionMissingOrCrossSiteRequest = components['responses']['NetworkForbiddenOrPermissionMissingOrCrossSiteRequest'];
export type ResponseNetworkForbiddenOrPermissionMissingOrCrossSiteRequestOrWorkspaceForbidden = components['responses']['NetworkForbiddenOrPermissionMissingOrCrossSiteRequestOrWorkspaceForbidden'];
export type ResponseNetworkForbiddenOrPermissionMissingOrWorkspaceForbidden = components['responses']['NetworkForbiddenOrPermissionMissingOrWorkspaceForbidden'];
export type ResponseNotFound = components['responses']['NotFound'];
export type ResponseOverloadedOrDatabaseUnavailable = components['responses']['OverloadedOrDatabaseUnavailable'];
export type ResponsePositionPruned = components['responses']['PositionPruned'];
export type ResponsePositionUnknown = components['responses']['PositionUnknown'];
export type ResponsePreconditionFailed = components['responses']['PreconditionFailed'];
export type ResponseRateLimitedOrTooManyFailures = components['responses']['RateLimitedOrTooManyFailures'];
export type ResponseRateLimitedOrTooManyFailuresOrExportsLimited = components['responses']['RateLimitedOrTooManyFailuresOrExportsLimited'];
export type ResponseRecordUnsealed = components['responses']['RecordUnsealed'];
export type ResponseUncountedContentTooLarge = components['responses']['UncountedContentTooLarge'];
export type ResponseUncountedCrossSiteRequestOrHttpsRequired = components['responses']['UncountedCrossSiteRequestOrHttpsRequired'];
export type ResponseUncountedCrossSiteRequestOrHttpsRequiredOrNetworkForbiddenOrSignInRefused = components['responses']['UncountedCrossSiteRequestOrHttpsRequiredOrNetworkForbiddenOrSignInRefused'];
export type ResponseUncountedHeadersTooLarge = components['responses']['UncountedHeadersTooLarge'];
export type ResponseUncountedInternalError = components['responses']['UncountedInternalError'];
export type ResponseUncountedInvalidCredentialOrKeyRevokedOrKeyExpired = components['responses']['UncountedInvalidCredentialOrKeyRevokedOrKeyExpired'];
export type ResponseUncountedInvalidRequest = components['responses']['UncountedInvalidRequest'];
export type ResponseUncountedInvalidRequestOrMalformedJson = components['responses']['UncountedInvalidRequestOrMalformedJson'];
export type ResponseUncountedKeyExpiredOrKeyRevokedOrSignInFailed = components['responses']['UncountedKeyExpiredOrKeyRevokedOrSignInFailed'];
export type ResponseUncountedMissingCredentialOrInvalidCredential = components['responses']['UncountedMissingCredentialOrInvalidCredential'];
export type ResponseUncountedNetworkForbiddenOrCrossSiteRequestOrHttpsRequired = components['responses']['UncountedNetworkForbiddenOrCrossSiteRequestOrHttpsRequired'];
export type ResponseUncountedNotFound = components['responses']['UncountedNotFound'];
export type ResponseUncountedOverloaded = components['responses']['UncountedOverloaded'];
export type ResponseUncountedOverloadedOrDatabaseUnavailable = components['responses']['UncountedOverloadedOrDatabaseUnavailable'];
export type ResponseUncountedProviderUnavailable = components['responses']['UncountedProviderUnavailable'];
export type ResponseUncountedRateLimitedOrTooManyFailures = components['responses']['UncountedRateLimitedOrTooManyFailures'];
export type ResponseUncountedTooManyFailures = components['responses']['UncountedTooManyFailures'];
export type ResponseUncountedUnsupportedMediaType = components['responses']['UncountedUnsupportedMediaType'];
export type ResponseUnsupportedMediaType = components['responses']['UnsupportedMediaType'];
export type ParameterXRequestId = components['parameters']['x-request-id'];
export type ParameterIdempotencyKey = components['parameters']['idempotency-key'];
export type ParameterIfMatch = components['parameters']['if-match'];
export type ParameterIfNoneMatch = components['parameters']['if-none-match'];
export type ParameterSessionUse = components['parameters']['session-use'];
export type ParameterLastEventId = components['parameters']['last-event-id'];
export type ParameterXGiteaEvent = components['parameters']['x-gitea-event'];
export type ParameterXGithubEvent = components['parameters']['x-github-event'];
export type ParameterXGiteaDelivery = components['parameters']['x-gitea-delivery'];
export type ParameterXGithubDelivery = components['parameters']['x-github-delivery'];
export type HeaderXRequestId = components['headers']['X-Request-Id'];
export type HeaderRateLimitLimit = components['headers']['RateLimit-Limit'];
export type HeaderRateLimitRemaining = components['headers']['RateLimit-Remaining'];
export type HeaderRateLimitReset = components['headers']['RateLimit-Reset'];
export type HeaderCoordinatorKeyExpires = components['headers']['Coordinator-Key-Expires'];
export type HeaderRetryAfter = components['headers']['Retry-After'];
export type HeaderWwwAuthenticate = components['headers']['WWW-Authenticate'];
export type HeaderETag = components['headers']['ETag'];
export type HeaderLocation = components['headers']['Location'];
export type HeaderSetCookie = components['headers']['Set-Cookie'];
export type HeaderIdempotencyReplayed = components['headers']['Idempotency-Replayed'];
export type HeaderContentDisposition = components['headers']['Content-Disposition'];
export type $defs = Record<string, never>;
export interface operations {
    coordinatorsList: {
        parameters: {
            query?: {
                /** @description only the coordinator with this name */
                name?: string;
                /** @description only those whose name begins with this text, in upper or lower case */
                search?: string;
                /** @description only coordinators with this status */
                status?: components["schemas"]["CoordinatorStatus"];
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CoordinatorPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorsRegister: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 64 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterCoordinatorRequest"];
            };
        };
        responses: {
            /** @description A new coordinator with its first key */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RegisteredCoordinator"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            409: components["responses"]["AlreadyExists"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorsFind: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A coordinator */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coordinator"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorsDelete: {
        parameters: {
            query?: {
                /** @description what happens to its RUNNING jobs */
                runs?: "leave" | "requeue" | "cancel";
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorsChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 64 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateCoordinatorRequest"];
            };
        };
        responses: {
            /** @description A coordinator */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Coordinator"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["AlreadyExists"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorKeysList: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CoordinatorKeyPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorKeysIssue: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 16 KiB */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["IssueKeyRequest"];
            };
        };
        responses: {
            /** @description A new key */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedKey"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorKeysFind: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path: {
                /** @description id of the resource */
                id: string;
                /** @description id of the key */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A key of a coordinator, without its secret */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CoordinatorKey"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorKeysRevoke: {
        parameters: {
            query?: {
                /** @description whether to revoke its predecessors and all their successors too */
                chain?: "true" | "false";
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
                /** @description id of the key */
                keyId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorKeysRotate: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
                /** @description id of the key */
                keyId: string;
            };
            cookie?: never;
        };
        /** @description At most 16 KiB */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateKeyRequest"];
            };
        };
        responses: {
            /** @description The successor of a key */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedKey"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["IllegalTransitionOrSuccessorExists"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    webhooksList: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WebhookPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    webhooksCreate: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 16 KiB */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CreateWebhookRequest"];
            };
        };
        responses: {
            /** @description A new webhook */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedWebhook"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    webhooksFind: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path: {
                /** @description id of the resource */
                id: string;
                /** @description id of the webhook */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An endpoint for one forge, which signs its deliveries */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Webhook"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    webhooksRevoke: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
                /** @description id of the webhook */
                webhookId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    webhooksRotate: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
                /** @description id of the webhook */
                webhookId: string;
            };
            cookie?: never;
        };
        /** @description At most 16 KiB */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateWebhookRequest"];
            };
        };
        responses: {
            /** @description A new webhook */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedWebhook"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["IllegalTransition"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    allKeysSearch: {
        parameters: {
            query?: {
                /** @description only the key with this public part */
                kid?: string;
                /** @description only keys whose kid begins with this text */
                kidPrefix?: string;
                /** @description only keys of this coordinator */
                coordinatorId?: string;
                /** @description `true`: only keys that were never used */
                unused?: "true";
                /** @description only keys in this state */
                state?: components["schemas"]["CredentialState"];
                /** @description only keys that expire, or expired, before this time */
                expiringBefore?: string;
                /** @description only keys that were issued before this time and not used at or after it */
                unusedSince?: string;
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundKeyPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    operatorsList: {
        parameters: {
            query?: {
                /** @description only the operator with this name */
                name?: string;
                /** @description only those whose name begins with this text, in upper or lower case */
                search?: string;
                /** @description only operators with this role */
                role?: components["schemas"]["OperatorRole"];
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    operatorsCreate: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 64 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateOperatorRequest"];
            };
        };
        responses: {
            /** @description An operator with a new key */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedOperator"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            409: components["responses"]["AlreadyExists"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    operatorsFind: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A person or tool on the admin side */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operator"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    operatorsDelete: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["LastAdmin"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    operatorsChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 64 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateOperatorRequest"];
            };
        };
        responses: {
            /** @description A person or tool on the admin side */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Operator"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["AlreadyExistsOrLastAdmin"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    operatorsRotate: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An operator with a new key */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedOperator"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["IllegalTransition"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    workspacesList: {
        parameters: {
            query?: {
                /** @description a unique short name */
                slug?: string;
                /** @description only those whose slug or name begins with this text, in upper or lower case */
                search?: string;
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkspacePage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    workspacesCreate: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 256 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateWorkspaceRequest"];
            };
        };
        responses: {
            /** @description A tenant */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            409: components["responses"]["AlreadyExists"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    workspacesFind: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A tenant */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    workspacesChange: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 256 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateWorkspaceRequest"];
            };
        };
        responses: {
            /** @description A tenant */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["AlreadyExists"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    auditLogList: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of records on the page */
                limit?: number;
                /** @description only records of this workspace */
                workspaceId?: string;
                /** @description only records of this coordinator or operator */
                actorId?: string;
                /** @description only records of actions with this key, by its `id` */
                keyId?: string;
                /** @description only records of actions with this key, by its public part; of an operator, its present key */
                kid?: string;
                /** @description only records of this resource */
                resourceId?: string;
                /** @description only records of this action; repeat the parameter for several */
                action?: components["schemas"]["AuditAction"][];
                /** @description only records with this outcome */
                outcome?: components["schemas"]["AuditOutcome"];
                /** @description only records of the request with this `X-Request-Id` */
                requestId?: string;
                /** @description only records of this kind of actor */
                actorType?: components["schemas"]["AuditActorType"];
                /** @description only records with exactly this reason */
                reason?: string;
                /** @description only records from this address or network */
                sourceIp?: string;
                /** @description only records at or after this time */
                from?: string;
                /** @description only records before this time */
                to?: string;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of the audit log */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditRecordPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrWorkspaceForbidden"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    auditLogFind: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A record of the audit log */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AuditRecord"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    checkpointsProve: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Proves that a checkpoint covers a record */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InclusionProof"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["RecordUnsealed"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    checkpointsFindKey: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key that signs checkpoints now */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckpointKey"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    checkpointsList: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CheckpointPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    checkpointsProveConsistency: {
        parameters: {
            query: {
                /** @description the number of the earlier checkpoint, at most that of the later one */
                from: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path: {
                /** @description the number of the later checkpoint */
                seq: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Proves that one checkpoint continues another: no record before it was changed */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConsistencyProof"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    checkpointsLatest: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A signed statement of the size and root of the tree */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Checkpoint"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    erasuresErase: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 16 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ErasureRequest"];
            };
        };
        responses: {
            /** @description The source addresses and user agents of an actor were erased */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Erasure"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    auditExportsExport: {
        parameters: {
            query?: {
                /** @description format of the file; `ocsf`: events of OCSF class 6003 (API Activity), one per line */
                format?: "ndjson" | "csv" | "ocsf";
                /** @description only records of this workspace */
                workspaceId?: string;
                /** @description only records of this coordinator or operator */
                actorId?: string;
                /** @description only records of actions with this key, by its `id` */
                keyId?: string;
                /** @description only records of actions with this key, by its public part; of an operator, its present key */
                kid?: string;
                /** @description only records of this resource */
                resourceId?: string;
                /** @description only records of this action; repeat the parameter for several */
                action?: components["schemas"]["AuditAction"][];
                /** @description only records with this outcome */
                outcome?: components["schemas"]["AuditOutcome"];
                /** @description only records of the request with this `X-Request-Id` */
                requestId?: string;
                /** @description only records of this kind of actor */
                actorType?: components["schemas"]["AuditActorType"];
                /** @description only records with exactly this reason */
                reason?: string;
                /** @description only records from this address or network */
                sourceIp?: string;
                /** @description only records at or after this time */
                from?: string;
                /** @description only records before this time */
                to?: string;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A file */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Content-Disposition": components["headers"]["Content-Disposition"];
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrWorkspaceForbidden"];
            429: components["responses"]["RateLimitedOrTooManyFailuresOrExportsLimited"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    auditFeedFollow: {
        parameters: {
            query?: {
                /** @description the position after which the feed goes on; `latest`: only records that are sealed from now on. Without it, from the oldest record */
                after?: string;
                /** @description `false`: the answer ends with the newest sealed record */
                follow?: "true" | "false";
                /** @description what an event is; `ocsf`: an event of OCSF class 6003 (API Activity) */
                format?: "record" | "ocsf";
                /** @description only records of this workspace */
                workspaceId?: string;
                /** @description only records of this coordinator or operator */
                actorId?: string;
                /** @description only records of actions with this key, by its `id` */
                keyId?: string;
                /** @description only records of actions with this key, by its public part; of an operator, its present key */
                kid?: string;
                /** @description only records of this resource */
                resourceId?: string;
                /** @description only records of this action; repeat the parameter for several */
                action?: components["schemas"]["AuditAction"][];
                /** @description only records with this outcome */
                outcome?: components["schemas"]["AuditOutcome"];
                /** @description only records of the request with this `X-Request-Id` */
                requestId?: string;
                /** @description only records of this kind of actor */
                actorType?: components["schemas"]["AuditActorType"];
                /** @description only records with exactly this reason */
                reason?: string;
                /** @description only records from this address or network */
                sourceIp?: string;
                /** @description only records at or after this time */
                from?: string;
                /** @description only records before this time */
                to?: string;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description the position of the last event that the client has; goes before `after` */
                "Last-Event-ID"?: components["parameters"]["last-event-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrWorkspaceForbidden"];
            409: components["responses"]["PositionUnknown"];
            410: components["responses"]["PositionPruned"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    checkpointsProveAll: {
        parameters: {
            query: {
                /** @description the records */
                ids: string[];
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Proves that a checkpoint covers several records */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InclusionProofs"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorEventsFollow: {
        parameters: {
            query?: {
                /** @description the position after which the feed goes on; `latest`: only records that are sealed from now on. Without it, from the oldest record */
                after?: string;
                /** @description `false`: the answer ends with the newest sealed record */
                follow?: "true" | "false";
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description the position of the last event that the client has; goes before `after` */
                "Last-Event-ID"?: components["parameters"]["last-event-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                    "application/x-ndjson": string;
                };
            };
            400: components["responses"]["CoordinatorInvalidRequest"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspended"];
            409: components["responses"]["CoordinatorPositionUnknown"];
            410: components["responses"]["CoordinatorPositionPruned"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorHealthRead: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller, its rate limit and the state of the database */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CoordinatorHealth"];
                };
            };
            400: components["responses"]["CoordinatorInvalidRequest"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrCoordinatorSuspended"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorJobsList: {
        parameters: {
            query?: {
                /** @description only jobs of this workspace */
                workspaceId?: string;
                /** @description only jobs with this status; `QUEUED`, from the older API, is the same as `PENDING` */
                status?: components["schemas"]["JobStatus"];
                /** @description only jobs of this type */
                type?: string;
                /** @description only jobs of this repository, `owner/repo` */
                repository?: string;
                /** @description only jobs of this issue number */
                issueNumber?: number;
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            400: components["responses"]["CoordinatorInvalidRequest"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrWorkspaceForbidden"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorJobsCreate: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description makes a repeat harmless: within 24 hours the same key with the same body gets the answer of the first request */
                "Idempotency-Key"?: components["parameters"]["idempotency-key"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 1024 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateJobRequest"];
            };
        };
        responses: {
            /** @description The job */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description The job */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["CoordinatorInvalidRequestOrMalformedJson"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrWorkspaceForbiddenOrRepositoryForbidden"];
            413: components["responses"]["CoordinatorContentTooLarge"];
            415: components["responses"]["CoordinatorUnsupportedMediaType"];
            422: components["responses"]["CoordinatorIdempotencyKeyReused"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorJobsFind: {
        parameters: {
            query?: {
                /** @description with `If-None-Match`: how long to wait for a change before the answer is 304; default: not at all */
                waitSeconds?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description answers 304 without a body if the `ETag` is one of these; `*` is any */
                "If-None-Match"?: components["parameters"]["if-none-match"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A job with its current attempt */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["CoordinatorInvalidRequest"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspended"];
            404: components["responses"]["CoordinatorNotFound"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorJobsAttempts: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAttemptPage"];
                };
            };
            400: components["responses"]["CoordinatorInvalidRequest"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspended"];
            404: components["responses"]["CoordinatorNotFound"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorJobsComplete: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description goes on only where the job's `ETag` is one of these, else 412; `*` is any */
                "If-Match"?: components["parameters"]["if-match"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 1024 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompleteJobRequest"];
            };
        };
        responses: {
            /** @description The job */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["CoordinatorInvalidRequestOrMalformedJson"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspended"];
            404: components["responses"]["CoordinatorNotFound"];
            409: components["responses"]["CoordinatorStaleAttemptOrIllegalTransitionOrJobCancelled"];
            412: components["responses"]["CoordinatorPreconditionFailed"];
            413: components["responses"]["CoordinatorContentTooLarge"];
            415: components["responses"]["CoordinatorUnsupportedMediaType"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorJobsFail: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description goes on only where the job's `ETag` is one of these, else 412; `*` is any */
                "If-Match"?: components["parameters"]["if-match"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 3094 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["FailJobRequest"];
            };
        };
        responses: {
            /** @description The job, and which texts of the report were cut */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FailedJob"];
                };
            };
            400: components["responses"]["CoordinatorInvalidRequestOrMalformedJson"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspended"];
            404: components["responses"]["CoordinatorNotFound"];
            409: components["responses"]["CoordinatorStaleAttemptOrIllegalTransitionOrJobCancelled"];
            412: components["responses"]["CoordinatorPreconditionFailed"];
            413: components["responses"]["CoordinatorContentTooLarge"];
            415: components["responses"]["CoordinatorUnsupportedMediaType"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorJobsProgress: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description goes on only where the job's `ETag` is one of these, else 412; `*` is any */
                "If-Match"?: components["parameters"]["if-match"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 1024 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReportProgressRequest"];
            };
        };
        responses: {
            /** @description The job, and what became of the report */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgressedJob"];
                };
            };
            400: components["responses"]["CoordinatorInvalidRequestOrMalformedJson"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspended"];
            404: components["responses"]["CoordinatorNotFound"];
            409: components["responses"]["CoordinatorStaleAttemptOrIllegalTransitionOrJobCancelled"];
            412: components["responses"]["CoordinatorPreconditionFailed"];
            413: components["responses"]["CoordinatorContentTooLarge"];
            415: components["responses"]["CoordinatorUnsupportedMediaType"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorJobsRetry: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description goes on only where the job's `ETag` is one of these, else 412; `*` is any */
                "If-Match"?: components["parameters"]["if-match"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 16 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["RetryJobRequest"];
            };
        };
        responses: {
            /** @description The job */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["CoordinatorInvalidRequestOrMalformedJson"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspended"];
            404: components["responses"]["CoordinatorNotFound"];
            409: components["responses"]["CoordinatorStaleAttemptOrIllegalTransitionOrJobCancelledOrAttemptsExhaustedOrJobFinalOrActiveJobExists"];
            412: components["responses"]["CoordinatorPreconditionFailed"];
            413: components["responses"]["CoordinatorContentTooLarge"];
            415: components["responses"]["CoordinatorUnsupportedMediaType"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorJobsUpdateStatus: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description goes on only where the job's `ETag` is one of these, else 412; `*` is any */
                "If-Match"?: components["parameters"]["if-match"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 16 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["UpdateStatusRequest"];
            };
        };
        responses: {
            /** @description A job with its current attempt */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["CoordinatorInvalidRequestOrMalformedJson"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspended"];
            404: components["responses"]["CoordinatorNotFound"];
            409: components["responses"]["CoordinatorStaleAttemptOrIllegalTransitionOrJobCancelledOrRunningLimitReached"];
            412: components["responses"]["CoordinatorPreconditionFailed"];
            413: components["responses"]["CoordinatorContentTooLarge"];
            415: components["responses"]["CoordinatorUnsupportedMediaType"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    coordinatorJobsClaim: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description makes a repeat harmless: within 24 hours the same key with the same body gets the answer of the first request */
                "Idempotency-Key"?: components["parameters"]["idempotency-key"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 128 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["ClaimJobRequest"];
            };
        };
        responses: {
            /** @description A job with its current attempt */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    ETag: components["headers"]["ETag"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description There was no such job until the end of the wait, or `maxRunning` is reached */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["CoordinatorInvalidRequestOrMalformedJson"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrWorkspaceForbidden"];
            413: components["responses"]["CoordinatorContentTooLarge"];
            415: components["responses"]["CoordinatorUnsupportedMediaType"];
            422: components["responses"]["CoordinatorIdempotencyKeyReused"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    ownKeyRotate: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 16 KiB */
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RotateOwnKeyRequest"];
            };
        };
        responses: {
            /** @description The successor of a key */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RotatedKey"];
                };
            };
            400: components["responses"]["CoordinatorInvalidRequestOrMalformedJson"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspended"];
            409: components["responses"]["CoordinatorIllegalTransitionOrSuccessorExists"];
            413: components["responses"]["CoordinatorContentTooLarge"];
            415: components["responses"]["CoordinatorUnsupportedMediaType"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    visibleCoordinatorsList: {
        parameters: {
            query?: {
                /** @description only coordinators with these ids */
                ids?: string[];
                /** @description only those whose name begins with this text, in upper or lower case */
                search?: string;
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisibleCoordinatorPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    findFind: {
        parameters: {
            query: {
                /** @description an id, a kid or its beginning, an issue (`owner/repo#42`, or its URL), a repository, an `X-Request-Id`, or how a name begins; never a whole key */
                q: string;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a text leads to */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FoundItems"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    healthLive: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the server can serve requests */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["UncountedInvalidRequest"];
            431: components["responses"]["UncountedHeadersTooLarge"];
            500: components["responses"]["UncountedInternalError"];
            503: components["responses"]["UncountedOverloaded"];
        };
    };
    healthReady: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the server can serve requests */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            400: components["responses"]["UncountedInvalidRequest"];
            431: components["responses"]["UncountedHeadersTooLarge"];
            500: components["responses"]["UncountedInternalError"];
            /** @description Whether the server can serve requests; `overloaded`: The server cannot take this request now */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Retry-After": components["headers"]["Retry-After"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                    "application/problem+json": components["schemas"]["OverloadedProblem"];
                };
            };
        };
    };
    jobsList: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
                /** @description only jobs of this workspace */
                workspaceId?: string;
                /** @description only jobs with one of these statuses; repeat the parameter for several */
                status?: components["schemas"]["JobStatus"][];
                /** @description only jobs of this type */
                type?: string;
                /** @description only jobs of this repository, `owner/repo` */
                repository?: string;
                /** @description only jobs of this issue number */
                issueNumber?: number;
                /** @description only jobs that this coordinator works on, or worked on last */
                coordinatorId?: string;
                /** @description only jobs that were created at this time or later */
                createdAfter?: string;
                /** @description only jobs that were created before this time */
                createdBefore?: string;
                /** @description only jobs that have not changed since this time */
                updatedBefore?: string;
                /** @description `none`: only RUNNING jobs without a lease; `live`: only RUNNING jobs with one */
                lease?: "none" | "live";
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrWorkspaceForbidden"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    jobsFind: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
                /** @description answers 304 without a body if the `ETag` is one of these; `*` is any */
                "If-None-Match"?: components["parameters"]["if-none-match"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A job with its current attempt */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    jobsAttempts: {
        parameters: {
            query?: {
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobAttemptPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            404: components["responses"]["NotFound"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    operatorJobsCancel: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description goes on only where the job's `ETag` is one of these, else 412; `*` is any */
                "If-Match"?: components["parameters"]["if-match"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 16 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperatorJobRequest"];
            };
        };
        responses: {
            /** @description The job */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["IllegalTransition"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    operatorJobsRetry: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description goes on only where the job's `ETag` is one of these, else 412; `*` is any */
                "If-Match"?: components["parameters"]["if-match"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        /** @description At most 16 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["OperatorJobRequest"];
            };
        };
        responses: {
            /** @description The job */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["IllegalTransitionOrJobCancelledOrAttemptsExhaustedOrJobFinalOrActiveJobExists"];
            412: components["responses"]["PreconditionFailed"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    operatorJobsCancelAll: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 16 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["StopJobsRequest"];
            };
        };
        responses: {
            /** @description What became of the jobs */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StoppedJobs"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCrossSiteRequestOrWorkspaceForbidden"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    jobsCount: {
        parameters: {
            query?: {
                /** @description only jobs of this workspace */
                workspaceId?: string;
                /** @description only jobs with one of these statuses; repeat the parameter for several */
                status?: components["schemas"]["JobStatus"][];
                /** @description only jobs of this type */
                type?: string;
                /** @description only jobs of this repository, `owner/repo` */
                repository?: string;
                /** @description only jobs of this issue number */
                issueNumber?: number;
                /** @description only jobs that this coordinator works on, or worked on last */
                coordinatorId?: string;
                /** @description only jobs that were created at this time or later */
                createdAfter?: string;
                /** @description only jobs that were created before this time */
                createdBefore?: string;
                /** @description only jobs that have not changed since this time */
                updatedBefore?: string;
                /** @description `none`: only RUNNING jobs without a lease; `live`: only RUNNING jobs with one */
                lease?: "none" | "live";
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How many jobs match a filter */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobCount"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrWorkspaceForbidden"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    keyRevocationRevoke: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 2 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["RevokeKeyRequest"];
            };
        };
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["UncountedInvalidRequestOrMalformedJson"];
            413: components["responses"]["UncountedContentTooLarge"];
            415: components["responses"]["UncountedUnsupportedMediaType"];
            429: components["responses"]["UncountedTooManyFailures"];
            431: components["responses"]["UncountedHeadersTooLarge"];
            500: components["responses"]["UncountedInternalError"];
            503: components["responses"]["UncountedOverloadedOrDatabaseUnavailable"];
        };
    };
    meFind: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The operator that asks */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperatorSelf"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbidden"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    overviewFind: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state of the registry, as far as the operator may see it */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    problemPageDescribe: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description answers 304 without a body if the `ETag` is one of these; `*` is any */
                "If-None-Match"?: components["parameters"]["if-none-match"];
            };
            path: {
                /** @description the `code` of the problem */
                code: components["schemas"]["ProblemCode"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The explanation */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                    "application/json": components["schemas"]["ProblemType"];
                };
            };
            /** @description Not Modified */
            304: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    ETag: components["headers"]["ETag"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["UncountedInvalidRequest"];
            404: components["responses"]["UncountedNotFound"];
            431: components["responses"]["UncountedHeadersTooLarge"];
            500: components["responses"]["UncountedInternalError"];
            503: components["responses"]["UncountedOverloaded"];
        };
    };
    sessionFind: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who is signed in, and for how long */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbidden"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    sessionSignIn: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 2 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignInRequest"];
            };
        };
        responses: {
            /** @description Who is signed in, and for how long */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            400: components["responses"]["UncountedInvalidRequestOrMalformedJson"];
            401: components["responses"]["UncountedInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["UncountedNetworkForbiddenOrCrossSiteRequestOrHttpsRequired"];
            413: components["responses"]["UncountedContentTooLarge"];
            415: components["responses"]["UncountedUnsupportedMediaType"];
            429: components["responses"]["UncountedRateLimitedOrTooManyFailures"];
            431: components["responses"]["UncountedHeadersTooLarge"];
            500: components["responses"]["UncountedInternalError"];
            503: components["responses"]["UncountedOverloadedOrDatabaseUnavailable"];
        };
    };
    sessionSignOut: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrCrossSiteRequest"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    oidcBegin: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A sign-in with the OpenID provider that has begun */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OidcStart"];
                };
            };
            400: components["responses"]["UncountedInvalidRequestOrMalformedJson"];
            403: components["responses"]["UncountedCrossSiteRequestOrHttpsRequired"];
            404: components["responses"]["UncountedNotFound"];
            413: components["responses"]["UncountedContentTooLarge"];
            415: components["responses"]["UncountedUnsupportedMediaType"];
            429: components["responses"]["UncountedTooManyFailures"];
            431: components["responses"]["UncountedHeadersTooLarge"];
            500: components["responses"]["UncountedInternalError"];
            502: components["responses"]["UncountedProviderUnavailable"];
            503: components["responses"]["UncountedOverloaded"];
        };
    };
    oidcFinish: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 8 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["OidcCallbackRequest"];
            };
        };
        responses: {
            /** @description Who is signed in, and for how long */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    Location: components["headers"]["Location"];
                    "Set-Cookie": components["headers"]["Set-Cookie"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedIn"];
                };
            };
            400: components["responses"]["UncountedInvalidRequestOrMalformedJson"];
            401: components["responses"]["UncountedKeyExpiredOrKeyRevokedOrSignInFailed"];
            403: components["responses"]["UncountedCrossSiteRequestOrHttpsRequiredOrNetworkForbiddenOrSignInRefused"];
            404: components["responses"]["UncountedNotFound"];
            413: components["responses"]["UncountedContentTooLarge"];
            415: components["responses"]["UncountedUnsupportedMediaType"];
            429: components["responses"]["UncountedRateLimitedOrTooManyFailures"];
            431: components["responses"]["UncountedHeadersTooLarge"];
            500: components["responses"]["UncountedInternalError"];
            502: components["responses"]["UncountedProviderUnavailable"];
            503: components["responses"]["UncountedOverloadedOrDatabaseUnavailable"];
        };
    };
    sessionFindOptions: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How operators sign in */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignInOptions"];
                };
            };
            400: components["responses"]["UncountedInvalidRequest"];
            431: components["responses"]["UncountedHeadersTooLarge"];
            500: components["responses"]["UncountedInternalError"];
            503: components["responses"]["UncountedOverloaded"];
        };
    };
    sessionsList: {
        parameters: {
            query?: {
                /** @description only sessions of this operator */
                operatorId?: string;
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionPage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbidden"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    sessionsEndOthers: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrCrossSiteRequest"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    sessionsEnd: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
            };
            path: {
                /** @description id of the resource */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description No Content */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrCrossSiteRequest"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    stitcherDispatch: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description makes a repeat harmless: within 24 hours the same key with the same body gets the answer of the first request */
                "Idempotency-Key"?: components["parameters"]["idempotency-key"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 1024 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["DispatchRequest"];
            };
        };
        responses: {
            /** @description The new job */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    "Idempotency-Replayed": components["headers"]["Idempotency-Replayed"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DispatchedJob"];
                };
            };
            /** @description The new job */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    ETag: components["headers"]["ETag"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DispatchedJob"];
                };
            };
            400: components["responses"]["CoordinatorInvalidRequestOrMalformedJson"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrWorkspaceForbiddenOrRepositoryForbidden"];
            409: components["responses"]["CoordinatorActiveJobExists"];
            413: components["responses"]["CoordinatorContentTooLarge"];
            415: components["responses"]["CoordinatorUnsupportedMediaType"];
            422: components["responses"]["CoordinatorIdempotencyKeyReused"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    stitcherWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description set by Gitea: the body is of this event */
                "X-Gitea-Event"?: components["parameters"]["x-gitea-event"];
                /** @description set by GitHub: the body is of this event */
                "X-GitHub-Event"?: components["parameters"]["x-github-event"];
                /** @description set by Gitea: within 7 days the same id is answered with its first job */
                "X-Gitea-Delivery"?: components["parameters"]["x-gitea-delivery"];
                /** @description set by GitHub: within 7 days the same id is answered with its first job */
                "X-GitHub-Delivery"?: components["parameters"]["x-github-delivery"];
            };
            path?: never;
            cookie?: never;
        };
        /** @description At most 25600 KiB */
        requestBody: {
            content: {
                "application/json": components["schemas"]["BotDelivery"] | {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The delivery created no job */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DuplicateDelivery"] | components["schemas"]["IgnoredDelivery"];
                };
            };
            /** @description The delivery created a job */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    "Coordinator-Key-Expires": components["headers"]["Coordinator-Key-Expires"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dispatched"];
                };
            };
            400: components["responses"]["CoordinatorInvalidRequestOrMalformedJson"];
            401: components["responses"]["CoordinatorMissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["CoordinatorNetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrRepositoryForbidden"];
            413: components["responses"]["CoordinatorContentTooLarge"];
            415: components["responses"]["CoordinatorUnsupportedMediaType"];
            429: components["responses"]["CoordinatorRateLimitedOrTooManyFailures"];
            431: components["responses"]["CoordinatorHeadersTooLarge"];
            500: components["responses"]["CoordinatorInternalError"];
            503: components["responses"]["CoordinatorOverloadedOrDatabaseUnavailable"];
        };
    };
    stitcherSignedWebhook: {
        parameters: {
            query?: never;
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description set by Gitea: the body is of this event */
                "X-Gitea-Event"?: components["parameters"]["x-gitea-event"];
                /** @description set by GitHub: the body is of this event */
                "X-GitHub-Event"?: components["parameters"]["x-github-event"];
                /** @description set by Gitea: within 7 days the same id is answered with its first job */
                "X-Gitea-Delivery"?: components["parameters"]["x-gitea-delivery"];
                /** @description set by GitHub: within 7 days the same id is answered with its first job */
                "X-GitHub-Delivery"?: components["parameters"]["x-github-delivery"];
            };
            path: {
                /** @description id of the webhook */
                webhookId: string;
            };
            cookie?: never;
        };
        /** @description At most 25600 KiB */
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description The delivery created no job */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DuplicateDelivery"] | components["schemas"]["IgnoredDelivery"];
                };
            };
            /** @description The delivery created a job */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Dispatched"];
                };
            };
            400: components["responses"]["InvalidRequestOrMalformedJson"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissingOrCoordinatorSuspendedOrRepositoryForbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["ContentTooLarge"];
            415: components["responses"]["UnsupportedMediaType"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
    visibleWorkspacesList: {
        parameters: {
            query?: {
                /** @description only workspaces with these ids */
                ids?: string[];
                /** @description only those whose slug or name begins with this text, in upper or lower case */
                search?: string;
                /** @description `nextCursor` of the previous page */
                cursor?: string;
                /** @description maximum number of items on the page */
                limit?: number;
            };
            header?: {
                /** @description a name for this request; anything but 1 to 128 of `A-Za-z0-9._-` is passed over and replaced */
                "X-Request-Id"?: components["parameters"]["x-request-id"];
                /** @description `background`: this read does not keep the session alive, for reads that a page makes without its reader */
                "Session-Use"?: components["parameters"]["session-use"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of a list */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["X-Request-Id"];
                    "RateLimit-Limit": components["headers"]["RateLimit-Limit"];
                    "RateLimit-Remaining": components["headers"]["RateLimit-Remaining"];
                    "RateLimit-Reset": components["headers"]["RateLimit-Reset"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VisibleWorkspacePage"];
                };
            };
            400: components["responses"]["InvalidRequest"];
            401: components["responses"]["MissingCredentialOrInvalidCredentialOrKeyRevokedOrKeyExpiredOrSessionEndedOrSessionExpired"];
            403: components["responses"]["NetworkForbiddenOrPermissionMissing"];
            429: components["responses"]["RateLimitedOrTooManyFailures"];
            431: components["responses"]["HeadersTooLarge"];
            500: components["responses"]["InternalError"];
            503: components["responses"]["OverloadedOrDatabaseUnavailable"];
        };
    };
}
