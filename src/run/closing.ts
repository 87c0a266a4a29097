/**
 * What `await using` closes: has the method `[Symbol.asyncDispose]`, where the program's types know of that symbol. In
 * programs whose `lib` is older the type has nothing, so that declarations compile there too.
 */
export type Closing = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [Name in Key]: () => Promise<void> }
  : object;

/** The method that `await using` calls, where the runtime has its symbol. */
export function closedBy(close: () => Promise<void>): Closing {
  const key = (Symbol as { readonly asyncDispose?: symbol }).asyncDispose;
  return (key === undefined ? {} : { [key]: close }) as Closing;
}
