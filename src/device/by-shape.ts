/**
 * Makes something once for each shape, such as a plan for fixed sizes, and returns the same one afterwards. Nothing is
 * dropped, so alternating sizes cost nothing after their first time.
 *
 * @param make makes it for a shape: sizes by name
 */
export function byShape<Shape extends Readonly<Record<string, number>>, Made>(
  make: (shape: Shape) => Promise<Made>,
): (shape: Shape) => Promise<Made> {
  const made = new Map<string, Promise<Made>>();
  return (shape) => {
    const key = JSON.stringify(Object.entries(shape).sort(([a], [b]) => (a < b ? -1 : 1)));
    const known = made.get(key);
    if (known) return known;
    const fresh = make(shape);
    made.set(key, fresh);
    // Failures are not remembered.
    fresh.catch(() => made.delete(key));
    return fresh;
  };
}
