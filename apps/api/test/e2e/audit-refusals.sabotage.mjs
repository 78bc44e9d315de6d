export default [
  {
    what: 'refusals do not name the route',
    file: 'apps/api/src/common/http/problem.filter.ts',
    find: '{ ...ctx, route: routeOf(request) }',
    replace: 'ctx',
  },
  {
    what: 'repeats name the route of the last one',
    file: 'apps/api/src/audit-log/recording/refusal-window.ts',
    find: "    route: agreed('route'),\n",
    replace: '',
  },
];
