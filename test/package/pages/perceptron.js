// A perceptron learns exclusive or, on a GPU: what someone writes who wants nothing but automatic differentiation.
import { adam, mean, mlp, openWebgpuDevice, program, square, subtract } from 'flowtape/engine';

const device = await openWebgpuDevice(await navigator.gpu.requestAdapter());
const net = mlp({ inputs: 2, hidden: [16], outputs: 1, seed: 7 });
const optimizer = adam(net.parameters, { learningRate: 0.05 });
const step = await program(device, (tape) => {
  const outputs = net(tape.input('x', [4, 2]));
  const loss = mean(square(subtract(outputs, tape.input('y', [4, 1]))));
  optimizer.minimize(loss);
  return { loss, outputs };
});
step.set({ x: [0, 0, 0, 1, 1, 0, 1, 1], y: [0, 1, 1, 0] });
step.run(200);
console.log([...(await step.read('outputs'))].map((output) => Math.abs(Math.round(output))).join(' '));
device.destroy();
