import { updates } from '../../rows/buffers.ts';
import { Float, type FloatLike, type Int } from '../../rows/expression.ts';
import { checkedHostProgram, hostProgram } from '../../rows/host-program.ts';
import { float } from '../../rows/math.ts';
import { type Table, table } from '../../rows/table.ts';
import { checkGiven } from '../../text/check-given.ts';
import { enumerationOf } from '../enumeration.ts';
import type { Reward } from '../environment.ts';
import type { RewardRowFunctions, StateRow } from '../row-functions.ts';
import type { Fields, PlainState } from './fields.ts';
import { type Confirmations, confirming, probe } from './probe.ts';
import type { RowEnvironment } from './row-environment.ts';
import { type StateOf, stateOf } from './state.ts';

/** Numbers that a reward looks up, by name. */
export type RewardTables = Readonly<Record<string, Float32Array | Float64Array | Int32Array>>;

/** Tables in a program. */
export type TablesOf<T extends RewardTables> = {
  readonly [Name in keyof T]: Table<T[Name] extends Int32Array ? Int : Float>;
};

/** A reward for an environment in the row language. */
export interface RowReward extends Reward {
  readonly rows: RewardRowFunctions;
}

/**
 * A reward written once, in the row language of its environment: its logarithm at a terminal state. Devices compute it
 * in float32, the host in float64; tables may be given in float64 too.
 *
 * `tables` are numbers by name, which `logReward` looks up with `tables.scores.at(index)`; `logPotential` is the part
 * of log R known at an intermediate state, see `Reward`.
 *
 * @throws Error that names the reward and the expression that cannot be recorded, or the table with a number that is
 * not finite
 */
export function rowReward<F extends Fields, const T extends RewardTables = Readonly<Record<string, never>>>(given: {
  readonly name: string;
  readonly of: RowEnvironment<F>;
  readonly tables?: T | undefined;
  logReward(state: StateOf<F>, tables: TablesOf<T>): FloatLike;
  logPotential?(state: StateOf<F>, tables: TablesOf<T>): FloatLike;
}): RowReward {
  checkGiven('rowReward', { given }, { name: 'text', of: 'object', logReward: 'function' });
  const { name, of: environment, tables: numbers, logReward, logPotential } = given;
  const { layout } = environment;
  const tables = Object.fromEntries(
    Object.entries(numbers ?? {}).map(([key, data]) => [key, table(key, data as Float32Array)]),
  ) as unknown as TablesOf<T>;
  const reward = rewardOf(environment, name, (row) => logReward(stateOf<F>(layout, row), tables));
  if (!logPotential) return reward;
  const potential = floatProgram(environment, name, 'logPotential', (row) =>
    logPotential(stateOf<F>(layout, row), tables),
  );
  return {
    ...reward,
    logPotential: potential.host,
    rows: {
      ...reward.rows,
      logPotential: potential.row,
      hostPotential: potential.host,
      confirm() {
        reward.rows.confirm?.();
        potential.confirm();
      },
    },
  };
}

function rewardOf(of: RowEnvironment, name: string, logReward: (row: StateRow) => FloatLike): RowReward {
  const { row, host, checked, confirm } = floatProgram(of, name, 'logReward', logReward);
  return { name, of, rows: { logReward: row, host, checked, confirm }, logReward: host };
}

/** A reward's function of a state, in programs and on the host. */
function floatProgram(of: RowEnvironment, name: string, member: string, said: (row: StateRow) => FloatLike) {
  const row = (state: StateRow): Float => {
    const found: unknown = said(state);
    if (found instanceof Float) return found;
    if (typeof found === 'number') return float(found);
    throw new Error(
      `The reward ${name}: ${member} returns ${found === undefined ? 'nothing' : 'no Float'}; it has to return a Float, ` +
        'such as x.toFloat(), or a number.',
    );
  };
  const signature = { buffers: { state: updates('i32', of.stateSize) } };
  const confirmations: Confirmations = [];
  const place = { owner: `The reward ${name}`, name: member };
  const program = probe(confirmations, place, signature, ({ state }) => row(state));
  const run = hostProgram(() => program);
  const checked = () => {
    const runChecked = checkedHostProgram(() => program);
    return (state: Int32Array): number => runChecked([state]);
  };
  const confirm = confirming(confirmations);
  return { row, host: (state: Int32Array): number => run([state]), checked, confirm };
}

/** The most states, by their fields' bounds, for which a reward is tabulated: 48 MiB of tables. */
const maxEntries = 2 ** 22;

/**
 * A reward in plain TypeScript for an environment with few states: it is evaluated once for each object now, and looked
 * up from then on, on every device. The table has a number for each combination of the fields' values.
 *
 * @param logReward log R of an object, finite
 * @throws Error if the fields have more than 2^22 combinations, the objects cannot be enumerated, or a number is not
 * finite
 */
export function tabulatedReward<F extends Fields>(
  environment: RowEnvironment<F>,
  name: string,
  logReward: (state: PlainState<F>, row: Int32Array) => number,
): RowReward {
  checkGiven('tabulatedReward', { environment }, { layout: 'object' });
  checkGiven('tabulatedReward', { name }, 'text');
  checkGiven('tabulatedReward', { logReward }, 'function');
  const { layout, name: owner } = environment;
  const { fields } = layout;
  const entries = fields.reduce((product, { min, max, length }) => product * (max - min + 1) ** length, 1);
  if (entries > maxEntries) {
    throw new Error(
      `The reward ${name}: the fields of ${owner} have ${entries} combinations, more than the ${maxEntries} of a table. ` +
        'Write it with rowReward, or give { name, logReward }, which is computed on the host.',
    );
  }
  const enumeration = enumerationOf(environment, `Tabulating ${name}`);
  const scores = new Float64Array(entries);
  const row = new Int32Array(layout.size);
  for (let object = 0; object < enumeration.objectCount; object++) {
    enumeration.objectAt(object, row);
    let index = 0;
    for (const { offset, length, min, max } of fields) {
      for (let i = 0; i < length; i++) index = index * (max - min + 1) + (row[offset + i] - min);
    }
    const score = logReward(environment.plain(row), row);
    if (!Number.isFinite(Math.fround(score))) {
      throw new Error(`The reward ${name} of ${environment.text(row)} is ${score}, which is not a finite number.`);
    }
    scores[index] = score;
  }
  const lookUp = table('scores', scores);
  return rewardOf(environment, name, (state) => {
    const index = fields.reduce<Int | undefined>((joined, { offset, length, min, max }) => {
      let next = joined;
      for (let i = 0; i < length; i++) {
        const number = state.at(offset + i).subtract(min);
        next = next ? next.multiply(max - min + 1).add(number) : number;
      }
      return next;
    }, undefined);
    return lookUp.at(index ?? 0);
  });
}
