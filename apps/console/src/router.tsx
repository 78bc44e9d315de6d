import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { LOG_SEARCH } from './audit-log/log-search';
import { JOB_SEARCH } from './jobs/job-search';
import { readCoordinators, readJob, readJobs, readKeys, readLog, readOverview } from './reading';
import { ProviderPage } from './session/ProviderPage';
import { SessionGate } from './session/SessionGate';
import { SignInPage } from './session/SignInPage';
import { parseSearch, pickSearch, stringifySearch } from './shared/search';
import { RouteFailed, RouteMissing } from './shell/RouteStates';
import { Shell } from './shell/Shell';

const root = createRootRoute({ notFoundComponent: RouteMissing });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: pickSearch(['next']),
  component: SignInPage,
});

const provider = createRoute({
  getParentRoute: () => root,
  path: '/sign-in/oidc',
  component: ProviderPage,
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: () => (
    <SessionGate>
      <Shell />
    </SessionGate>
  ),
});

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: readOverview,
  component: lazyRouteComponent(() => import('./overview/OverviewPage'), 'OverviewPage'),
});

const start = createRoute({
  getParentRoute: () => shell,
  path: '/start',
  component: lazyRouteComponent(() => import('./start/StartPage'), 'StartPage'),
});

const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  validateSearch: pickSearch(JOB_SEARCH),
  beforeLoad: readJobs,
  component: lazyRouteComponent(() => import('./jobs/JobsPage'), 'JobsPage'),
});

const job = createRoute({
  getParentRoute: () => shell,
  path: '/jobs/$id',
  validateSearch: pickSearch(['tab']),
  beforeLoad: readJob,
  component: lazyRouteComponent(() => import('./jobs/JobPage'), 'JobPage'),
});

const log = createRoute({
  getParentRoute: () => shell,
  path: '/log',
  validateSearch: pickSearch(LOG_SEARCH),
  beforeLoad: readLog,
  component: lazyRouteComponent(() => import('./audit-log/LogPage'), 'LogPage'),
});

const checkpoints = createRoute({
  getParentRoute: () => shell,
  path: '/log/checkpoints',
  component: lazyRouteComponent(() => import('./audit-log/CheckpointsPage'), 'CheckpointsPage'),
});

const coordinators = createRoute({
  getParentRoute: () => shell,
  path: '/coordinators',
  validateSearch: pickSearch(['search', 'status']),
  beforeLoad: readCoordinators,
  component: lazyRouteComponent(() => import('./coordinators/CoordinatorsPage'), 'CoordinatorsPage'),
});

const registerCoordinator = createRoute({
  getParentRoute: () => shell,
  path: '/coordinators/new',
  component: lazyRouteComponent(() => import('./coordinators/RegisterPage'), 'RegisterPage'),
});

const coordinator = createRoute({
  getParentRoute: () => shell,
  path: '/coordinators/$id',
  validateSearch: pickSearch(['tab']),
  component: lazyRouteComponent(() => import('./coordinators/CoordinatorPage'), 'CoordinatorPage'),
});

const keys = createRoute({
  getParentRoute: () => shell,
  path: '/keys',
  validateSearch: pickSearch(['view', 'kid']),
  beforeLoad: readKeys,
  component: lazyRouteComponent(() => import('./keys/KeysPage'), 'KeysPage'),
});

const key = createRoute({
  getParentRoute: () => shell,
  path: '/keys/$kid',
  component: lazyRouteComponent(() => import('./keys/KeyPage'), 'KeyPage'),
});

const workspaces = createRoute({
  getParentRoute: () => shell,
  path: '/workspaces',
  validateSearch: pickSearch(['search']),
  component: lazyRouteComponent(() => import('./workspaces/WorkspacesPage'), 'WorkspacesPage'),
});

const workspace = createRoute({
  getParentRoute: () => shell,
  path: '/workspaces/$id',
  component: lazyRouteComponent(() => import('./workspaces/WorkspacePage'), 'WorkspacePage'),
});

const operators = createRoute({
  getParentRoute: () => shell,
  path: '/operators',
  validateSearch: pickSearch(['search']),
  component: lazyRouteComponent(() => import('./operators/OperatorsPage'), 'OperatorsPage'),
});

const operator = createRoute({
  getParentRoute: () => shell,
  path: '/operators/$id',
  component: lazyRouteComponent(() => import('./operators/OperatorPage'), 'OperatorPage'),
});

const sessions = createRoute({
  getParentRoute: () => shell,
  path: '/sessions',
  component: lazyRouteComponent(() => import('./sessions/SessionsPage'), 'SessionsPage'),
});

export const router = createRouter({
  basepath: '/console',
  routeTree: root.addChildren([
    signIn,
    provider,
    shell.addChildren([
      overview,
      start,
      jobs,
      job,
      log,
      checkpoints,
      coordinators,
      registerCoordinator,
      coordinator,
      keys,
      key,
      workspaces,
      workspace,
      operators,
      operator,
      sessions,
    ]),
  ]),
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: RouteFailed,
  defaultNotFoundComponent: RouteMissing,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
