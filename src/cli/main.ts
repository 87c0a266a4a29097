import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { version } from '../../package.json';
import { openNodeChemistry, openNodeCpuDevice, openNodeDevice } from '../node/index.ts';
import { runCommandLine } from './program.ts';
import { processTerminal } from './terminal.ts';
import { trialPort } from './trial-messages.ts';
import { serveTrials } from './trial-worker.ts';

if (isMainThread) {
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    terminal: processTerminal(),
    version,
    openDevice: openNodeDevice,
    openChemistry: openNodeChemistry,
    startTrialWorker: () => trialPort(new Worker(new URL(import.meta.url))),
    exitCode: 0,
  });
} else if (parentPort) {
  serveTrials(trialPort(parentPort), {
    version,
    // Dawn does not bear several threads; and workers train on the cpu device alone.
    async openDevice(preference, { threads = 1, fusedMultiplyAdd } = {}) {
      if (preference === 'webgpu')
        throw new Error('Runs in workers are on the cpu device. Train this one with --together 1.');
      return { device: await openNodeCpuDevice({ threads, fusedMultiplyAdd }), why: 'runs of several seeds are on it' };
    },
    openChemistry: openNodeChemistry,
  });
}
