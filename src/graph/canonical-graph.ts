/** A graph of few nodes: a colour for each node, and for each pair of nodes the colour of its edge, 0 for none. */
export interface ColouredGraph {
  /** The nodes in use: 0 .. nodes - 1. */
  nodes: number;
  readonly colour: number[];
  /** [size, size], symmetric, 0 on the diagonal; `size` is the maximum number of nodes. */
  readonly edge: number[];
}

/** @param size the maximum number of nodes */
export function colouredGraph(size: number): ColouredGraph {
  return { nodes: 0, colour: new Array<number>(size).fill(0), edge: new Array<number>(size * size).fill(0) };
}

export function copyGraph({ nodes, colour, edge }: ColouredGraph): ColouredGraph {
  return { nodes, colour: colour.slice(), edge: edge.slice() };
}

/**
 * A function that numbers the nodes of a graph so that graphs which are the same but for their numbering come out the
 * same: it writes to `place` the number that each node gets. Nodes are in ascending order of their colours. Of several
 * numberings that give the same graph, as a symmetric graph has, it takes one.
 *
 * Nodes are told apart by their neighbourhoods as far as these differ, ever farther out. Where nodes stay that cannot be
 * told apart, each of them in turn is put first, and the numbering with the smallest edge colours, read pair by pair, is
 * taken (McKay and Piperno, Practical graph isomorphism II, 2014, without their pruning by automorphisms). Nodes that
 * have the same neighbours are not tried one after the other: exchanging them changes nothing.
 *
 * @param size the most nodes there can be, for work space
 * @param lastBits bits of the colours that are looked at last: they choose between numberings that are otherwise the
 * same, and so do not change the order of nodes that can be told apart without them
 */
export function canonicalNumbering(size: number, lastBits = 0): (graph: ColouredGraph, place: Int32Array) => void {
  // A row of work space for each node that has been put first, so that nothing is allocated.
  const cells = Array.from({ length: size + 1 }, () => new Int32Array(size));
  const hash = new Int32Array(size);
  const next = new Int32Array(size);
  const order = new Int32Array(size);
  const bestOrder = new Int32Array(size);
  let nodes = 0;
  let colour: readonly number[];
  let edge: readonly number[];
  let found = false;

  /**
   * Splits cells until no neighbourhood distinguishes two nodes of one cell. A cell is named by the number of nodes
   * before it.
   */
  function refine(cell: Int32Array): void {
    for (let cellCount = countCells(cell); cellCount < nodes; ) {
      for (let v = 0; v < nodes; v++) {
        // If different neighbourhoods collide, a cell is merely split less than possible.
        let sum = 0;
        for (let u = 0; u < nodes; u++) {
          const joined = edge[v * size + u];
          if (joined !== 0) sum = (sum + scramble(cell[u] * 64 + joined)) | 0;
        }
        hash[v] = sum;
      }
      for (let v = 0; v < nodes; v++) {
        let before = 0;
        for (let u = 0; u < nodes; u++) {
          if (cell[u] < cell[v] || (cell[u] === cell[v] && hash[u] < hash[v])) before++;
        }
        next[v] = before;
      }
      for (let v = 0; v < nodes; v++) cell[v] = next[v];
      const count = countCells(cell);
      if (count === cellCount) return;
      cellCount = count;
    }
  }

  function countCells(cell: Int32Array): number {
    let taken = 0;
    for (let v = 0; v < nodes; v++) taken |= 1 << cell[v];
    let count = 0;
    for (; taken !== 0; taken &= taken - 1) count++;
    return count;
  }

  function search(depth: number): void {
    const cell = cells[depth];
    refine(cell);
    const first = firstTie(cell);
    if (first < 0) {
      for (let v = 0; v < nodes; v++) order[cell[v]] = v;
      if (!found || comesBefore(order, bestOrder)) bestOrder.set(order);
      found = true;
      return;
    }
    for (let v = 0; v < nodes; v++) {
      if (cell[v] !== first || hasTwinBefore(cell, v)) continue;
      const deeper = cells[depth + 1];
      for (let u = 0; u < nodes; u++) deeper[u] = cell[u] === first && u !== v ? first + 1 : cell[u];
      search(depth + 1);
    }
  }

  /** The first cell of more than one node, or -1. */
  function firstTie(cell: Int32Array): number {
    let min = -1;
    for (let v = 0; v < nodes; v++) {
      for (let u = 0; u < v; u++) if (cell[u] === cell[v] && (min < 0 || cell[v] < min)) min = cell[v];
    }
    return min;
  }

  function hasTwinBefore(cell: Int32Array, v: number): boolean {
    for (let u = 0; u < v; u++) {
      if (cell[u] !== cell[v] || colour[u] !== colour[v]) continue;
      let same = true;
      for (let w = 0; w < nodes && same; w++) {
        same = w === u || w === v || edge[u * size + w] === edge[v * size + w];
      }
      if (same) return true;
    }
    return false;
  }

  function comesBefore(a: Int32Array, b: Int32Array): boolean {
    for (let i = 1; i < nodes; i++) {
      for (let j = 0; j < i; j++) {
        const difference = edge[a[i] * size + a[j]] - edge[b[i] * size + b[j]];
        if (difference !== 0) return difference < 0;
      }
    }
    for (let i = 0; i < nodes; i++) {
      const difference = (colour[a[i]] & lastBits) - (colour[b[i]] & lastBits);
      if (difference !== 0) return difference < 0;
    }
    return false;
  }

  return (graph, place) => {
    ({ nodes, colour, edge } = graph);
    const cell = cells[0];
    for (let v = 0; v < nodes; v++) {
      let before = 0;
      for (let u = 0; u < nodes; u++) if ((colour[u] & ~lastBits) < (colour[v] & ~lastBits)) before++;
      cell[v] = before;
    }
    found = false;
    search(0);
    for (let i = 0; i < nodes; i++) place[bestOrder[i]] = i;
  };
}

/** A bijection of 32-bit integers that mixes their bits. */
function scramble(value: number): number {
  const x = Math.imul(value ^ (value >>> 16), 0x45d9f3b);
  const y = Math.imul(x ^ (x >>> 15), 0x27d4eb2f);
  return y ^ (y >>> 13);
}
