import { byShape } from '../../device/by-shape.ts';
import type { Device, Executable } from '../../device/device.ts';
import { compile } from '../../plan/index.ts';
import { createTape, type Variable, variable } from '../../tape/index.ts';
import { SEH_ATOM_WIDTH, SEH_BOND_KINDS, type SehGraph } from './features.ts';
import { recordSehNetwork, sehVariables } from './network.ts';
import type { SehWeights } from './weights.ts';

/** Predictions for molecules, in their order. */
export type SehPredictor = (graphs: readonly SehGraph[]) => Promise<Float64Array>;

/** The capacity of a plan. There is one more molecule, for unused atoms. */
type Room = { readonly atoms: number; readonly edges: number; readonly molecules: number };

// Vectors for a thousand atoms fit the caches of a processor, and more atoms do not make it faster.
const CHUNK = 1024;
const SMALLEST = 64;

/** The capacity for this many atoms. Molecules have at most 2.3 edges per atom, and few have less than 8 atoms. */
const roomFor = (atoms: number): Room => ({ atoms, edges: 2.5 * atoms, molecules: atoms / 8 });

/**
 * The sEH network on a device. Molecules are packed into chunks of a few sizes, each with its own plan that is made on
 * demand.
 */
export function sehPredictor(device: Device, weights: SehWeights): SehPredictor {
  const variables = sehVariables(weights);
  const prepared = byShape((room: Room) => prepareChunk(device, variables, room));
  return async (graphs) => {
    const predictions = new Float64Array(graphs.length);
    const chunks: { start: number; values: ReturnType<Executable['read']>; count: number }[] = [];
    for (let start = 0; start < graphs.length; ) {
      const { count, room } = nextChunk(graphs, start);
      const predict = await prepared(room);
      chunks.push({ start, count, values: predict(graphs.slice(start, start + count)) });
      start += count;
    }
    for (const { start, count, values } of chunks) predictions.set((await values).subarray(0, count), start);
    return predictions;
  };
}

/** As many molecules as fit the usual chunk, at least one; and the smallest capacity for them. */
function nextChunk(graphs: readonly SehGraph[], start: number): { count: number; room: Room } {
  const used = { atoms: 0, edges: 0, molecules: 0 };
  const fits = (room: Room): boolean =>
    used.atoms <= room.atoms && used.edges <= room.edges && used.molecules <= room.molecules;
  let count = 0;
  for (; start + count < graphs.length; count++) {
    const { atomCount, kinds } = graphs[start + count];
    used.atoms += atomCount;
    used.edges += kinds.length;
    used.molecules++;
    if (count === 0 || fits(roomFor(CHUNK))) continue;
    used.atoms -= atomCount;
    used.edges -= kinds.length;
    used.molecules--;
    break;
  }
  let atoms = SMALLEST;
  while (!fits(roomFor(atoms))) atoms *= 4;
  return { count, room: roomFor(atoms) };
}

async function prepareChunk(
  device: Device,
  variables: ReturnType<typeof sehVariables>,
  room: Room,
): Promise<(graphs: readonly SehGraph[]) => ReturnType<Executable['read']>> {
  const { atoms, edges, molecules } = room;
  const inputs = {
    features: variable('seh/features', 'f32', [atoms, SEH_ATOM_WIDTH]),
    sources: variable('seh/sources', 'i32', [edges]),
    incomingOffsets: variable('seh/incoming-offsets', 'i32', [SEH_BOND_KINDS * atoms + 1]),
    incomingIds: variable('seh/incoming-ids', 'i32', [edges]),
    degrees: variable('seh/degrees', 'f32', [atoms, 1]),
    moleculeOffsets: variable('seh/molecule-offsets', 'i32', [molecules + 2]),
    moleculeIds: variable('seh/molecule-ids', 'i32', [atoms]),
  };
  const tape = createTape();
  const prediction = recordSehNetwork(tape, variables, {
    features: tape.read(inputs.features),
    sources: tape.read(inputs.sources),
    incoming: { offsets: tape.read(inputs.incomingOffsets), ids: tape.read(inputs.incomingIds) },
    degrees: tape.read(inputs.degrees),
    molecules: { offsets: tape.read(inputs.moleculeOffsets), ids: tape.read(inputs.moleculeIds) },
  });
  const executable = await device.prepare(compile(tape, { prediction }));
  return (graphs) => {
    const columns = packGraphs(graphs, room);
    for (const [name, values] of Object.entries(columns)) {
      device.write(inputs[name as keyof typeof inputs] satisfies Variable, values);
    }
    executable.run();
    return executable.read('prediction');
  };
}

/** Packs molecules into arrays of fixed size. */
function packGraphs(graphs: readonly SehGraph[], { atoms, edges, molecules }: Room) {
  const features = new Float32Array(atoms * SEH_ATOM_WIDTH);
  const sources = new Int32Array(edges).fill(-1);
  const incomingIds = new Int32Array(edges);
  const incomingOffsets = new Int32Array(SEH_BOND_KINDS * atoms + 1);
  const degrees = new Float32Array(atoms);
  const moleculeIds = new Int32Array(atoms).fill(molecules);
  const moleculeOffsets = new Int32Array(molecules + 2);
  let [firstAtom, edge] = [0, 0];
  for (const [m, graph] of graphs.entries()) {
    features.set(graph.features, firstAtom * SEH_ATOM_WIDTH);
    for (let e = 0; e < graph.kinds.length; e++, edge++) {
      const to = firstAtom + graph.edges[2 * e + 1];
      sources[edge] = firstAtom + graph.edges[2 * e];
      incomingIds[edge] = SEH_BOND_KINDS * to + graph.kinds[e];
      incomingOffsets[incomingIds[edge] + 1]++;
      degrees[to]++;
    }
    moleculeIds.fill(m, firstAtom, firstAtom + graph.atomCount);
    firstAtom += graph.atomCount;
    moleculeOffsets[m + 1] = firstAtom;
  }
  for (let s = 1; s < incomingOffsets.length; s++) incomingOffsets[s] += incomingOffsets[s - 1];
  for (let i = 0; i < atoms; i++) degrees[i] = Math.max(1, degrees[i]);
  moleculeOffsets.fill(firstAtom, graphs.length + 1);
  moleculeOffsets[molecules + 1] = atoms;
  return { features, sources, incomingIds, incomingOffsets, degrees, moleculeIds, moleculeOffsets };
}
