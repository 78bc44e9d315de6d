import { Button } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api';
import { RegisterForm } from '../coordinators/RegisterPage';
import type { Coordinator, Workspace } from '../generated/schema';
import { JobStatusBadge } from '../jobs/JobStatusBadge';
import { useCan } from '../session/session';
import { ActionButton } from '../shared/ActionButton';
import { CopyButton } from '../shared/CopyButton';
import { Icon } from '../shared/Icon';
import { Page } from '../shared/Page';
import { Scrollable } from '../shared/Scrollable';
import { SkeletonRows } from '../shared/States';
import { writeStored } from '../shared/settings';
import { NotAllowed } from '../shell/RouteStates';
import { WorkspaceDialog } from '../workspaces/WorkspaceDialog';
import classes from './Start.module.css';

const LOOK_EVERY_MS = 2_000;

export function StartPage() {
  return useCan('system:admin') ? <Start /> : <NotAllowed page="the first steps" />;
}

/** Workspace, coordinator, first job: what exists already is done. */
function Start() {
  const navigate = useNavigate();
  const workspaces = api.useQuery('get', '/admin/workspaces', { params: { query: { limit: 1 } } });
  const coordinators = api.useQuery('get', '/admin/coordinators', { params: { query: { limit: 1 } } });
  if (workspaces.isPending || coordinators.isPending) return <SkeletonRows what="the first steps" />;
  const workspace = workspaces.data?.items[0];
  const coordinator = coordinators.data?.items[0];
  return (
    <Page
      title="First steps"
      subtitle="From an empty registry to the first job."
      actions={
        <Button
          variant="subtle"
          onClick={() => {
            writeStored('coordinator-registry.start-skipped', true);
            void navigate({ to: '/' });
          }}
        >
          Skip
        </Button>
      }
    >
      <div className={classes.steps}>
        <WorkspaceStep workspace={workspace} />
        <CoordinatorStep
          workspace={workspace}
          coordinator={coordinator}
          onDone={() => void coordinators.refetch()}
        />
        <JobStep workspace={workspace} coordinator={coordinator} />
      </div>
    </Page>
  );
}

function Step({
  number,
  title,
  state,
  children,
}: {
  number: number;
  title: string;
  state: 'done' | 'now' | 'later';
  children: React.ReactNode;
}) {
  return (
    <section className={classes.step} data-state={state} aria-label={title}>
      <div className={classes.head}>
        <span className={classes.number}>{state === 'done' ? <Icon name="check" size={14} /> : number}</span>
        <h2 className="section-title">{title}</h2>
        {state === 'done' && <span className="secondary small">done</span>}
      </div>
      <div className={classes.body}>{children}</div>
    </section>
  );
}

function WorkspaceStep({ workspace }: { workspace: Workspace | undefined }) {
  const [isCreating, setCreating] = useState(false);
  return (
    <Step number={1} title="Workspace" state={workspace === undefined ? 'now' : 'done'}>
      {workspace === undefined ? (
        <>
          <p>A workspace is one tenant and its repositories.</p>
          <div>
            <ActionButton onClick={() => setCreating(true)}>Create workspace</ActionButton>
          </div>
          {isCreating && <WorkspaceDialog onClose={() => setCreating(false)} />}
        </>
      ) : (
        <p>
          <Link to="/workspaces/$id" params={{ id: workspace.id }}>
            {workspace.name}
          </Link>
        </p>
      )}
    </Step>
  );
}

function CoordinatorStep({
  workspace,
  coordinator,
  onDone,
}: {
  workspace: Workspace | undefined;
  coordinator: Pick<Coordinator, 'id' | 'name'> | undefined;
  onDone: () => void;
}) {
  const state = coordinator !== undefined ? 'done' : workspace === undefined ? 'later' : 'now';
  // The form stays until its key panel is closed: the list knows of the coordinator before that.
  const [isOpen, setOpen] = useState(coordinator === undefined);
  return (
    <Step number={2} title="Coordinator" state={isOpen && workspace !== undefined ? 'now' : state}>
      {workspace === undefined ? (
        <p className="secondary">A coordinator is a service that creates and runs jobs.</p>
      ) : isOpen ? (
        <RegisterForm
          workspaceId={workspace.id}
          onDone={() => {
            setOpen(false);
            onDone();
          }}
        />
      ) : (
        coordinator !== undefined && (
          <p>
            <Link to="/coordinators/$id" params={{ id: coordinator.id }}>
              {coordinator.name}
            </Link>
          </p>
        )
      )}
    </Step>
  );
}

function JobStep({
  workspace,
  coordinator,
}: {
  workspace: Workspace | undefined;
  coordinator: Pick<Coordinator, 'id' | 'workspaceIds'> | undefined;
}) {
  const isReady = workspace !== undefined && coordinator !== undefined;
  const jobs = api.useQuery(
    'get',
    '/jobs',
    { params: { query: { limit: 1 } } },
    {
      enabled: isReady,
      refetchInterval: ({ state }) => (state.data?.items.length === 0 ? LOOK_EVERY_MS : false),
    },
  );
  const job = jobs.data?.items[0];
  if (!isReady) {
    return (
      <Step number={3} title="First job" state="later">
        <p className="secondary">A command to paste, and the job as it arrives.</p>
      </Step>
    );
  }
  const command = commandFor(coordinator.workspaceIds[0] ?? workspace.id);
  return (
    <Step number={3} title="First job" state={job === undefined ? 'now' : 'done'}>
      <p>Paste this into a shell. It asks for the key, so the key stays out of the shell's history.</p>
      <div className={classes.command}>
        <Scrollable label="Command">{command}</Scrollable>
        <span className={classes.copy}>
          <CopyButton text={command} label="Copy command" />
        </span>
      </div>
      {job === undefined ? (
        <p className={classes.waiting} role="status">
          <span className={classes.pulse} /> Waiting for the first job…
        </p>
      ) : (
        <div className={classes.arrived} role="status">
          <JobStatusBadge job={job} />
          <Link to="/jobs/$id" params={{ id: job.id }}>
            {job.type}
          </Link>
          <Button component={Link} to={`/jobs/${job.id}`} size="xs">
            Open job
          </Button>
        </div>
      )}
    </Step>
  );
}

function commandFor(workspaceId: string): string {
  return `printf 'Key: '; read -rs KEY; echo
printf 'header = "X-API-Key: %s"\\n' "$KEY" | curl -sS -K - ${location.origin}/coordinator/jobs \\
  -H 'Content-Type: application/json' \\
  -d '{"workspaceId":"${workspaceId}","type":"first-job"}'
unset KEY`;
}
