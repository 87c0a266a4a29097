import { createStore, del, get, set } from 'idb-keyval';
import type { DevicePreference } from '../device/index.ts';
import { decodeRun } from '../run/run-checkpoint.ts';
import type { RunConfig } from '../run/run-config.ts';
import { devicePreferences } from '../run/run-settings.ts';
import { pageCatalogue } from './catalogue.ts';
import { curveOf, entriesOf, listOf } from './kept-list.ts';
import { pageConfig } from './page-config.ts';
import type { CurvePoint } from './ui/known-run.ts';
import type { ListedRun } from './ui/run-list.ts';

/** A run that outlives a reload of its page. */
export interface KeptRun {
  /** As `RunClient.save` gives it. */
  readonly checkpoint: Uint8Array;
  /** The device as requested; a checkpoint names the actual one. */
  readonly device: DevicePreference;
  readonly paused: boolean;
  /** Its figures until then, for charts. */
  readonly curve?: readonly CurvePoint[] | undefined;
}

/** A kept run that can be resumed. */
export interface RecalledRun extends KeptRun {
  readonly config: RunConfig;
  readonly step: number;
}

/** What was kept; `listed` only if there were runs. */
export interface Recalled {
  readonly runs: readonly RecalledRun[];
  readonly listed?: readonly ListedRun[] | undefined;
  readonly problem?: string | undefined;
}

/** The browser's storage for this page. Nothing here ever throws: failures are a `problem`, in words for people. */
export interface KeptRuns {
  /** Keeps these runs, one or two side by side, and the list beside them, replacing those kept before. */
  keep(runs: readonly KeptRun[], listed?: readonly ListedRun[]): Promise<{ readonly problem?: string }>;
  /** The last kept runs; empty if there are none that this page can use. */
  recall(): Promise<Recalled>;
  forget(): Promise<{ readonly problem?: string }>;
}

/** A place for one value by its name; each call may throw. */
export interface Storage {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  del(key: string): Promise<void>;
}

/** Where the last kept runs of any tab are; those of a tab have its number appended. */
const lastOfAll = 'runs';
const format = 'flowtape-kept-runs';
const version = 2;
const maxRuns = 2;

/** The largest checkpoint to keep, in bytes: many times the size of a page's networks. */
const largest = 64 * 2 ** 20;

/** Milliseconds after which storage that does not answer is given up: a browser may leave a request open for ever. */
const patience = 10_000;

/** @param key the name in the storage */
export function keptRuns(storage: Storage = browserStorage(), key = lastOfAll): KeptRuns {
  const attempt = async <Result>(what: string, action: () => Promise<Result>) => {
    try {
      return { value: await inTime(action()) };
    } catch (cause) {
      return { problem: `${what}: ${reasonOf(cause)}` };
    }
  };
  const forget = async () => onlyProblem(await attempt('The kept run could not be removed', () => storage.del(key)));
  return {
    async keep(runs, listed = []) {
      if (runs.length > maxRuns || runs.some(({ checkpoint }) => checkpoint.byteLength > largest)) {
        return { problem: 'The run could not be kept for a reload: it is too large.' };
      }
      const record = {
        format,
        version,
        listed,
        runs: runs.map(({ checkpoint, device, paused, curve }) => ({ checkpoint, device, paused, curve })),
      };
      return onlyProblem(await attempt('The run could not be kept for a reload', () => storage.set(key, record)));
    },
    async recall() {
      const found = await attempt('Whether a run was kept cannot be told', () => storage.get(key));
      if ('problem' in found) return { runs: [], problem: found.problem };
      if (found.value === undefined) return { runs: [] };
      try {
        return { runs: recordedRuns(found.value), listed: listOf(entriesOf(found.value).listed) };
      } catch (cause) {
        // It would be refused every time.
        await forget();
        return { runs: [], problem: `The run that was kept cannot be used: ${reasonOf(cause)}` };
      }
    },
    forget,
  };
}

/** The number of tabs with separate places; more of them may share one. */
const places = 64;

