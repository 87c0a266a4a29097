/**
 * The method `[Symbol.asyncDispose]` for `await using`, if the program's types know that symbol. With an older `lib`
 * the type is empty, so that declarations still compile.
 */
export type Closing = SymbolConstructor extends { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [Name in Key]: () => Promise<void> }
  : object;

/** The method that `await using` calls, where the runtime has its symbol. */
export function closedBy(close: () => Promise<void>): Closing {
  const key = (Symbol as { readonly asyncDispose?: symbol }).asyncDispose;
  return (key === undefined ? {} : { [key]: close }) as Closing;
}
