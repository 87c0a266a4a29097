/**
 * Makes something for a shape once, and gives the same one for the same shape afterwards: plans ready to run, which
 * are made for fixed sizes. Nothing is dropped: sizes that alternate cost nothing after their first time.
 *
 * @param make what to make for a shape; sizes by name
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
    // What could not be made is not remembered.
    fresh.catch(() => made.delete(key));
    return fresh;
  };
}
