/** The value under a key that must be there. @throws if it is not: a bug in flowtape */
export function lookUp<Key, Value>(map: ReadonlyMap<Key, Value>, key: Key): Value {
  const value = map.get(key);
  if (value === undefined) throw new Error(`flowtape: nothing is known of ${String(key)}. This is a bug.`);
  return value;
}
