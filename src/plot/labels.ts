/**
 * Moves the labels of lines apart: positions as near as possible to those given, at least `gap` apart, in the same
 * order, and between `first` and `last` unless there is no room for all.
 */
export function spreadLabels(positions: readonly number[], gap: number, first: number, last: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a] - positions[b] || a - b);
  // Labels that touch form a group, centred on the average of their desired positions.
  let groups: { members: number[]; centre: number }[] = [];
  const reach = (count: number) => ((count - 1) * gap) / 2;
  const place = (members: number[]) => {
    const wished = members.reduce((sum, i) => sum + positions[i], 0) / members.length;
    const half = reach(members.length);
    return { members, centre: Math.max(first + half, Math.min(last - half, wished)) };
  };
  for (const i of order) {
    let group = place([i]);
    while (groups.length > 0) {
      const before = groups[groups.length - 1];
      const needed = reach(before.members.length) + gap + reach(group.members.length);
      if (group.centre - before.centre >= needed) break;
      groups = groups.slice(0, -1);
      group = place([...before.members, ...group.members]);
    }
    groups.push(group);
  }
  const placed = new Array<number>(positions.length);
  for (const { members, centre } of groups) {
    for (const [rank, i] of members.entries()) placed[i] = centre - reach(members.length) + rank * gap;
  }
  return placed;
}
