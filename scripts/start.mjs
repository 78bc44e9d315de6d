// `npm start`: builds what has changed and becomes the server, in this very process, so that there is nothing between the server
// and whoever signals it.

import { build } from './build.mjs';
import { stopWithNpm } from './parent.mjs';

stopWithNpm();
await build();
await import('../apps/api/dist/main.js');
