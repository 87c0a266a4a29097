/**
 * The entry of a page's worker: the program itself is loaded in parts, and messages that arrive before it is complete
 * would get lost.
 */
const early: unknown[] = [];
const hold = ({ data }: MessageEvent<unknown>) => early.push(data);
addEventListener('message', hold);
await import('./main.ts');
removeEventListener('message', hold);
for (const data of early) dispatchEvent(new MessageEvent('message', { data }));

export {};
