import { version } from '../../package.json';
import { openNodeChemistry, openNodeDevice } from '../node/index.ts';
import { runCommandLine } from './program.ts';
import { processTerminal } from './terminal.ts';

process.exitCode = await runCommandLine(process.argv.slice(2), {
  terminal: processTerminal(),
  version,
  openDevice: openNodeDevice,
  openChemistry: openNodeChemistry,
  exitCode: 0,
});
