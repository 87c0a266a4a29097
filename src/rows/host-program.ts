import type { Program } from './program.ts';
import { refusal } from './recording.ts';
import { type HostProgram, writeClosures } from './write-closures.ts';

/** Calls after which a program is worth compiling. */
const callsWorthCompiling = 1000;

/**
 * A program that is recorded and made runnable when it is first called. It begins as closures; one of integers alone that
 * is called often goes on as WebAssembly, which computes the same and is several times faster, once that is loaded and
 * compiled. Where a page forbids that, it stays as it is.
 */
export function hostProgram(make: () => Program): HostProgram {
  let calls = 0;
  let closures: HostProgram | undefined;
  let faster: HostProgram | undefined;
  const slowly: HostProgram = (buffers, n, a, b, c) => {
    calls++;
    const program = closures && calls !== callsWorthCompiling ? undefined : make();
    if (program) closures ??= closuresOf(program);
    if (program && calls === callsWorthCompiling) void compile(program);
    return (closures as HostProgram)(buffers, n, a, b, c);
  };
  const compile = async (program: Program) => {
    try {
      const { wasmHostProgram } = await import('./wasm-host.ts');
      faster = await wasmHostProgram(program, slowly);
    } catch {
      // It stays as it is.
    }
  };
  // Without a rest parameter, which would be an array for every call.
  return (buffers, n, a, b, c) => (faster ?? slowly)(buffers, n, a, b, c);
}

/** @throws where the program has more parameters than calls hand over */
function closuresOf(program: Program): HostProgram {
  if (program.parameters.length <= maxParameters) return writeClosures(program);
  throw refusal(
    program,
    `it has ${program.parameters.length} parameters; on the host it has at most ${maxParameters}.`,
  );
}

const maxParameters = 3;
