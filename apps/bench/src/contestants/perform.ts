// The process of one contestant: `node perform.js '{"name":"bare",…}'`. It sends its address to the parent process, and ends with it.
import 'reflect-metadata';
import type { Contestant, Performance } from './contestant.js';

const performance = JSON.parse(process.argv[2] ?? '') as Performance;
const { default: contestant } = (await import(`./${performance.name}.js`)) as { default: Contestant };
const app = await contestant(performance);
await app.listen(0, '127.0.0.1');
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
process.send?.(await app.getUrl());
