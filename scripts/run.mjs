// `node scripts/run.mjs NAME [options]`: builds what has changed and runs apps/api/src/NAME.ts, for commands other than `npm start`.
import { build } from './build.mjs';

const [name, ...options] = process.argv.slice(2);
await build();
// The command reads its options from here.
process.argv = [process.execPath, name, ...options];
await import(`../apps/api/dist/${name}.js`);
