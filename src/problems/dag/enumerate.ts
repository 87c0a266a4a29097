/** Directed graphs as a bit mask of parents for each variable: bit i of `parents[j]` is the edge from i to j. */
export type DagParents = readonly number[];

/** All acyclic graphs of `variables` nodes: 1, 3, 25, 543, 29,281 for 1 to 5. @throws beyond 5 */
export function allDags(variables: number): DagParents[] {
  if (variables > 5)
    throw new Error(`There are 3,781,503 graphs of 6 variables, and more of ${variables}: too many to list.`);
  const graphs: DagParents[] = [];
  const sets = 2 ** variables;
  const parents = new Array<number>(variables).fill(0);
  const choose = (variable: number) => {
    if (variable === variables) {
      graphs.push([...parents]);
      return;
    }
    for (let set = 0; set < sets; set++) {
      if ((set >> variable) & 1) continue;
      parents[variable] = set;
      // A cycle among the first variables stays one.
      if (isAcyclic(parents)) choose(variable + 1);
    }
    parents[variable] = 0;
  };
  choose(0);
  return graphs;
}

/** Whether no variable is its own ancestor: whether variables without parents can be removed until none are left. */
export function isAcyclic(parents: DagParents): boolean {
  let left = 2 ** parents.length - 1;
  while (left !== 0) {
    const free = parents.findIndex((set, variable) => (left >> variable) & 1 && (set & left) === 0);
    if (free < 0) return false;
    left &= ~(1 << free);
  }
  return true;
}
