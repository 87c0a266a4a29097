import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Device } from '../../src/device/index.ts';
import { openNodeDevice } from '../../src/node/index.ts';
import { messageOf } from '../../src/text/message-of.ts';
import { insertSections } from '../../src/text/places.ts';
import { describeMachine } from '../machine.ts';
import { alignedTable } from '../measure/table.ts';
import { driftsOf, isWithin } from './judge.ts';
import { soak } from './soak.ts';
import { describeWork, driftTable, lookHeader, lookRow, markdownSection, type SoakFigures } from './table.ts';

const usage = `Usage: npm run soak -- [OPTION...]
       npm run soak -- report FILE... --into PAGE

Trains for a long time, and looks once a minute at what memory the process has. Ends with exit code 1 where it grew by
more than it may, where a run made again left other bytes, or where anything failed.

  --device NAME   cpu (as by default) or webgpu
  --minutes N     how long, 60 unless said
  --every N       minutes from one look to the next, 1 unless said
  --threads N     of the cpu device; as many as it takes by itself unless said
  --note TEXT     a sentence for the report, such as what else the machine did
  --json FILE     write all that was seen, after every look
  report FILE...  such files as tables; with --into they are put on that page`;

async function main(args: readonly string[]): Promise<number> {
  let request: ReturnType<typeof parse>;
  try {
    request = parse(args);
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${usage}`);
    return 2;
  }
  if (request.kind === 'help') {
    console.log(usage);
    return 0;
  }
  return request.kind === 'report' ? report(request) : run(request);
}

function parse(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      device: { type: 'string', default: 'cpu' },
      minutes: { type: 'string', default: '60' },
      every: { type: 'string', default: '1' },
      threads: { type: 'string' },
      note: { type: 'string' },
      json: { type: 'string' },
      into: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const { device: place, note, json, into } = values;
  if (values.help) return { kind: 'help' } as const;
  if (positionals[0] === 'report' && positionals.length > 1) {
    return { kind: 'report', files: positionals.slice(1), into } as const;
  }
  if (positionals.length > 0) throw new Error(`${positionals.join(' ')} is too much.`);
  if (place !== 'cpu' && place !== 'webgpu') throw new Error(`--device must be cpu or webgpu, not ${place}.`);
  const [minutes, every] = [positive('minutes', values.minutes), positive('every', values.every)];
  if (every > minutes) throw new Error(`--every ${every} is more than --minutes ${minutes}: there would be no look.`);
  const threads = values.threads === undefined ? undefined : positive('threads', values.threads);
  return { kind: 'run', place, minutes, every, threads, note, json } as const;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value > 0 && Number.isFinite(value)) return value;
  throw new Error(`--${name} must be a positive number, not ${text}.`);
}

async function run(request: Extract<ReturnType<typeof parse>, { kind: 'run' }>): Promise<number> {
  const { place, minutes, every, threads, note, json } = request;
  const threadsFlag = threads === undefined ? [] : [`--threads ${threads}`];
  let figures: SoakFigures = {
    date: new Date().toISOString(),
    machine: await describeMachine(),
    command: ['npm run soak --', `--device ${place}`, ...threadsFlag, `--minutes ${minutes}`].join(' '),
    place,
    ...(note === undefined ? {} : { note }),
    looks: [],
  };
  const save = async (found: Partial<SoakFigures>) => {
    figures = { ...figures, ...found };
    if (json !== undefined) await writeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
  };
  const open = async (): Promise<Device> => {
    const { device } = await openNodeDevice(place, threads === undefined ? {} : { threads });
    return device;
  };
  try {
    const work = await soak({
      ...{ open, minutes, every },
      async onLook(look) {
        console.log(lookHeader.map((name, i) => `${name} ${lookRow(look)[i]}`).join('; '));
        await save({ looks: [...figures.looks, look] });
      },
    });
    await save({ work });
    console.log(describeWork(work));
  } catch (error) {
    await save({ problem: messageOf(error) });
    throw error;
  }
  const { header, rows } = driftTable(figures.looks);
  console.log(alignedTable(header, rows));
  return driftsOf(figures.looks).every(isWithin) ? 0 : 1;
}

async function report({ files, into }: { files: readonly string[]; into: string | undefined }): Promise<number> {
  const sections = new Map<string, string>();
  for (const file of files) {
    const figures = JSON.parse(await readFile(file, 'utf8')) as SoakFigures;
    sections.set(`soak ${figures.place}`, markdownSection(figures));
  }
  if (into === undefined) console.log([...sections.values()].join('\n\n'));
  else await writeFile(into, insertSections(await readFile(into, 'utf8'), sections));
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
