import { test } from 'vitest';
import { webgpuDevice } from '../../src/device/webgpu/webgpu.ts';
import * as ops from '../../src/ops/index.ts';
import type { Tape, Tensor } from '../../src/tape/index.ts';
import { createDraw, drawn, given } from '../setup/arbitraries.ts';
import { expectLikeReference } from '../setup/compare.ts';
import { testAdapter } from '../setup/gpu.ts';
import { inBrowser } from '../setup/here.ts';
import { segmentsOf, total } from '../setup/segments.ts';

/** With so few workgroups along a dimension, kernels of some tens of workgroups must fold them into two dimensions. */
const maxWorkgroups = 22;

/** A device as WebGPU gives it, but for one limit. Its methods still need the device itself as their `this`. */
function withFewWorkgroups(device: GPUDevice): GPUDevice {
  const limits = new Proxy(device.limits, {
    get: (target, name) =>
      name === 'maxComputeWorkgroupsPerDimension' ? maxWorkgroups : Reflect.get(target, name, target),
  });
  return new Proxy(device, {
    get(target, name) {
      if (name === 'limits') return limits;
      const value = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Tapes with some tens of workgroups to each launch, and how long their sums are. */
const samples: Record<string, { terms: number; record: (tape: Tape) => Record<string, Tensor> }> = {
  'elementwise chains, reductions and scans': {
    terms: 8000,
    record(tape) {
      const draw = createDraw(1);
      const x = drawn(tape, [2000, 4], draw);
      const y = ops.tanh(ops.add(x, drawn(tape, [4], draw)));
      const wide = drawn(tape, [3, 1600], draw);
      return { y, rows: ops.sum(x, 1), columns: ops.max(wide, 0), all: ops.sum(y), scan: ops.scan(wide, 0.5, true) };
    },
  },
  'slices, gathers and scatters': {
    terms: 700,
    record(tape) {
      const draw = createDraw(2);
      const x = drawn(tape, [700, 3], draw);
      const index = given(tape, [700], draw.integers(700, -1, 699));
      return {
        slice: ops.slice(x, 1, 1, 2),
        pad: ops.pad(x, 0, 5, 7),
        concat: ops.concat([x, x], 1),
        gathered: ops.gatherRows(x, index, { fill: 2 }),
        added: ops.scatterAddRows(x, index, 700),
      };
    },
  },
  'dense and one-hot layers': {
    terms: 400,
    record(tape) {
      const draw = createDraw(3);
      const [x, w, b] = [
        drawn(tape, [140, 170], draw, -1, 1),
        drawn(tape, [170, 200], draw, -1, 1),
        drawn(tape, [200], draw),
      ];
      const y = ops.dense(x, w, b, 'tanh');
      const z = ops.oneHotDense(
        given(tape, [140, 2], draw.integers(280, -1, 29)),
        drawn(tape, [30, 200], draw),
        b,
        'relu',
      );
      const [dx, dw, db] = ops.gradient(ops.sum(ops.multiply(ops.add(y, z), drawn(tape, [140, 200], draw))), [x, w, b]);
      return { y, z, dx, dw, db };
    },
  },
  'policies, norms and random numbers': {
    terms: 40,
    record(tape) {
      const draw = createDraw(4);
      const shape = [1000, 9];
      const [logits, old] = [drawn(tape, shape, draw), drawn(tape, shape, draw)];
      const mask = given(
        tape,
        shape,
        draw.mask(9000).map((allowed, i) => (i % 9 === 0 ? 1 : allowed)),
      );
      const parts = ops.categorical(logits, mask, given(tape, [1000], new Int32Array(1000)), old);
      const normal = ops.layerNorm(ops.logSoftmax(logits, mask));
      const scalar = ops.add(ops.sum(ops.add(parts.entropy, parts.divergence)), ops.sum(ops.multiply(normal, old)));
      const [dLogits] = ops.gradient(scalar, [logits]);
      const bits = ops.randomBits(given(tape, [4], Int32Array.of(1, 2, 3, 4)), 5001);
      return { ...parts, normal, dLogits, bits };
    },
  },
  segments: {
    terms: 40,
    record(tape) {
      const draw = createDraw(5);
      const sizes = Array.from(draw.integers(400, 0, 9));
      const segments = segmentsOf(tape, sizes);
      const x = drawn(tape, [total(sizes), 5], draw);
      const [softmax, norm] = [ops.segmentSoftmax(x, segments), ops.graphNorm(x, segments, 0.1)];
      const [dx] = ops.gradient(ops.sum(ops.multiply(ops.add(softmax, norm), drawn(tape, x.shape, draw))), [x]);
      return { softmax, norm, dx, max: ops.segmentMax(x, segments) };
    },
  },
};

const kernels = inBrowser ? [false] : [true, false];
const names = Object.keys(samples).flatMap((name) => kernels.map((emulated) => ({ name, emulated })));

test.each(names)(
  'more workgroups than a dimension holds are folded into two: $name, in software: $emulated',
  async (choice) => {
    const { name, emulated } = choice;
    const gpu = await (await testAdapter()).requestDevice();
    const device = webgpuDevice(withFewWorkgroups(gpu), 'a GPU', undefined, { emulated });
    const { record, terms } = samples[name];
    // Norms divide by deviations, policies sum logarithms: numbers on the way reach some tens.
    await expectLikeReference(device, record, { terms, magnitude: 40 });
    device.destroy();
    gpu.destroy();
  },
);
