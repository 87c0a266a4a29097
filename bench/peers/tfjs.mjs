// A training step with TensorFlow.js, as its guide writes one by hand: the fused ops of its core (tf.fused.matMul with
// bias and relu falls back to separate ones inside gradients), `optimizer.minimize` with Adam, everything in `tf.tidy`.
// node tfjs.mjs '{"backend": "webgpu" | "null" | "wasm" | "wasm-threads", "rows": ..., "widths": [...], "data": FILE, "seconds": ...}'
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { provideNavigator } from './navigator.mjs';
import { readStepData } from './step-data.mjs';
import { timeSteps } from './step-timing.mjs';

const problem = JSON.parse(process.argv[2]);
const { backend, rows, widths, seconds } = problem;
const gpu = backend === 'webgpu' || backend === 'null' ? backend : undefined;
const require = createRequire(import.meta.url);
await provideNavigator(gpu);
const tf = require('@tensorflow/tfjs');
if (gpu) require('@tensorflow/tfjs-backend-webgpu');
else {
  const wasm = require('@tensorflow/tfjs-backend-wasm');
  wasm.setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}/`);
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', backend === 'wasm-threads');
}
if (!(await tf.setBackend(gpu ? 'webgpu' : 'wasm'))) throw new Error(`TensorFlow.js: no ${backend} here`);
await tf.ready();

const data = readStepData(problem);
const x = tf.tensor2d(data.inputs, [rows, widths[0]]);
const y = tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(data.labels, 'int32'), widths[widths.length - 1]), 'float32'));
const layers = data.layers.map(({ weight, bias }, layer) => ({
  weight: tf.variable(tf.tensor2d(weight, [widths[layer], widths[layer + 1]])),
  bias: tf.variable(tf.tensor1d(bias)),
}));
const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);

function lossOf() {
  const logits = layers.reduce(
    (input, { weight, bias }, layer) =>
      tf.fused.matMul({ a: input, b: weight, bias, activation: layer === layers.length - 1 ? 'linear' : 'relu' }),
    x,
  );
  return tf.losses.softmaxCrossEntropy(y, logits);
}

await timeSteps(
  { engine: `TensorFlow.js ${tf.version_core}, ${backend}`, seconds },
  {
    begin: () => optimizer.minimize(lossOf, true),
    // The only documented way to wait for a GPU; it waits for everything queued before. On WebAssembly `minimize`
    // blocks.
    finish: (loss) => (gpu ? loss.data() : Promise.resolve()),
    async read(loss) {
      const [value] = await loss.data();
      loss.dispose();
      return value;
    },
    dispose: (loss) => loss.dispose(),
  },
);
process.exit(0);
