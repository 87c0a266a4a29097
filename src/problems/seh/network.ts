import {
  add,
  concat,
  dense,
  divide,
  gatherRows,
  maximum,
  multiply,
  reshape,
  type Segments,
  segmentExpand,
  segmentSoftmax,
  segmentSum,
  sigmoid,
  slice,
  subtract,
  sum,
  tanh,
} from '../../ops/index.ts';
import { type Tape, type Tensor, type Variable, variable } from '../../tape/index.ts';
import { SEH_BOND_KINDS } from './features.ts';
import { SEH_ARRAYS, SEH_WIDTH, type SehArray, type SehWeights } from './weights.ts';

const MESSAGE_STEPS = 12;
const READ_OUT_STEPS = 3;

/** The weights as variables, matrices as [inputs, outputs]. */
export type SehVariables = Readonly<Record<SehArray, Variable>>;

export function sehVariables(weights: SehWeights): SehVariables {
  const made = SEH_ARRAYS.map(([name, shape]) => {
    if (shape.length === 1) return [name, variable(`seh/${name}`, 'f32', shape, weights[name])] as const;
    const [outputs, inputs] = shape;
    const turned = Float32Array.from(
      weights[name],
      (_, i) => weights[name][(i % outputs) * inputs + Math.floor(i / outputs)],
    );
    return [name, variable(`seh/${name}`, 'f32', [inputs, outputs], turned)] as const;
  });
  return Object.fromEntries(made) as Record<SehArray, Variable>;
}

/** Molecules on the tape: N atoms, E edges, M molecules. */
export interface SehBatch {
  /** [N, 71]. */
  readonly features: Tensor;
  /** The atom each edge comes from: i32 [E], -1 for unused edges. */
  readonly sources: Tensor;
  /** The edges to each atom by kind of bond: segment 5 n + k has those of kind k to atom n. 5 N segments of E rows. */
  readonly incoming: Segments;
  /** The number of edges to each atom, at least 1: f32 [N, 1]. */
  readonly degrees: Tensor;
  /** The atoms of each molecule: M segments of N rows. */
  readonly molecules: Segments;
}

/**
 * The network of Bengio et al. (Flow Network based Generative Models for Non-Iterative Diverse Candidate Generation,
 * 2021) that predicts how well a molecule binds to soluble epoxide hydrolase: message passing with a matrix for each
 * edge (Gilmer et al., Neural Message Passing for Quantum Chemistry, 2017), a gated recurrent unit that takes the
 * messages, and Set2Set (Vinyals et al., Order Matters, 2016). An edge's matrix depends on the kind of its bond alone,
 * so that there are five of them: messages are added up by kind first, and multiplied then.
 *
 * @returns one number for each molecule, [M, 1]; rewards are made of an eighth of it
 */
export function recordSehNetwork(tape: Tape, variables: SehVariables, batch: SehBatch): Tensor {
  const { features, sources, incoming, degrees, molecules } = batch;
  const read = (name: SehArray): Tensor => tape.read(variables[name]);
  const gate = (name: SehArray, number: number): Tensor => {
    const array = read(name);
    return slice(array, array.shape.length - 1, number * SEH_WIDTH, SEH_WIDTH);
  };
  const atomCount = features.shape[0];

  const kinds = tape.constant('f32', [SEH_BOND_KINDS, 4], Array.from({ length: SEH_BOND_KINDS * 4 }, isOfKind));
  const hidden = dense(kinds, read('conv.nn.0.weight'), read('conv.nn.0.bias'), 'leakyRelu');
  const matrices = dense(hidden, read('conv.nn.2.weight'), read('conv.nn.2.bias'));
  const byKind = reshape(matrices, [SEH_BOND_KINDS * SEH_WIDTH, SEH_WIDTH]);
  const [root, rootBias] = [read('conv.lin.weight'), read('conv.bias')];
  const gates = [0, 1, 2].map((number) => ({
    ofMessage: [gate('gru.weight_ih', number), gate('gru.bias_ih', number)] as const,
    ofState: [gate('gru.weight_hh', number), gate('gru.bias_hh', number)] as const,
  }));

  let state = dense(features, read('lin0.weight'), read('lin0.bias'), 'leakyRelu');
  for (let step = 0; step < MESSAGE_STEPS; step++) {
    const sums = reshape(segmentSum(gatherRows(state, sources), incoming), [atomCount, SEH_BOND_KINDS * SEH_WIDTH]);
    const mean = divide(dense(sums, byKind), degrees);
    const message = leakyRelu(add(mean, dense(state, root, rootBias)));
    const [resetMessage, updateMessage, newMessage] = gates.map(({ ofMessage }) => dense(message, ...ofMessage));
    const [resetState, updateState, newState] = gates.map(({ ofState }) => dense(state, ...ofState));
    const reset = sigmoid(add(resetMessage, resetState));
    const update = sigmoid(add(updateMessage, updateState));
    const fresh = tanh(add(newMessage, multiply(reset, newState)));
    state = add(fresh, multiply(update, subtract(state, fresh)));
  }

  const moleculeCount = molecules.offsets.shape[0] - 1;
  const nothing = (width: number): Tensor =>
    tape.constant('f32', [moleculeCount, width], new Float32Array(moleculeCount * width));
  let readOut = nothing(2 * SEH_WIDTH);
  let query = nothing(SEH_WIDTH);
  let cell = nothing(SEH_WIDTH);
  for (let step = 0; step < READ_OUT_STEPS; step++) {
    const [input, forget, candidate, output] = [0, 1, 2, 3].map((number) =>
      add(
        dense(readOut, gate('set2set.lstm.weight_ih', number), gate('set2set.lstm.bias_ih', number)),
        dense(query, gate('set2set.lstm.weight_hh', number), gate('set2set.lstm.bias_hh', number)),
      ),
    );
    cell = add(multiply(sigmoid(forget), cell), multiply(sigmoid(input), tanh(candidate)));
    query = multiply(sigmoid(output), tanh(cell));
    const likeness = sum(multiply(state, segmentExpand(query, molecules)), 1, true);
    const attention = segmentSoftmax(likeness, molecules);
    readOut = concat([query, segmentSum(multiply(attention, state), molecules)], 1);
  }
  return dense(readOut, read('lin3.weight'), read('lin3.bias'));
}

/** The features of the kinds of bonds: four of them have one each, the last has none. */
function isOfKind(_: unknown, i: number): number {
  return Math.floor(i / 4) === i % 4 ? 1 : 0;
}

function leakyRelu(x: Tensor): Tensor {
  return maximum(x, multiply(x, 0.01));
}
