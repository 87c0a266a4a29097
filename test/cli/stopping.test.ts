import { EventEmitter } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { MessageChannel, type Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { createInterrupts } from '../../src/cli/interrupts.ts';
import { makeRunConfig } from '../../src/cli/make-run-config.ts';
import { type FromWorker, type ToWorker, trialPort } from '../../src/cli/trial-messages.ts';
import { serveTrials } from '../../src/cli/trial-worker.ts';
import { fakeTerminal, flowtape, small, testContext } from './command-line.ts';
import { commandDevices } from './devices.ts';
import { inOwnFolder } from './own-folder.ts';

inOwnFolder('stopping');

describe('requests to end', () => {
  test('reach those that listen later, unless they were for runs before', async () => {
    const interrupts = createInterrupts();
    const heard: string[] = [];
    const listen = (name: string) => interrupts.onInterrupt((signal) => heard.push(`${name} ${signal}`));
    const stop = listen('first');
    interrupts.tell(2);
    listen('later');
    const gone = listen('gone');
    gone();
    await Promise.resolve();
    expect(heard).toEqual(['first 2', 'later 2']);
    stop();
    interrupts.forget();
    listen('next');
    await Promise.resolve();
    interrupts.tell(15);
    expect(heard).toEqual(['first 2', 'later 2', 'later 15', 'next 15']);
  });

  test('stop a run in a worker that is still being prepared', async () => {
    const { port1, port2 } = new MessageChannel();
    serveTrials(trialPort(port2), testContext());
    const port = trialPort<ToWorker, FromWorker>(port1);
    const given = new Map([...chunks(small)].map(([flag, value]) => [flag.replace(/^--/, ''), value]));
    const config = makeRunConfig({ problem: 'hypergrid', objective: 'tb', given });
    const order = { trial: { name: 'run', method: 'tb', config }, isBegun: false, path: 'run', verbose: false };
    const ended = new Promise<FromWorker>((resolve) => {
      port.listen((message) => {
        if (message.kind === 'done' || message.kind === 'failed') resolve(message);
      });
    });
    port.send({ kind: 'run', order: { ...order, threads: 1, tensorboard: false } });
    port.send({ kind: 'interrupt', signal: 2 });
    expect(await ended).toEqual({ kind: 'done', code: 130 });
    expect(existsSync('run/summary.json')).toBe(false);
    port.end();
  });

  test('do not make a run unfinished while its pictures are drawn', async () => {
    const terminal = fakeTerminal();
    let isAsked = false;
    const devices = commandDevices({
      beforeRun() {
        if (isAsked || !existsSync('run/summary.json')) return;
        isAsked = true;
        terminal.interrupt(2);
      },
    });
    const words = ['train', 'hypergrid', '--objective', 'tb', ...small, '--out', 'run'];
    const { code, stdout } = await flowtape(words, devices, { terminal });
    expect({ isAsked, code }).toEqual({ isAsked: true, code: 130 });
    expect(stdout).toMatch(/^done in/m);
    expect(stdout).not.toMatch(/to go on|Stopping after/);
    expect(JSON.parse(readFileSync('run/summary.json', 'utf8')).status).toBe('finished');
  });

  test('a finished run without its report gets one when it is resumed, without an iteration', async () => {
    const words = ['train', 'hypergrid', '--objective', 'tb', ...small, '--out', 'run', '--keep-best', '5'];
    expect((await flowtape(words)).code).toBe(0);
    const checkpoint = readFileSync('run/checkpoint.safetensors');
    for (const name of ['report.html', 'objects.csv']) rmSync(`run/${name}`);
    const again = await flowtape(['train', '--resume', 'run']);
    expect(again.code).toBe(0);
    for (const name of ['report.html', 'objects.csv']) expect(existsSync(`run/${name}`)).toBe(true);
    expect(readFileSync('run/checkpoint.safetensors')).toEqual(checkpoint);
    expect((await flowtape(['train', '--resume', 'run'])).stdout).toContain('is finished');
  });
});

test('a worker that ended when nobody listened tells the next who does', () => {
  const worker = Object.assign(new EventEmitter(), { postMessage() {}, terminate() {} });
  const port = trialPort<ToWorker, FromWorker>(worker as unknown as Worker);
  worker.emit('exit');
  const ends: string[] = [];
  port.listen(
    () => {},
    (error) => ends.push(error.message),
  );
  expect(ends).toEqual(['it left without a word']);
});

function* chunks(words: readonly string[]): Generator<readonly [string, string]> {
  for (let i = 0; i < words.length; i += 2) yield [words[i], words[i + 1]];
}
