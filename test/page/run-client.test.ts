import { expect, test } from 'vitest';
import { defaultConfig } from '../../src/page/default-config.ts';
import type { Command, Message } from '../../src/page/protocol.ts';
import { createRunClient, RequestError, type WorkerLike } from '../../src/page/run-client.ts';

/** Workers that do nothing of themselves: what they are told, and a way to have them say something. */
function fakeWorkers() {
  const workers = [] as {
    commands: Command[];
    ended: boolean;
    say(message: Message): void;
    fail(kind: 'error' | 'messageerror', event: object): void;
  }[];
  const start = (): WorkerLike => {
    const listeners = new Map<string, (event: never) => void>();
    const worker = {
      commands: [] as Command[],
      ended: false,
      say: (data: Message) => listeners.get('message')?.({ data } as never),
      fail: (kind: 'error' | 'messageerror', event: object) => listeners.get(kind)?.(event as never),
    };
    workers.push(worker);
    return {
      postMessage: (command) => worker.commands.push(command),
      terminate() {
        worker.ended = true;
      },
      addEventListener: (kind: string, listener: (event: never) => void) => {
        listeners.set(kind, listener);
      },
    };
  };
  return { workers, client: createRunClient(start) };
}

const config = defaultConfig();
const report = { device: 'd', browser: 'b', version: 'v', checks: [] };

test('commands go to the worker, and answers to their callers, in any order', async () => {
  const { workers, client } = fakeWorkers();
  expect(client.isOpen).toBe(false);
  client.open({ config, paused: true });
  client.send({ kind: 'resume' });
  const [saved, checked] = [client.save(), client.selfCheck('cpu')];
  const [open, resume, save, check] = workers[0].commands;
  expect([open, resume]).toEqual([{ kind: 'open', config, paused: true }, { kind: 'resume' }]);
  const numbers = [save, check].map((command) => (command as { request: number }).request);
  expect(numbers[0]).not.toBe(numbers[1]);
  workers[0].say({ kind: 'answer', request: numbers[1], value: report });
  workers[0].say({ kind: 'answer', request: numbers[0], value: Uint8Array.of(1, 2) });
  expect(await checked).toEqual(report);
  expect(await saved).toEqual(Uint8Array.of(1, 2));
});

test('a refusal rejects the request that it names, and one without a request rejects none', async () => {
  const { workers, client } = fakeWorkers();
  client.open({ config });
  const asked = client.inspect([1]);
  workers[0].say({ kind: 'refusal', problem: 'no such settings' });
  workers[0].say({
    kind: 'refusal',
    request: (workers[0].commands[1] as { request: number }).request,
    problem: 'no state',
  });
  await expect(asked).rejects.toEqual(new RequestError('no state'));
});

test('all messages of a worker are heard in order, until the listener is removed', () => {
  const { workers, client } = fakeWorkers();
  const heard: Message[] = [];
  const stop = client.subscribe((message) => heard.push(message));
  client.open({ config });
  workers[0].say({ kind: 'status', status: 'opening' });
  workers[0].say({ kind: 'status', status: 'running' });
  stop();
  workers[0].say({ kind: 'status', status: 'paused' });
  expect(heard).toEqual([
    { kind: 'status', status: 'opening' },
    { kind: 'status', status: 'running' },
  ]);
});

test('another run ends the one before: no more of its messages are heard, and its callers are told', async () => {
  const { workers, client } = fakeWorkers();
  const heard: Message[] = [];
  client.subscribe((message) => heard.push(message));
  client.open({ config });
  const asked = client.save();
  client.open({ config });
  await expect(asked).rejects.toThrow('Another run was opened');
  expect(workers.map(({ ended }) => ended)).toEqual([true, false]);
  const late = client.save();
  workers[0].say({ kind: 'answer', request: 2, value: Uint8Array.of(9) });
  workers[0].say({ kind: 'status', status: 'paused' });
  workers[0].fail('error', { message: 'late' });
  expect(heard).toEqual([]);
  workers[1].say({ kind: 'answer', request: 2, value: Uint8Array.of(5) });
  expect(await late).toEqual(Uint8Array.of(5));
});

test('a failure ends the worker, rejects pending requests and is reported; then another run can be opened', async () => {
  const { workers, client } = fakeWorkers();
  const heard: Message[] = [];
  client.subscribe((message) => heard.push(message));
  client.open({ config });
  const asked = client.save();
  const failure: Message = { kind: 'failure', reason: 'device-lost', problem: 'gone', checkpoint: Uint8Array.of(1) };
  workers[0].say(failure);
  await expect(asked).rejects.toThrow('gone');
  expect(heard).toEqual([failure]);
  expect([workers[0].ended, client.isOpen]).toEqual([true, false]);
  await expect(client.save()).rejects.toThrow('no run to ask');
  client.send({ kind: 'pause' });
  client.open({ config });
  expect(client.isOpen).toBe(true);
});

test.each([
  ['error', { message: 'SyntaxError: nonsense' }, 'The training worker failed. SyntaxError: nonsense'],
  ['error', {}, 'The training worker failed.'],
  ['messageerror', {}, 'A message of the training worker could not be read.'],
] as const)('a worker that does not load or breaks is a failure too: %s', async (kind, event, problem) => {
  const { workers, client } = fakeWorkers();
  const heard: Message[] = [];
  client.subscribe((message) => heard.push(message));
  client.open({ config });
  const asked = client.save();
  workers[0].fail(kind, event);
  await expect(asked).rejects.toThrow(problem);
  expect(heard).toEqual([{ kind: 'failure', reason: 'other', problem }]);
});

test('a listener that ends the run while handling a message hears nothing more', () => {
  const { workers, client } = fakeWorkers();
  const heard: Message[] = [];
  client.subscribe((message) => {
    heard.push(message);
    client.terminate();
  });
  client.open({ config });
  workers[0].say({ kind: 'status', status: 'running' });
  workers[0].say({ kind: 'status', status: 'paused' });
  expect(heard).toHaveLength(1);
  expect(workers[0].ended).toBe(true);
});
