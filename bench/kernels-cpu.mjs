// Times the cpu device's dense kernels on the shapes that training has: each by itself on one thread, and the forward
// pass as a plan on all threads. node bench/kernels-cpu.mjs [activation], after npm run build. The best of several
// rounds, since other processes only ever add time.
import { readFile } from 'node:fs/promises';
import { compile, createTape, dense, variable } from '../dist/index.js';
import { openNodeCpuDevice } from '../dist/node.js';

const wasm = await readFile(new URL('../build/kernels.wasm', import.meta.url));
const memory = new WebAssembly.Memory({ initial: 16, maximum: 65_536 });
const { instance } = await WebAssembly.instantiate(wasm, { env: { memory } });
const kernels = instance.exports;

let end = kernels.heapBase();

/** The address of numbers between -1 and 1, on cache lines of their own. */
function reserve(bytes) {
  const address = Math.ceil(end / 256) * 256;
  end = address + bytes;
  const missing = Math.ceil((end - memory.buffer.byteLength) / 65_536);
  if (missing > 0) memory.grow(missing);
  const numbers = new Float32Array(memory.buffer, address, bytes / 4);
  for (let i = 0; i < numbers.length; i++) numbers[i] = Math.sin(i * 12.9898);
  return address;
}

/** Milliseconds of one call. */
function time(run) {
  let calls = 1;
  for (let elapsed = 0; elapsed < 10; calls *= 2) elapsed = repeat(run, calls);
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10; round++) best = Math.min(best, repeat(run, calls) / calls);
  return best;
}

function repeat(run, calls) {
  const start = performance.now();
  for (let i = 0; i < calls; i++) run();
  return performance.now() - start;
}

const activations = { none: 0, relu: 1, leakyRelu: 2, tanh: 3, sigmoid: 4 };
const activation = activations[process.argv[2] ?? 'leakyRelu'];
if (activation === undefined) {
  console.error(`No activation ${process.argv[2]}; there are ${Object.keys(activations).join(', ')}.`);
  process.exit(1);
}

const shapes = [
  [1200, 256, 256],
  [256, 256, 256],
  [16, 256, 256],
  [1, 256, 256],
  [256, 256, 32],
  [256, 64, 256],
  [1200, 256, 5],
  [16, 256, 5],
  [1200, 256, 1],
  [600, 128, 128],
  [600, 256, 768],
];

/** A layer's forward pass on the device's threads. */
async function prepareForward(device, N, I, O) {
  const tape = createTape();
  const given = (...shape) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const numbers = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 12.9898));
    return tape.read(variable('given', 'f32', shape, numbers));
  };
  const y = dense(given(N, I), given(I, O), given(O), process.argv[2] ?? 'leakyRelu');
  return device.prepare(compile(tape, { y }));
}

const device = await openNodeCpuDevice();
console.log(`forward on all threads: ${device.description}`);
console.log(
  'rows x I x O        forward               dX                    dW and db             forward, all threads',
);
for (const [N, I, O] of shapes) {
  const [x, w, b, y, dy, dx, dw, db] = [N * I, I * O, O, N * O, N * O, N * I, I * O, O].map((count) =>
    reserve(4 * count),
  );
  const scratch = reserve(
    Math.max(
      kernels.denseScratch(I, O),
      kernels.denseInputGradientScratch(I, O),
      kernels.denseWeightGradientScratch(I, O),
    ),
  );
  const times = [
    time(() => kernels.dense(0, N, I, O, x, w, b, y, activation, scratch)),
    time(() => kernels.denseInputGradient(0, N, I, O, dy, y, w, dx, activation, scratch)),
    time(() => kernels.denseWeightGradient(0, I, 0, N, I, O, x, dy, y, dw, db, activation, scratch)),
  ];
  const replay = await prepareForward(device, N, I, O);
  times.push(time(() => replay.run()));
  replay.release();
  const cells = times.map((ms) => {
    const speed = (2 * N * I * O) / ms / 1e6;
    return `${(ms * 1e3).toFixed(1).padStart(7)} us ${speed.toFixed(1).padStart(5)} GFLOP/s`;
  });
  console.log(`${N} x ${I} x ${O}`.padEnd(16), cells.join('  '));
}
