import { Command } from 'commander';
import type { DataPack } from '../../data/pack.ts';
import { problems } from '../../problems/catalogue.ts';
import { dataPacks } from '../../problems/data-packs.ts';
import { suggestion } from '../../text/suggestion.ts';
import { addCommonOptions, type Context } from '../context.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { commandLine } from '../invocation.ts';
import { writeLine } from '../terminal.ts';
import { alignedLines, formatBytes } from '../text.ts';
import { cacheFolder, packFolder, packState, verifyPack } from './cache.ts';
import { type FetchOptions, fetchPack } from './fetch.ts';
import { createDownloadDisplay } from './progress.ts';

/** What tests replace: the packs and the user's cache. */
export interface DataSettings extends Pick<FetchOptions, 'stallSeconds' | 'writeFile'> {
  readonly packs?: readonly DataPack[];
  readonly cache?: string;
}

/** `flowtape data`: fetches the tables that some problems need, and lists them. */
export function dataCommand(context: Context, settings: DataSettings = {}): Command {
  const listed = settings.packs ?? problems.filter(({ needs }) => needs?.includes('data'));
  const names = `one of ${listed.map(({ name }) => name).join(', ')}`;
  const find = async (name: string) => findPack(settings.packs ?? (await dataPacks()), name);
  const list = new Command('list')
    .description('List the packs that can be fetched: size, licence, and whether they are here.')
    .option('--json', 'print one JSON array')
    .action(({ json }: { json?: boolean }) => listPacks(context, settings, Boolean(json)));
  const fetch = new Command('fetch')
    .description('Download a pack from its publisher, check it, and keep it in the cache.')
    .argument('<name>', names)
    .option('--from <DIR|URL>', 'a folder, or an https address of one, that holds the published files')
    .action(async (name: string, { from }: { from?: string }) => fetchNamed(context, settings, await find(name), from));
  const verify = new Command('verify')
    .description('Check the SHA-256 of the packs that are here.')
    .argument('[name]', `${names} (default: all that are here)`)
    .action(async (name?: string) => verifyPacks(context, settings, name === undefined ? undefined : await find(name)));
  const path = new Command('path')
    .description('Print the folder that holds the packs, or one of them.')
    .argument('[name]', names)
    .action(async (name?: string) => {
      const cache = cacheOf(settings);
      const folder = packFolder(cache, name === undefined ? { name: '' } : await find(name));
      await writeLine(context.terminal.stdout, folder);
    });
  const command = addCommonOptions(new Command('data'))
    .description('Get the tables that some problems need and that are not part of flowtape.')
    .helpCommand(false)
    .addHelpText(
      'after',
      '\nData is kept in FLOWTAPE_CACHE or, if that is not set, in the cache folder of the system.',
    );
  for (const subcommand of [list, fetch, verify, path]) command.addCommand(addCommonOptions(subcommand));
  return command;
}

async function listPacks({ terminal }: Context, settings: DataSettings, json: boolean): Promise<void> {
  const packs = await Promise.all(
    (settings.packs ?? (await dataPacks())).map(async (pack) => {
      const { name, summary, licence, rights, citations } = pack;
      const folder = packFolder(cacheOf(settings), pack);
      const [state, bytes] = [await packState(folder, pack), sizeOf(pack.files)];
      return { name, summary, state, bytes, download: sizeOf(pack.originals), licence, rights, citations, folder };
    }),
  );
  if (json) return writeLine(terminal.stdout, JSON.stringify(packs));
  const rows = packs.map(({ name, state, bytes, licence, summary }) => {
    return [name, state, formatBytes(bytes), licence, summary];
  });
  for (const line of alignedLines(['name', 'state', 'size', 'licence', 'what'], rows)) {
    await writeLine(terminal.stdout, line);
  }
}

async function fetchNamed(
  context: Context,
  settings: DataSettings,
  pack: DataPack,
  from: string | undefined,
): Promise<void> {
  const { terminal } = context;
  const folder = packFolder(cacheOf(settings), pack);
  const say = (line: string) => writeLine(terminal.stdout, line);
  const sayWhatItIs = async () => {
    await say(`${pack.name} is ${pack.summary}`);
    await say(`licence: ${pack.licence}, ${pack.rights}`);
    for (const citation of pack.citations) await say(`cite: ${citation}`);
  };
  const found = await verifyPack(folder, pack);
  if (found.every(({ problem }) => problem === undefined)) {
    await say(`${pack.name} is in ${folder} already, and its SHA-256 is right`);
    return sayWhatItIs();
  }

  const controller = new AbortController();
  const stopListening = terminal.onInterrupt((signal) => {
    context.exitCode = exitCodes.interrupted + signal;
    controller.abort();
  });
  const display = await createDownloadDisplay(terminal.stderr);
  try {
    const { stallSeconds, writeFile } = settings;
    const { signal } = controller;
    const places = await fetchPack(pack, folder, { from, stallSeconds, writeFile, signal, onProgress: display.report });
    display.stop();
    for (const [i, { name, size }] of pack.originals.entries()) {
      await say(`took ${name} (${formatBytes(size)}) from ${places[i]}`);
    }
    await say(`size and SHA-256 are right; ${pack.name} is in ${folder} (${formatBytes(sizeOf(pack.files))})`);
    await sayWhatItIs();
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    display.stop();
    await writeLine(terminal.stderr, 'Stopped. Nothing was stored.');
  } finally {
    display.stop();
    stopListening();
  }
}

async function verifyPacks(context: Context, settings: DataSettings, named: DataPack | undefined): Promise<void> {
  const say = (line: string) => writeLine(context.terminal.stdout, line);
  const cache = cacheOf(settings);
  const damaged: string[] = [];
  let checked = 0;
  for (const pack of named === undefined ? (settings.packs ?? (await dataPacks())) : [named]) {
    const folder = packFolder(cache, pack);
    if (named === undefined && (await packState(folder, pack)) === 'not fetched') continue;
    for (const { name, problem } of await verifyPack(folder, pack)) {
      checked++;
      if (problem !== undefined && !damaged.includes(pack.name)) damaged.push(pack.name);
      await say(`${pack.name}: ${name} ${problem ?? 'is right'}`);
    }
  }
  if (checked === 0) {
    await say(`nothing was fetched into ${packFolder(cache, { name: '' })}, so there is nothing to verify`);
    context.exitCode = exitCodes.failed;
  }
  for (const name of damaged) await say(`repair it with: ${commandLine(`data fetch ${name}`)}`);
  if (damaged.length > 0) context.exitCode = exitCodes.failed;
}

function findPack(packs: readonly DataPack[], name: string): DataPack {
  const found = packs.find((pack) => pack.name === name);
  if (found !== undefined) return found;
  const names = packs.map((pack) => pack.name);
  throw new UsageError(`There is no data pack "${name}".${suggestion(name, names)} Known are: ${names.join(', ')}.`);
}

function cacheOf({ cache }: DataSettings): string {
  return cache ?? cacheFolder();
}

function sizeOf(files: DataPack['files']): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
