import type { BoolLike, Int, IntLike } from '../../rows/expression.ts';
import { inputsOf, type Value } from '../../rows/program.ts';
import { recordingNow, refusal } from '../../rows/recording.ts';
import type { PlacedChange } from './actions.ts';
import type { Change } from './changes.ts';

/**
 * Analyses an action's changes as they are recorded: which parameters can be read back from what they write, and
 * whether each change can be undone after those that follow it.
 *
 * @param reads the fields of the values read
 * @throws if a change depends on something that it or an earlier one changes, which is lost at the child
 */
export function analyzeChanges(
  changes: readonly Change[],
  parameters: readonly Int[],
  reads: ReadonlyMap<Value, string>,
): { changes: PlacedChange[]; undoneBy: number[] } {
  const found = changes.map(({ dependsOn }) => dependenciesOf(dependsOn, parameters, reads));
  const changed = new Set<string>();
  changes.forEach((change, i) => {
    for (const field of change.fields) changed.add(field);
    const gone = [...found[i].fields].find((field) => changed.has(field));
    if (gone === undefined) return;
    throw refusal(
      recordingNow('changes'),
      `the ${change.what} depends on ${gone}, which it or a change before it changes, so that it cannot be undone as it ` +
        `stands. List it ahead of what changes ${gone}; change a counter by an amount with move(counter, by) ` +
        'instead of set; or give step and undo instead of changes.',
    );
  });
  const recovered = new Set<number>();
  const placed = changes.map((change, i): PlacedChange => {
    const parameter = parameters.indexOf(change.value as Int);
    const isNeededAhead =
      found.slice(i + 1).some((later) => later.parameters.has(parameter)) ||
      changes[i].dependsOn.some(
        (other) => other !== change.value && dependenciesOf([other], parameters, reads).parameters.has(parameter),
      );
    if (parameter < 0 || isNeededAhead || recovered.has(parameter)) return { recovers: undefined };
    recovered.add(parameter);
    return { recovers: parameter };
  });
  return { changes: placed, undoneBy: [...parameters.keys()].filter((parameter) => !recovered.has(parameter)) };
}

/**
 * The fields and parameters that values are computed from. For a variable, as for a sum, this may be everything that
 * was read.
 */
function dependenciesOf(
  given: readonly (IntLike | BoolLike)[],
  parameters: readonly Int[],
  reads: ReadonlyMap<Value, string>,
): { fields: Set<string>; parameters: Set<number> } {
  const fields = new Set<string>();
  const found = new Set<number>();
  const seen = new Set<Value>();
  const walk = (value: Value): void => {
    if (seen.has(value)) return;
    seen.add(value);
    const field = reads.get(value);
    if (field !== undefined) fields.add(field);
    const parameter = parameters.findIndex((candidate) => candidate.value === value);
    if (parameter >= 0) found.add(parameter);
    if (value.kind === 'local') {
      for (const name of reads.values()) fields.add(name);
      for (const each of parameters.keys()) found.add(each);
    }
    inputsOf(value).forEach(walk);
  };
  for (const value of given) if (typeof value === 'object') walk(value.value);
  return { fields, parameters: found };
}
