import { hostCompiler, loadHostCompiler } from './host-compiler.ts';
import type { Program } from './program.ts';
import { refusal } from './recording.ts';
import { type HostProgram, writeClosures } from './write-closures.ts';

/** Calls after which a program is worth compiling. */
const callsWorthCompiling = 1000;

const maxParameters = 3;

/**
 * A program that is recorded and made runnable when it is first called. It begins as closures; one that is called often
 * goes on as WebAssembly, which computes the same and is several times faster, as soon as that is loaded. Where a page
 * forbids it, it stays as it is.
 */
export function hostProgram(make: () => Program): HostProgram {
  let calls = 0;
  let program: Program | undefined;
  let closures: HostProgram | undefined;
  let faster: HostProgram | undefined;
  const recorded = (): Program => {
    program ??= make();
    return program;
  };
  const slowly: HostProgram = (buffers, n, a, b, c) => {
    calls++;
    closures ??= closuresOf(recorded());
    if (calls === callsWorthCompiling) {
      if (hostCompiler()) compile();
      else void loadHostCompiler().then(compile, () => undefined);
    }
    return closures(buffers, n, a, b, c);
  };
  const compile = (): void => {
    try {
      faster = hostCompiler()?.wasmHostProgram(recorded(), slowly);
    } catch {
      // It stays as it is.
    }
  };
  // Without a rest parameter, which would be an array for every call.
  return (buffers, n, a, b, c) => (faster ?? slowly)(buffers, n, a, b, c);
}

/** The same as closures that throw where an index is outside of its row, instead of holding it inside. */
export function checkedHostProgram(make: () => Program): HostProgram {
  let closures: HostProgram | undefined;
  return (buffers, n, a, b, c) => {
    closures ??= closuresOf(make(), true);
    return closures(buffers, n, a, b, c);
  };
}

/** @throws where the program has more parameters than calls hand over */
function closuresOf(program: Program, checked = false): HostProgram {
  if (program.parameters.length <= maxParameters) return writeClosures(program, { checked });
  throw refusal(
    program,
    `it has ${program.parameters.length} parameters; on the host it has at most ${maxParameters}.`,
  );
}
