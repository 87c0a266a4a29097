import { expect, test } from 'vitest';
import { program } from '../../src/device/index.ts';
import { adam, mlp } from '../../src/nn/index.ts';
import { mean, multiply, square, subtract } from '../../src/ops/index.ts';
import { compile } from '../../src/plan/index.ts';
import { createTape } from '../../src/tape/index.ts';
import { fastDevices, onEach } from '../setup/devices.ts';

onEach(fastDevices, (open) => {
  test('a program takes its inputs, runs and gives its outputs', async () => {
    const device = await open();
    const make = () =>
      program(device, (tape) => ({ y: multiply(tape.input('x', [3]), 2), n: tape.input('n', [2], 'i32') }));
    const first = await make();
    first.run();
    first.close();
    // Scratch space that kernels reserve when they first run is the device's.
    const before = device.counts.bytes;
    const twice = await make();
    twice.set({ x: [1, 2, 3], n: [7, 8] });
    twice.run();
    expect(Array.from(await twice.read('y'))).toEqual([2, 4, 6]);
    expect(Array.from(await twice.read('n'))).toEqual([7, 8]);
    twice.set({ x: [0, 0, 5] });
    twice.run(3);
    expect(Array.from(await twice.read('y'))).toEqual([0, 0, 10]);
    twice.close();
    expect(device.counts.bytes).toBe(before);
  });

  test('inputs of unknown names or other lengths are refused, and nothing of them is taken', async () => {
    const one = await program(await open(), (tape) => ({ y: multiply(tape.input('weights', [2]), 1) }));
    one.set({ weights: [1, 2] });
    expect(() => one.set({ weights: [5, 6], weihgts: [1, 2] })).toThrow(
      'program: there is no input weihgts. Its inputs are: weights.',
    );
    expect(() => one.set({ weights: [1, 2, 3] })).toThrow(/weights/);
    one.run();
    expect(Array.from(await one.read('y'))).toEqual([1, 2]);
    one.close();
  });

  test('an unknown output and invalid counts are refused', async () => {
    const tape = createTape();
    const y = multiply(tape.input('x', [1]), 2);
    const executable = await (await open()).prepare(compile(tape, { y }));
    await expect(executable.read('z' as 'y')).rejects.toThrow('no output z. This executable has the outputs y.');
    for (const times of [-1, 1.5, Number.NaN]) expect(() => executable.run(times)).toThrow(/whole number of times/);
    executable.release();
    expect(() => tape.constant('f64' as 'f32', [1], [1])).toThrow('constant: numbers are f32 or i32, not f64.');
    expect(() => tape.input('n', [1], 'u32' as 'i32')).toThrow('variable n: numbers are f32 or i32, not u32.');
  });

  test('a perceptron learns what no line can separate, in programs that share its parameters', async () => {
    const device = await open();
    const net = mlp({ inputs: 2, hidden: [16], outputs: 1, seed: 7 });
    const optimizer = adam(net.parameters, { learningRate: 0.05 });
    const step = await program(device, (tape) => {
      const outputs = net(tape.input('x', [4, 2]));
      const loss = mean(square(subtract(outputs, tape.input('y', [4, 1]))));
      optimizer.minimize(loss);
      return { loss };
    });
    const predict = await program(device, (tape) => ({ y: net(tape.input('x', [4, 2])) }));
    const x = [0, 0, 0, 1, 1, 0, 1, 1];
    step.set({ x, y: [0, 1, 1, 0] });
    step.run(200);
    expect((await step.read('loss'))[0]).toBeLessThan(1e-3);
    step.close();
    predict.set({ x });
    predict.run();
    expect(Array.from(await predict.read('y'), (y) => Math.abs(Math.round(y)))).toEqual([0, 1, 1, 0]);
    predict.close();
  });
});
