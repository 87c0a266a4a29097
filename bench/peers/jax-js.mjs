// A training step with jax-js: forward, backward and Adam inside one jit, the fastest way it offers.
// node jax-js.mjs '{"backend": "webgpu" | "null" | "wasm" | "wasm-threads", "rows": ..., "widths": [...], "data": FILE, "seconds": ...}'
import { provideNavigator } from './navigator.mjs';
import { readStepData } from './step-data.mjs';
import { timeSteps } from './step-timing.mjs';
import { WebWorker } from './workers.mjs';

const problem = JSON.parse(process.argv[2]);
const { backend, rows, widths, seconds } = problem;
const gpu = backend === 'webgpu' || backend === 'null' ? backend : undefined;
await provideNavigator(gpu);
// Read when the module is loaded.
if (backend === 'wasm-threads') globalThis.Worker = WebWorker;
const { blockUntilReady, defaultDevice, init, jit, nn, numpy: np, tree, valueAndGrad } = await import('@jax-js/jax');

const device = gpu ? 'webgpu' : 'wasm';
if (!(await init(device)).includes(device)) throw new Error(`jax-js: no ${device} here`);
defaultDevice(device);

const data = readStepData(problem);
const classes = widths[widths.length - 1];
const x = np.array(data.inputs).reshape([rows, widths[0]]);
const oneHot = new Float32Array(rows * classes);
data.labels.forEach((label, row) => {
  oneHot[row * classes + label] = 1;
});
const y = np.array(oneHot).reshape([rows, classes]);
let parameters = data.layers.map(({ weight, bias }, layer) => ({
  weight: np.array(weight).reshape([widths[layer], widths[layer + 1]]),
  bias: np.array(bias),
}));
const zeros = () =>
  data.layers.map(({ bias }, layer) => ({
    weight: np.zeros([widths[layer], widths[layer + 1]]),
    bias: np.zeros([bias.length]),
  }));
let moments = { first: zeros(), second: zeros() };
let count = np.array([0]);

// Every function consumes its arguments; `ref` keeps one for another use.
function lossOf(parameters, x, y) {
  const last = parameters.length - 1;
  const logits = parameters.reduce((input, { weight, bias }, layer) => {
    const output = np.matmul(input, weight).add(bias);
    return layer === last ? output : nn.relu(output);
  }, x);
  return np.sum(nn.logSoftmax(logits).mul(y)).mul(-1 / rows);
}

const [rate, beta1, beta2, epsilon] = [1e-3, 0.9, 0.999, 1e-8];

const step = jit(function step(parameters, moments, count, x, y) {
  const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(parameters), x, y);
  const next = count.add(1);
  const correction = (beta) => np.subtract(1, np.power(beta, next.ref));
  const [scale1, scale2] = [correction(beta1), correction(beta2)];
  const first = tree.map((m, g) => m.mul(beta1).add(g.mul(1 - beta1)), moments.first, tree.ref(gradients));
  const second = tree.map((v, g) => v.mul(beta2).add(g.ref.mul(g).mul(1 - beta2)), moments.second, gradients);
  const updated = tree.map(
    (p, m, v) =>
      p.sub(
        m
          .div(scale1.ref)
          .div(np.sqrt(v.div(scale2.ref)).add(epsilon))
          .mul(rate),
      ),
    parameters,
    tree.ref(first),
    tree.ref(second),
  );
  scale1.dispose();
  scale2.dispose();
  return [loss, updated, { first, second }, next];
});

await timeSteps(
  { engine: `jax-js 0.1.25, ${backend}`, seconds },
  {
    begin() {
      const [loss, ...state] = step(parameters, moments, count, x.ref, y.ref);
      [parameters, moments, count] = state;
      return loss;
    },
    // Submits everything recorded by the step, and waits for it.
    finish: (loss) => blockUntilReady(loss),
    // Reading consumes it.
    read: async (loss) => (await loss.data())[0],
    dispose: (loss) => loss.dispose(),
  },
);
// Its threads would keep the program running.
process.exit(0);
