// `npm start`: builds what has changed and then runs the server in this process, so that a signal passes only npm on its way to the
// server.

import { build } from './build.mjs';
import { stopWithParent } from './parent.mjs';

stopWithParent(process.argv[2]);
await build();
await import('../apps/api/dist/server/main.js');
