import type { PackAttributes } from '../ops/index.ts';
import type { Loop, Node, Tensor, Variable, Write } from '../tape/index.ts';
import { elementCount, storageOf } from '../tape/index.ts';
import { align, type Interval, placeIntervals } from './arena.ts';
import type { Constants } from './constants.ts';
import type { Unit } from './fuse.ts';
import { readsOf } from './liveness.ts';
import { lookUp } from './lookup.ts';
import type { Placement, Plan, PlanConstant } from './plan.ts';
import type { Address } from './step.ts';

/** The memory layout of a plan. */
export interface Memory {
  readonly arenaBytes: number;
  readonly constants: Plan['constants'];
  readonly placements: readonly Placement[];
  /** The part of a variable in which a tensor is computed, by the tensor's identity. */
  targetOf(id: number): Write | undefined;
  /** The byte offset of a tensor's memory, by the tensor's identity. */
  offsetOf(id: number): number | undefined;
  /** The address to copy input i of a unit to, if the launch has bound the input's memory already. */
  copyOf(unit: Unit, input: number): Address | undefined;
}

/** The life of one tensor's memory. */
interface Life {
  readonly tensor: Tensor;
  from: number;
  to: number;
}

/**
 * The arena holds, in this order: constants; packed tensors, whose gaps must stay zero and which therefore share
 * memory only with packs of the same layout; and everything else, sharing memory wherever lives don't overlap.
 */
export function assignMemory(
  units: readonly Unit[],
  results: readonly Tensor[],
  constants: Constants,
  target: ReadonlyMap<number, Write>,
  share: boolean,
): Memory {
  const lives = livesOf(units, results, constants);
  const offsets = new Map<number, number>();
  const placements: Placement[] = [];
  const whole = { from: 0, to: units.length };
  let end = 0;

  const uploads: PlanConstant[] = [];
  for (const tensor of [...units.flatMap(readBy), ...results]) {
    const data = constants.known(tensor);
    const { id, source } = storageOf(tensor);
    if (!data || offsets.has(id)) continue;
    offsets.set(id, end);
    const madeBy = source.kind === 'node' ? constants.describe(source.node) : undefined;
    uploads.push({ byteOffset: end, data, madeBy });
    placements.push({ label: 'constant', byteOffset: end, bytes: data.byteLength, ...whole });
    end = align(end + Math.max(4, data.byteLength));
  }

  end = placePacks(units, lives, offsets, placements, end, share);

  const free = [...lives.values()].filter(({ tensor }) => !offsets.has(tensor.id) && !target.has(tensor.id));
  const copies = repeatedInputs(units, target);
  const intervals: Interval[] = [
    ...free.map(({ tensor, from, to }) => ({ label: labelOf(tensor), bytes: byteSize(tensor), from, to })),
    ...copies.map(({ position, bytes }) => ({ label: 'copy', bytes, from: position, to: position })),
  ].map((interval) => (share ? interval : { ...interval, ...whole }));
  const { offsets: places, end: arenaBytes } = placeIntervals(intervals, end);
  free.forEach(({ tensor }, i) => {
    offsets.set(tensor.id, places[i]);
  });
  placements.push(...intervals.map((interval, i) => ({ ...interval, byteOffset: places[i] })));

  return {
    arenaBytes: Math.max(arenaBytes, 4),
    constants: uploads,
    placements,
    targetOf: (id) => target.get(id),
    offsetOf: (id) => offsets.get(id),
    copyOf(unit, input) {
      const copy = copies.findIndex((candidate) => candidate.unit === unit && candidate.input === input);
      return copy < 0 ? undefined : { space: 'arena', byteOffset: places[free.length + copy] };
    },
  };
}

const byteSize = (tensor: Tensor) => 4 * elementCount(tensor.shape);

function labelOf({ source }: Tensor): string {
  return source.kind === 'node' ? source.node.operation.name : source.kind;
}

const nodesOf = (unit: Unit): readonly Node[] => (unit.kind === 'node' ? [unit.node] : unit.group.nodes);
const madeBy = (unit: Unit): readonly Tensor[] => (unit.kind === 'node' ? unit.node.outputs : unit.group.outputs);
const readBy = (unit: Unit): readonly Tensor[] =>
  unit.kind === 'node'
    ? readsOf(unit.node)
    : [...unit.group.inputs, ...unit.group.nodes.flatMap((node) => readsOf(node).slice(node.inputs.length))];

/**
 * The interval in which each computed tensor's memory is in use. Tensors that enter or leave a loop are alive
 * throughout it.
 */
