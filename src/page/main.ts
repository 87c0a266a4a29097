/** The page's program. */
import { startPage } from './page.ts';

startPage(() => new Worker(new URL('worker.js', import.meta.url), { type: 'module', name: 'flowtape run' }));
