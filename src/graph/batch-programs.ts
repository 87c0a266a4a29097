import type { GraphLayout } from '../environment/graph-layout.ts';
import { graphRow } from '../environment/graph-layout.ts';
import type { RowProgram } from '../ops/index.ts';

/**
 * The nodes of each graph. Inputs: the observation, the nodes' offsets. Outputs: tokens, graph and virtual mark of each
 * node; the thermometer of each graph, if the layout has one. See `GraphBatch`.
 */
export function nodesProgram(layout: GraphLayout): RowProgram {
  const { nodeTokens, thermometer } = layout;
  const { nodes: first, size } = graphRow(layout);
  const names = ['observation', 'node_starts', 'node_tokens', 'node_graph', 'node_virtual'];
  return {
    name: 'nodes of graphs',
    buffers: [...names, ...(thermometer ? ['condition'] : [])].map((name) => ({ name })),
    host([observation, starts, tokens, graphOf, isVirtual, condition], start, count) {
      for (let graph = 0; graph < count; graph++) {
        const row = (start + graph) * size;
        const nodes = observation[row];
        for (let u = 0; u <= nodes; u++) {
          const node = starts[graph] + u;
          graphOf[node] = graph;
          isVirtual[node] = u === nodes ? 1 : 0;
          for (let p = 0; p < nodeTokens; p++) {
            tokens[node * nodeTokens + p] = u === nodes ? -1 : observation[row + first + u * nodeTokens + p];
          }
        }
        if (!thermometer) continue;
        const { bins } = thermometer;
        for (let bin = 0; bin < bins; bin++) {
          condition[graph * bins + bin] = thermometerFeature(thermometer, observation[row + 2], bin);
        }
      }
    },
    wgsl: `
const SIZE = ${size};
const FIRST = ${first};
const TOKENS = ${nodeTokens};
${thermometer ? thermometerText(thermometer) : ''}
fn row(n: i32) {
  let graph = n - i32(row_start());
  let at = n * SIZE;
  let nodes = observation[at];
  for (var u = 0; u <= nodes; u++) {
    let node = node_starts[graph] + u;
    node_graph[node] = graph;
    node_virtual[node] = select(0, 1, u == nodes);
    for (var p = 0; p < TOKENS; p++) {
      var token = -1;
      if (u < nodes) { token = observation[at + FIRST + u * TOKENS + p]; }
      node_tokens[node * TOKENS + p] = token;
    }
  }
  ${thermometer ? 'for (var bin = 0; bin < BINS; bin++) { condition[graph * BINS + bin] = thermometer(observation[at + 2], bin); }' : ''}
}`,
  };
}

type Thermometer = NonNullable<GraphLayout['thermometer']>;

/** Feature `bin` of a level's thermometer: the share of the bin's width below the level's value. */
function thermometerFeature({ bins, low, high, from, step }: Thermometer, level: number, bin: number): number {
  const width = (high - low) / (bins - 1);
  const filled = from + level * step - (low + bin * width);
  return Math.min(Math.max(filled, 0), width) / width;
}

function thermometerText({ bins, low, high, from, step }: Thermometer): string {
  const width = (high - low) / (bins - 1);
  return `
const BINS = ${bins};
fn thermometer(level: i32, bin: i32) -> f32 {
  let filled = f32(${from}) + f32(level) * f32(${step}) - (f32(${low}) + f32(bin) * f32(${width}));
  return clamp(filled, 0.0f, f32(${width})) / f32(${width});
}`;
}

/**
 * The directed edges of each graph. Inputs: the observation, the offsets of nodes and of edges. Outputs: the tokens of
 * each edge; the structure. See `GraphBatch`. An edge's position within a graph is found by scanning the graph's edges
 * once for each node: graphs are small.
 */
