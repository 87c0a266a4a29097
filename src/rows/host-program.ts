import { hostCompiler, loadHostCompiler } from './host-compiler.ts';
import type { Program } from './program.ts';
import { refusal } from './recording.ts';
import { type HostProgram, writeClosures } from './write-closures.ts';

/** The number of calls after which compiling a program is worthwhile. */
const callsWorthCompiling = 1000;

const maxParameters = 3;

/**
 * A program that is recorded and made runnable at its first call. It starts as closures. If it is called often it
 * becomes WebAssembly, which computes the same several times faster, as soon as the compiler is loaded. If a page
 * forbids compiling, it stays as closures.
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
      // It stays as closures.
    }
  };
  // Without a rest parameter, which would be an array for every call.
  return (buffers, n, a, b, c) => (faster ?? slowly)(buffers, n, a, b, c);
}

/** The same as closures that throw on an index outside its row, instead of clamping it. */
export function checkedHostProgram(make: () => Program): HostProgram {
  let closures: HostProgram | undefined;
  return (buffers, n, a, b, c) => {
    closures ??= closuresOf(make(), true);
    return closures(buffers, n, a, b, c);
  };
}

/** @throws if the program has more parameters than calls pass */
function closuresOf(program: Program, checked = false): HostProgram {
  if (program.parameters.length <= maxParameters) return writeClosures(program, { checked });
  throw refusal(
    program,
    `it has ${program.parameters.length} parameters; on the host it has at most ${maxParameters}.`,
  );
}