/**
 * The same for one of several tabs: each keeps its runs separately, and finds them again after a reload. A new tab
 * finds the last kept runs of any.
 * @param tab storage that lives as long as the tab; undefined if the browser has none
 */
export function keptRunsOfTab(
  wasHere: boolean,
  tab: Pick<globalThis.Storage, 'getItem' | 'setItem'> | undefined,
  storage: Storage = browserStorage(),
): KeptRuns {
  const all = keptRuns(storage);
  const number = numberOf(tab);
  if (number === undefined) return all;
  const own = keptRuns(storage, `${lastOfAll}-${number}`);
  return {
    async keep(runs, listed) {
      const result = await own.keep(runs, listed);
      return result.problem === undefined ? all.keep(runs, listed) : result;
    },
    recall: () => (wasHere ? own : all).recall(),
    async forget() {
      await own.forget();
      return all.forget();
    },
  };
}

/** The number of a tab, assigned when it is first needed. */
function numberOf(tab: Pick<globalThis.Storage, 'getItem' | 'setItem'> | undefined): number | undefined {
  try {
    const found = Number(tab?.getItem('flowtape-tab') ?? Number.NaN);
    if (tab === undefined || (Number.isInteger(found) && found >= 0 && found < places)) return tab && found;
    const drawn = Math.floor(Math.random() * places);
    tab.setItem('flowtape-tab', String(drawn));
    return drawn;
  } catch {
    return undefined;
  }
}

/** idb-keyval's store in IndexedDB, opened on first use, since a browser may have none, or refuse it. */
function browserStorage(): Storage {
  let opened: ReturnType<typeof createStore> | undefined;
  const within = async <Result>(action: (store: ReturnType<typeof createStore>) => Promise<Result>) => {
    try {
      opened ??= createStore('flowtape', 'page');
      return await action(opened);
    } catch (cause) {
      // The next attempt opens it again.
      opened = undefined;
      throw cause;
    }
  };
  return {
    get: (name) => within((store) => get(name, store)),
    set: (name, value) => within((store) => set(name, value, store)),
    del: (name) => within((store) => del(name, store)),
  };
}

/** @throws Error if this page did not write the record, or a run cannot be resumed */
function recordedRuns(record: unknown): RecalledRun[] {
  const { format: foundFormat, version: foundVersion, runs } = entriesOf(record);
  if (foundFormat !== format || foundVersion !== version) throw new Error('another version of this page kept it.');
  if (!Array.isArray(runs) || runs.length > maxRuns) throw new Error('it is damaged.');
  return runs.map((run: unknown): RecalledRun => {
    const { checkpoint, device, paused, curve } = entriesOf(run);
    const preference = devicePreferences.find((choice) => choice === device);
    if (!(checkpoint instanceof Uint8Array) || preference === undefined || typeof paused !== 'boolean') {
      throw new Error('it is damaged.');
    }
    const { config, snapshot } = decodeRun(pageCatalogue, checkpoint);
    return {
      checkpoint,
      device: preference,
      paused,
      curve: curveOf(curve),
      config: pageConfig({ ...config, device: preference }),
      step: snapshot.step,
    };
  });
}

async function inTime<Result>(action: Promise<Result>): Promise<Result> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the browser does not answer.')), patience);
  });
  try {
    return await Promise.race([action, late]);
  } finally {
    clearTimeout(timer);
  }
}

function onlyProblem(result: { readonly problem?: string }): { readonly problem?: string } {
  return result.problem === undefined ? {} : { problem: result.problem };
}

/** A browser's reason, if it gives one, in familiar words. */
function reasonOf(cause: unknown): string {
  const { name, message } = cause as { readonly name?: string; readonly message?: string };
  switch (name) {
    case 'QuotaExceededError':
      return 'the space that the browser gives this page is used up.';
    case 'SecurityError':
    case 'InvalidStateError':
    case 'NotAllowedError':
      return 'the browser does not let this page store anything.';
    default:
      return message ?? 'the browser gives no reason.';
  }
}