export function entriesProgram(layout: GraphLayout, nodeCapacity: number): RowProgram {
  const { edgeTokens, maxEdges } = layout;
  const { edges: first, edgeSize, size } = graphRow(layout);
  // The positions of each undirected edge's entries, by direction.
  const placed = new Int32Array(2 * maxEdges);
  return {
    name: 'edges of graphs',
    buffers: ['observation', 'node_starts', 'edge_starts', 'edge_tokens', 'structure'].map((name) => ({ name })),
    host([observation, nodeStarts, edgeStarts, tokens, structure], start, count) {
      const writeNode = (node: number, firstEntry: number, endEntry: number, firstEdge: number, graph: number) => {
        structure[4 * node] = firstEntry;
        structure[4 * node + 1] = endEntry;
        structure[4 * node + 2] = firstEdge;
        structure[4 * node + 3] = graph;
      };
      const writeEntry = (entry: number, source: number, target: number, edge: number, reverse: number) => {
        const at = 4 * (nodeCapacity + entry);
        structure[at] = source;
        structure[at + 1] = target;
        structure[at + 2] = edge;
        structure[at + 3] = reverse;
      };
      for (let graph = 0; graph < count; graph++) {
        const row = (start + graph) * size;
        const [nodes, edges] = [observation[row], observation[row + 1]];
        const firstNode = nodeStarts[graph];
        const virtual = firstNode + nodes;
        let edge = edgeStarts[graph];
        let entry = edge + 3 * firstNode - 2 * graph;
        const toVirtual = entry + 2 * edges + 2 * nodes;
        for (let u = 0; u < nodes; u++) {
          const node = firstNode + u;
          const [firstEntry, firstEdge] = [entry, edge];
          for (let j = 0; j < edges; j++) {
            const at = row + first + j * edgeSize;
            for (let direction = 0; direction < 2; direction++) {
              if (observation[at + 1 - direction] !== u) continue;
              placed[2 * j + direction] = entry;
              for (let p = 0; p < edgeTokens; p++) {
                tokens[edge * edgeTokens + p] = observation[at + 2 + direction * edgeTokens + p];
              }
              writeEntry(entry++, firstNode + observation[at + direction], node, edge++, -1);
            }
          }
          writeEntry(entry, virtual, node, -1, toVirtual + u);
          writeEntry(toVirtual + u, node, virtual, -1, entry++);
          writeEntry(entry, node, node, -2, entry++);
          writeNode(node, firstEntry, entry, firstEdge, graph);
        }
        for (let j = 0; j < edges; j++) {
          structure[4 * (nodeCapacity + placed[2 * j]) + 3] = placed[2 * j + 1];
          structure[4 * (nodeCapacity + placed[2 * j + 1]) + 3] = placed[2 * j];
        }
        const loop = toVirtual + nodes;
        writeEntry(loop, virtual, virtual, -2, loop);
        writeNode(virtual, toVirtual, loop + 1, edge, graph);
      }
    },
    wgsl: `
const SIZE = ${size};
const FIRST = ${first};
const EDGE_SIZE = ${edgeSize};
const TOKENS = ${edgeTokens};
const NODE_CAPACITY = ${nodeCapacity};

fn write(at: i32, numbers: vec4i) {
  for (var k = 0; k < 4; k++) { structure[4 * at + k] = numbers[k]; }
}

fn row(n: i32) {
  var placed: array<i32, ${Math.max(2 * maxEdges, 1)}>;
  let graph = n - i32(row_start());
  let row_at = n * SIZE;
  let nodes = observation[row_at];
  let edges = observation[row_at + 1];
  let first_node = node_starts[graph];
  let virtual_node = first_node + nodes;
  var edge = edge_starts[graph];
  var entry = edge + 3 * first_node - 2 * graph;
  let to_virtual = entry + 2 * edges + 2 * nodes;
  for (var u = 0; u < nodes; u++) {
    let first_entry = entry;
    let first_edge = edge;
    for (var j = 0; j < edges; j++) {
      let at = row_at + FIRST + j * EDGE_SIZE;
      for (var direction = 0; direction < 2; direction++) {
        if (observation[at + 1 - direction] != u) { continue; }
        placed[2 * j + direction] = entry;
        for (var p = 0; p < TOKENS; p++) {
          edge_tokens[edge * TOKENS + p] = observation[at + 2 + direction * TOKENS + p];
        }
        write(NODE_CAPACITY + entry, vec4i(first_node + observation[at + direction], first_node + u, edge, -1));
        entry++;
        edge++;
      }
    }
    write(NODE_CAPACITY + entry, vec4i(virtual_node, first_node + u, -1, to_virtual + u));
    write(NODE_CAPACITY + to_virtual + u, vec4i(first_node + u, virtual_node, -1, entry));
    entry++;
    write(NODE_CAPACITY + entry, vec4i(first_node + u, first_node + u, -2, entry));
    entry++;
    write(first_node + u, vec4i(first_entry, entry, first_edge, graph));
  }
  for (var j = 0; j < edges; j++) {
    structure[4 * (NODE_CAPACITY + placed[2 * j]) + 3] = placed[2 * j + 1];
    structure[4 * (NODE_CAPACITY + placed[2 * j + 1]) + 3] = placed[2 * j];
  }
  let loop_entry = to_virtual + nodes;
  write(NODE_CAPACITY + loop_entry, vec4i(virtual_node, virtual_node, -2, loop_entry));
  write(virtual_node, vec4i(to_virtual, loop_entry + 1, edge, graph));
}`,
  };
}
