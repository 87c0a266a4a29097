/**
 * What a page starts as its worker: the program itself comes in parts, and messages that arrive before all of them are
 * there would find no one to hear them.
 */
const early: unknown[] = [];
const hold = ({ data }: MessageEvent<unknown>) => early.push(data);
addEventListener('message', hold);
await import('./molecule-worker.ts');
removeEventListener('message', hold);
for (const data of early) dispatchEvent(new MessageEvent('message', { data }));

export {};
