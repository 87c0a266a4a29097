import type { GroupOption, Option, Schema } from './kinds.ts';

/** The complete values of a schema: what `complete` returns. Optional options may be absent. */
export type OptionsOf<Options extends Schema> = Flat<
  {
    readonly [Name in keyof Options as Options[Name] extends Off ? never : Name]: ValueOf<Options[Name]>;
  } & {
    readonly [Name in keyof Options as Options[Name] extends Off ? Name : never]?: ValueOf<Options[Name]> | undefined;
  }
>;

/**
 * The options as callers give them: all may be left out. `null` turns an optional option off if a preset turns it on.
 */
export type GivenOptions<Options extends Schema> = {
  readonly [Name in keyof Options]?: GivenValue<Options[Name]> | (Options[Name] extends Off ? null : never) | undefined;
};

type Off = { readonly optional: true };

type ValueOf<Kind extends Option> = Kind extends GroupOption<infer Options> ? OptionsOf<Options> : LeafValueOf<Kind>;

type GivenValue<Kind extends Option> =
  Kind extends GroupOption<infer Options> ? GivenOptions<Options> : LeafValueOf<Kind>;

type LeafValueOf<Kind extends Option> = Kind extends { readonly kind: 'integer' | 'number' }
  ? number
  : Kind extends { readonly kind: 'choice'; readonly choices: readonly (infer Choice)[] }
    ? Choice
    : Kind extends { readonly kind: 'integers' }
      ? readonly number[]
      : Kind extends { readonly kind: 'flag' }
        ? boolean
        : string;

/** One object type instead of an intersection of two. */
type Flat<Type> = { [Name in keyof Type]: Type[Name] };
