// The positions of the numbers of graphs, nodes, edges and pairs of nodes in rows of actions; see
// src/ops/graph-actions.ts. A group is six integers: its kind (0 the graph, 1 nodes, 2 edges, 3 pairs), its width, its
// maximum number of elements, its column among the values, that of the second node, and its start in a row of actions.

import { loadLanes, storeLanes } from '../lanes.assembly';

const groupBytes: usize = 24;

/**
 * Graphs [begin, end), graph g being row start + g of the observation: y: [N, A]. P numbers in a row of the
 * observation, its edges from `edges` on, `edgeSize` numbers each.
 */
export function graphActions(
  begin: usize,
  end: usize,
  start: usize,
  P: usize,
  edges: usize,
  edgeSize: usize,
  A: usize,
  groups: usize,
  groupCount: usize,
  observation: usize,
  offsets: usize,
  ofGraphs: usize,
  graphWidth: usize,
  ofNodes: usize,
  nodeWidth: usize,
  y: usize,
): void {
  for (let g = begin; g < end; g++) {
    const row = observation + ((start + g) * P << 2);
    const nodeCount = load<usize>(row);
    const edgeCount = load<usize>(row, 4);
    const nodes = ofNodes + (load<usize>(offsets + (g << 2)) * nodeWidth << 2);
    const nodeBytes = nodeWidth << 2;
    const to = y + ((start + g) * A << 2);
    memory.fill(to, 0, A << 2);
    for (let group = groups; group < groups + groupCount * groupBytes; group += groupBytes) {
      const kind = load<i32>(group);
      const width = load<usize>(group, 4);
      const column = load<usize>(group, 12) << 2;
      const second = load<usize>(group, 16) << 2;
      let at = to + (load<usize>(group, 20) << 2);
      if (kind == 0) copy(at, ofGraphs + (g * graphWidth << 2) + column, width);
      else if (kind == 1) {
        for (let u: usize = 0; u < nodeCount; u++, at += width << 2) copy(at, nodes + u * nodeBytes + column, width);
      } else if (kind == 2) {
        for (let edge = row + (edges << 2), j: usize = 0; j < edgeCount; j++, edge += edgeSize << 2) {
          const u = load<usize>(edge);
          const v = load<usize>(edge, 4);
          sum(at, nodes + u * nodeBytes + column, nodes + v * nodeBytes + second, width);
          at += width << 2;
        }
      } else {
        for (let v: usize = 1; v < nodeCount; v++) {
          for (let u: usize = 0; u < v; u++, at += width << 2) {
            sum(at, nodes + u * nodeBytes + column, nodes + v * nodeBytes + second, width);
          }
        }
      }
    }
  }
}

/** The same for the gradients of the values of graphs and of nodes, from dy: [N, A]. */
export function graphActionsGradient(
  begin: usize,
  end: usize,
  start: usize,
  P: usize,
  edges: usize,
  edgeSize: usize,
  A: usize,
  groups: usize,
  groupCount: usize,
  observation: usize,
  offsets: usize,
  ofGraphs: usize,
  graphWidth: usize,
  ofNodes: usize,
  nodeWidth: usize,
  dy: usize,
): void {
  for (let g = begin; g < end; g++) {
    const row = observation + ((start + g) * P << 2);
    const nodeCount = load<usize>(row);
    const edgeCount = load<usize>(row, 4);
    const nodes = ofNodes + (load<usize>(offsets + (g << 2)) * nodeWidth << 2);
    const nodeBytes = nodeWidth << 2;
    const from = dy + ((start + g) * A << 2);
    if (graphWidth > 0) memory.fill(ofGraphs + (g * graphWidth << 2), 0, graphWidth << 2);
    // One node more: the virtual one.
    if (nodeWidth > 0) memory.fill(nodes, 0, (nodeCount + 1) * nodeBytes);
    for (let group = groups; group < groups + groupCount * groupBytes; group += groupBytes) {
      const kind = load<i32>(group);
      const width = load<usize>(group, 4);
      const column = load<usize>(group, 12) << 2;
      const second = load<usize>(group, 16) << 2;
      let at = from + (load<usize>(group, 20) << 2);
      if (kind == 0) add(ofGraphs + (g * graphWidth << 2) + column, at, width);
      else if (kind == 1) {
        for (let u: usize = 0; u < nodeCount; u++, at += width << 2) add(nodes + u * nodeBytes + column, at, width);
      } else if (kind == 2) {
        for (let edge = row + (edges << 2), j: usize = 0; j < edgeCount; j++, edge += edgeSize << 2) {
          add(nodes + load<usize>(edge) * nodeBytes + column, at, width);
          add(nodes + load<usize>(edge, 4) * nodeBytes + second, at, width);
          at += width << 2;
        }
      } else {
        for (let v: usize = 1; v < nodeCount; v++) {
          for (let u: usize = 0; u < v; u++, at += width << 2) {
            add(nodes + u * nodeBytes + column, at, width);
            add(nodes + v * nodeBytes + second, at, width);
          }
        }
      }
    }
  }
}

function copy(to: usize, from: usize, width: usize): void {
  for (let c: usize = 0; c < width; c += 4) storeLanes(to + (c << 2), loadLanes(from + (c << 2), width - c), width - c);
}

function sum(to: usize, a: usize, b: usize, width: usize): void {
  for (let c: usize = 0; c < width; c += 4) {
    const at = c << 2;
    storeLanes(to + at, f32x4.add(loadLanes(a + at, width - c), loadLanes(b + at, width - c)), width - c);
  }
}

function add(to: usize, from: usize, width: usize): void {
  sum(to, to, from, width);
}