function livesOf(units: readonly Unit[], results: readonly Tensor[], constants: Constants): Map<number, Life> {
  const lives = new Map<number, Life>();
  const loopAt = units.map((unit) => nodesOf(unit)[0].loop);
  const bounds = new Map<Loop, { from: number; to: number }>();
  loopAt.forEach((loop, position) => {
    if (loop) bounds.set(loop, { from: bounds.get(loop)?.from ?? position, to: position });
  });
  units.forEach((unit, position) => {
    for (const tensor of madeBy(unit)) lives.set(tensor.id, { tensor, from: position, to: position });
  });
  const madeIn = new Map<number, Loop | undefined>();
  units.forEach((unit, position) => {
    for (const tensor of madeBy(unit)) madeIn.set(tensor.id, loopAt[position]);
  });
  units.forEach((unit, position) => {
    for (const read of readBy(unit)) {
      const life = lives.get(storageOf(read).id);
      if (!life) continue;
      const home = madeIn.get(life.tensor.id);
      const here = loopAt[position];
      if (home && home !== here) life.from = lookUp(bounds, home).from;
      if (home && home !== here) life.to = Math.max(life.to, lookUp(bounds, home).to);
      life.to = Math.max(life.to, here && here !== home ? lookUp(bounds, here).to : position);
    }
  });
  for (const result of results) {
    const life = lives.get(storageOf(result).id);
    if (!life || constants.known(result)) continue;
    const home = madeIn.get(life.tensor.id);
    if (home) life.from = lookUp(bounds, home).from;
    life.to = units.length;
  }
  return lives;
}

interface Region {
  readonly key: string;
  readonly byteOffset: number;
  lives: { from: number; to: number }[];
}

/** Assigns packs their regions, and packed tensors their places in them if they can be computed there. */
function placePacks(
  units: readonly Unit[],
  lives: ReadonlyMap<number, Life>,
  offsets: Map<number, number>,
  placements: Placement[],
  start: number,
  share: boolean,
): number {
  const regions: Region[] = [];
  let end = start;
  units.forEach((unit, position) => {
    if (unit.kind !== 'node' || unit.node.operation.name !== 'pack') return;
    const { offsets: at, size } = unit.node.attributes as PackAttributes;
    const output = unit.node.outputs[0];
    const taken = new Set<number>();
    const members = unit.node.inputs.flatMap((input, i) => {
      const life = lives.get(storageOf(input).id);
      if (!life || offsets.has(life.tensor.id) || taken.has(life.tensor.id)) return [];
      taken.add(life.tensor.id);
      return [{ life, at: at[i] }];
    });
    const outputLife = lookUp(lives, output.id);
    const from = Math.min(position, ...members.map(({ life }) => life.from));
    const to = Math.max(outputLife.to, ...members.map(({ life }) => life.to));
    const key = `${size}:${unit.node.inputs.map(({ shape }, i) => `${at[i]}+${elementCount(shape)}`).join(',')}`;
    let region = regions.find(
      (other) => share && other.key === key && other.lives.every((life) => life.to < from || to < life.from),
    );
    if (!region) {
      region = { key, byteOffset: end, lives: [] };
      regions.push(region);
      end = align(end + 4 * size);
    }
    region.lives.push({ from, to });
    offsets.set(output.id, region.byteOffset);
    for (const { life, at: place } of members) offsets.set(life.tensor.id, region.byteOffset + 4 * place);
    placements.push({ label: 'pack', byteOffset: region.byteOffset, bytes: 4 * size, from, to });
  });
  return end;
}

interface Repeat {
  readonly unit: Unit;
  readonly input: number;
  readonly position: number;
  readonly bytes: number;
}

/** Inputs whose memory is already bound by another input or a write of the same launch. */
function repeatedInputs(units: readonly Unit[], target: ReadonlyMap<number, Write>): Repeat[] {
  return units.flatMap((unit, position) => {
    if (unit.kind === 'node' && unit.node.operation.name === 'pack') return [];
    const inputs = unit.kind === 'node' ? unit.node.inputs : unit.group.inputs;
    const writes = nodesOf(unit).flatMap((node) => node.writes);
    const bound: Extent[] = writes.map(({ variable, offset, type }) => ({
      variable,
      offset,
      size: elementCount(type.shape),
    }));
    const rows = nodesOf(unit)[0].rows ?? madeBy(unit)[0]?.rows;
    if (rows) bound.push(extentOf(rows.window, target));
    return inputs.flatMap((input, i) => {
      const extent = extentOf(input, target);
      const repeated = bound.some((other) => overlap(extent, other));
      bound.push(extent);
      return repeated ? [{ unit, input: i, position, bytes: byteSize(input) }] : [];
    });
  });
}

type Extent = { readonly id: number } | { readonly variable: Variable; readonly offset: number; readonly size: number };

function extentOf(tensor: Tensor, target: ReadonlyMap<number, Write>): Extent {
  const { source, id, shape } = storageOf(tensor);
  const place = source.kind === 'variable' ? source : target.get(id);
  return place ? { variable: place.variable, offset: place.offset, size: elementCount(shape) } : { id };
}

function overlap(a: Extent, b: Extent): boolean {
  if ('id' in a || 'id' in b) return 'id' in a && 'id' in b && a.id === b.id;
  return a.variable === b.variable && a.offset < b.offset + b.size && b.offset < a.offset + a.size;
}
