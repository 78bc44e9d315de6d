// `npm start`: builds what has changed and becomes the server, in this very process, so that there is nothing but npm between the
// server and whoever signals it.

import { build } from './build.mjs';
import { stopWithParent } from './parent.mjs';

stopWithParent(process.argv[2]);
await build();
await import('../apps/api/dist/server/main.js');
