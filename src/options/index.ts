export type { GivenOptions, OptionsOf } from './infer.ts';
export {
  type ChoiceOption,
  choice,
  type FilesOption,
  type FlagOption,
  files,
  flag,
  type GroupOption,
  group,
  type IntegerOption,
  integer,
  type LeafOption,
  maxInteger,
  type NumberOption,
  number,
  type Option,
  optional,
  rate,
  type Schema,
  share,
  type TextOption,
  text,
} from './kinds.ts';
export { findNamed } from './named.ts';
export { boundsInWords, complete, completeUnknown, defaultsOf, nearestOption, problemOf, shown } from './read.ts';
export {
  describeOption,
  flagName,
  fromText,
  helpOf,
  keyOf,
  pathOfKey,
  placeholderOf,
  type Reading,
  readText,
} from './text.ts';
export {
  flatten,
  type Leaf,
  leavesOf,
  merge,
  optionAt,
  unflatten,
  type Value,
  type Values,
  valueAt,
  withValueAt,
} from './values.ts';
