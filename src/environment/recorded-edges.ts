import { local, repeat, updates, when, writes } from '../rows/index.ts';
import type { Program } from '../rows/program.ts';
import { record } from '../rows/record.ts';
import { compileOverRows, type RowsOverWasm } from '../rows/wasm-host.ts';
import type { EdgeWindow } from './edges.ts';
import type { Environment } from './environment.ts';
import type { EnvironmentRowFunctions, StateRow } from './row-functions.ts';

/** Programs compiled earlier, by environment. */
const compiled = new WeakMap<EnvironmentRowFunctions, { readonly size: number; readonly rows: () => RowsOverWasm }>();

/**
 * The edges of up to `size` states, by one call of WebAssembly.
 * @throws if the system forbids compiling, or a function has changed
 */
export function recordedEdges(environment: Environment, functions: EnvironmentRowFunctions, size: number): EdgeWindow {
  functions.confirm?.();
  const known = compiled.get(functions);
  const rows = known?.size === size ? known.rows : compileOverRows(edgesProgram(environment, functions), size);
  compiled.set(functions, { size, rows });
  const { buffers, run } = rows();
  const [states, mask, children, isEnd, parents] = buffers as Int32Array[];
  return { states, mask, children, isEnd, parents, fill: run };
}

function edgesProgram(
  { name: owner, stateSize, actionCount }: Environment,
  functions: EnvironmentRowFunctions,
): Program {
  return record(
    { owner, name: 'edges' },
    {
      buffers: {
        ...{ state: updates('i32', stateSize), mask: updates('i32', actionCount) },
        ...{ children: updates('i32', actionCount * stateSize) },
        ...{ isEnd: writes('i32', actionCount), parents: writes('i32', actionCount) },
      },
    },
    ({ state, mask, children, isEnd, parents }) => {
      functions.forwardMask(state, (action, allowed) => mask.set(action, allowed.toInt()));
      repeat(actionCount, (action) => {
        const first = action.multiply(stateSize);
        const child: StateRow = {
          length: stateSize,
          at: (i) => children.at(first.add(i)),
          set: (i, number) => children.set(first.add(i), number),
        };
        when(mask.at(action).notEqual(0), () => {
          repeat(stateSize, (i) => child.set(i, state.at(i)));
          functions.step(child, action);
          isEnd.set(action, functions.isTerminal(child).toInt());
          const found = local(0);
          functions.parents(child, () => found.set(found.get().add(1)));
          parents.set(action, found.get());
        });
      });
    },
  );
}
