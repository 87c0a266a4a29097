import { afterEach, expect, test } from 'vitest';
import { defaultConfig } from '../../src/page/default-config.ts';
import type { Message } from '../../src/page/protocol.ts';
import { createRunClient, type RunClient } from '../../src/page/run-client.ts';
import type { RunConfig } from '../../src/run/run-config.ts';
import { workerHere } from './fake-worker.ts';

const clients: RunClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.terminate();
});

function client() {
  const made = createRunClient(() => workerHere());
  clients.push(made);
  const messages: Message[] = [];
  made.subscribe((message) => messages.push(message));
  /** Settles with the first message of a kind, from the `from`-th on, that a condition holds for. */
  const message = <Kind extends Message['kind']>(
    kind: Kind,
    holds: (message: Extract<Message, { kind: Kind }>) => boolean = () => true,
    from = 0,
  ) =>
    new Promise<Extract<Message, { kind: Kind }>>((resolve, reject) => {
      const stop = made.subscribe(() => look());
      const look = () => {
        const found = messages.slice(from).find((m) => m.kind === kind && holds(m as never));
        const failure = messages.find((m) => m.kind === 'failure');
        if (!found && !(failure && kind !== 'failure')) return;
        stop();
        if (found) resolve(found as never);
        else reject(new Error(JSON.stringify(failure)));
      };
      look();
    });
  return { client: made, messages, message };
}

function config(changes: Partial<RunConfig> = {}, side = 4): RunConfig {
  const preset = defaultConfig();
  return {
    ...preset,
    environmentOptions: { ...preset.environmentOptions, side },
    batch: 4,
    steps: 20,
    device: 'cpu',
    ...changes,
  };
}

test('a run is opened, trains to its end, and shows the policy as it then is', async () => {
  const { client: run, messages, message } = client();
  run.open({ config: config() });
  await message('status', ({ status }) => status === 'finished');
  await message('distribution', ({ step }) => step === 20);
  expect(messages[0]).toEqual({ kind: 'status', status: 'opening' });
  const opened = await message('opened');
  expect(opened.run).toMatchObject({ reward: 'easy', step: 0, device: { kind: 'cpu', why: 'the test asked for it' } });
  expect(opened.run.objects).toMatchObject({ count: 16, shape: [4, 4] });
  const last = messages.filter((m) => m.kind === 'progress').at(-1);
  expect(last).toMatchObject({ progress: { step: 20, steps: 20, trajectories: 80 } });
});
