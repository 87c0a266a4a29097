// A perceptron learns exclusive or, on a GPU: what someone writes who wants nothing but automatic differentiation.
import {
  adam,
  compile,
  createTape,
  initializeParameters,
  mean,
  mlp,
  openWebgpuDevice,
  readParameters,
  square,
  subtract,
} from 'flowtape/engine';

const device = await openWebgpuDevice(await navigator.gpu.requestAdapter());

const network = mlp({ name: 'xor', observation: { kind: 'features', width: 2 }, hidden: [16], outputs: 1 });
const parameters = initializeParameters(network, 7, 0);
const tape = createTape();
const inputs = tape.constant('f32', [4, 2], [0, 0, 0, 1, 1, 0, 1, 1]);
const wanted = tape.constant('f32', [4, 1], [0, 1, 1, 0]);
const tensors = readParameters(tape, parameters);
const outputs = network.apply(tensors, inputs);
const loss = mean(square(subtract(outputs, wanted)));
adam(parameters, { learningRate: 0.05 }).minimize(loss);

const executable = await device.prepare(compile(tape, { loss, outputs }));
executable.run(200);
console.log([...(await executable.read('outputs'))].map(Math.round).join(' '));
device.destroy();
