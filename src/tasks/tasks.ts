import type { Chemistry } from '../chemistry/chemistry.ts';
import { BIT_SEQUENCE_LENGTH_LIMIT, BIT_SEQUENCE_WORD_LIMIT, bitSequence } from '../environment/bit-sequence.ts';
import { bitSequenceModes, bitSequenceReward } from '../environment/bit-sequence-reward.ts';
import type { AnyTask } from '../environment/environment.ts';
import { HYPERGRID_WIDTH_LIMIT, hypergrid, hypergridCellCount } from '../environment/hypergrid.ts';
import { HYPERGRID_DIFFICULTIES, hypergridReward } from '../environment/hypergrid-reward.ts';
import { nearestName } from '../environment/nearest.ts';
import { parseQm9StringTable, QM9_STRING_TABLE_FILE, qm9String, qm9StringReward } from '../environment/qm9-string.ts';
import { parseTfbind8Table, TFBIND8_TABLE_FILE, tfbind8, tfbind8Reward } from '../environment/tfbind8.ts';
import { MOST_FRAGMENTS_LIMIT } from '../molecules/fragment-trees.ts';
import { drugFragmentTrees, drugLikenessReward } from '../molecules/molecules.ts';
import { QM9_ATOMS_LIMIT, qm9Atoms } from '../molecules/qm9-atoms.ts';
import { qm9AtomsReward } from '../molecules/qm9-atoms-reward.ts';
import {
  parseSehFragments,
  parseSehMolecules,
  SEH_FRAGMENTS_FILE,
  SEH_MOLECULES_FILE,
  SEH_VOCABULARIES,
  sehFragments,
} from '../molecules/seh.ts';
import { sehReward } from '../molecules/seh-reward.ts';
import { parseSehWeights, SEH_WEIGHTS_FILE } from '../molecules/seh-weights.ts';
import {
  checkTaskOptions,
  type DataReader,
  flagName,
  type TaskOption,
  type TaskOptions,
  type TaskOptionValue,
} from './task-options.ts';

/** A task that can be asked for by name, on the command line or in a configuration. */
export interface TaskDefinition {
  readonly name: string;
  /** One line for a list of tasks. */
  readonly summary: string;
  readonly options: readonly TaskOption[];
  /**
   * Checks the options, fills in defaults and makes the task.
   * @param data reads a file of the data folder, for tasks that need one.
   * @param packages opens packages that the library does not come with, for tasks that need one.
   * @throws Error on unknown or unfit options, on a missing data folder, on data that is not what it should be, and on a
   * missing package.
   */
  create(options?: TaskOptions, data?: DataReader, packages?: TaskPackages): Promise<AnyTask>;
}

/** What tasks may need from outside the library, opened when it is needed. */
export interface TaskPackages {
  /** Chemistry, such as `openNodeChemistry` opens. */
  readonly chemistry?: () => Promise<Chemistry>;
}

/** Every task known by name. */
export const taskDefinitions: readonly TaskDefinition[] = [
  define({
    name: 'hypergrid',
    summary: 'A grid of any dimension whose rewards lie in its corners, with low ground between them.',
    options: [
      {
        name: 'dim',
        kind: 'integer',
        default: 2,
        minimum: 1,
        maximum: 53,
        help: 'dimension of the grid',
      },
      {
        name: 'side',
        kind: 'integer',
        default: 16,
        minimum: 2,
        maximum: HYPERGRID_WIDTH_LIMIT,
        help: 'cells along each axis',
      },
      {
        name: 'reward',
        kind: 'choice',
        default: 'easy',
        choices: Object.keys(HYPERGRID_DIFFICULTIES),
        help: 'how low the ground between the modes is',
      },
    ],
    async make(options) {
      const size = { dimension: Number(options.dim), side: Number(options.side) };
      const difficulty = options.reward === 'hard' ? 'hard' : 'easy';
      if (hypergridCellCount(size) === undefined) {
        throw new Error(
          `A hypergrid of dimension ${size.dimension} and side ${size.side} has ${size.side}^${size.dimension} cells, ` +
            'more than can be counted exactly (2^53). Take a smaller dimension (dim) or side.',
        );
      }
      return { environment: hypergrid(size), reward: hypergridReward({ ...size, difficulty }) };
    },
  }),
  define({
    name: 'tfbind8',
    summary: 'DNA strings of eight letters, rewarded by the measured binding of the transcription factor SIX6.',
    options: [
      {
        name: 'data',
        kind: 'data-folder',
        files: [TFBIND8_TABLE_FILE],
        help: 'folder that holds the table of measured scores',
      },
    ],
    async make(_options, read) {
      const reward = tfbind8Reward(parseTfbind8Table(await read(TFBIND8_TABLE_FILE)));
      return { environment: tfbind8(), reward };
    },
  }),
  define({
    name: 'qm9-string',
    summary: 'Molecules as strings of five building blocks, rewarded by a proxy of their HOMO-LUMO gap.',
    options: [
      {
        name: 'data',
        kind: 'data-folder',
        files: [QM9_STRING_TABLE_FILE],
        help: "folder that holds the table of the proxy's scores",
      },
    ],
    async make(_options, read) {
      const reward = qm9StringReward(parseQm9StringTable(await read(QM9_STRING_TABLE_FILE)));
      return { environment: qm9String(), reward };
    },
  }),
  define({
    name: 'bit-sequence',
    summary: 'Sequences of bits written word by word in any order, rewarded for being near to one of the modes.',
    options: [
      {
        name: 'length',
        kind: 'integer',
        default: 16,
        minimum: 1,
        maximum: BIT_SEQUENCE_LENGTH_LIMIT,
        help: 'bits of a sequence; 120 in the literature',
      },
      {
        name: 'wordSize',
        kind: 'integer',
        default: 4,
        minimum: 1,
        maximum: BIT_SEQUENCE_WORD_LIMIT,
        help: 'bits of a word, which divide the length; 8 in the literature',
      },
      {
        name: 'modes',
        kind: 'integer',
        default: 60,
        minimum: 1,
        maximum: 1000,
        help: 'how many modes to draw, or all that can be drawn if fewer',
      },
      {
        name: 'beta',
        kind: 'number',
        default: 3,
        minimum: 0,
        maximum: 1000,
        help: 'how fast the reward falls with the distance to a mode',
      },
    ],
    async make(options) {
      const size = { length: Number(options.length), wordSize: Number(options.wordSize) };
      const environment = bitSequence(size);
      const modes = bitSequenceModes({ length: size.length, count: Number(options.modes) });
      return { environment, reward: bitSequenceReward({ ...size, modes, beta: Number(options.beta) }) };
    },
  }),
  define({
    name: 'molecules',
    summary: 'Molecules as trees of common rings and groups, rewarded by drug-likeness (QED).',
    options: [
      {
        name: 'mostFragments',
        kind: 'integer',
        default: 5,
        minimum: 1,
        maximum: MOST_FRAGMENTS_LIMIT,
        help: 'the most fragments of a molecule',
      },
      {
        name: 'beta',
        kind: 'number',
        default: 32,
        minimum: 0,
        maximum: 1000,
        help: 'the inverse temperature: the reward is a power of the drug-likeness',
      },
    ],
    async make(options, _read, openChemistry) {
      const environment = drugFragmentTrees({ mostFragments: Number(options.mostFragments) });
      const chemistry = await openChemistry();
      return {
        environment,
        reward: drugLikenessReward(environment, chemistry, Number(options.beta)),
        moleculeOf: environment.moleculeOf,
        modeScores: [0.9],
      };
    },
  }),
  define({
    name: 'qm9-atoms',
    summary: 'Molecules of C, N, O and F, atom by atom, rewarded by a surrogate (Hückel model) of a small gap.',
    options: [
      {
        name: 'mostAtoms',
        kind: 'integer',
        default: 9,
        minimum: 1,
        maximum: QM9_ATOMS_LIMIT,
        help: 'the most atoms of a molecule, without hydrogens',
      },
      {
        name: 'inverseTemperature',
        kind: 'choice',
        default: 'drawn',
        choices: ['drawn', 'fixed'],
        help: 'an inverse temperature for each trajectory, uniform from 0.5 to 32, or beta for all',
      },
      {
        name: 'beta',
        kind: 'number',
        default: 16,
        minimum: 0,
        maximum: 1000,
        help: 'the inverse temperature where it is fixed',
      },
    ],
    async make(options, _read, openChemistry) {
      const temperatures = options.inverseTemperature === 'drawn';
      const environment = qm9Atoms({ mostAtoms: Number(options.mostAtoms), temperatures });
      const chemistry = await openChemistry();
      return {
        environment,
        reward: qm9AtomsReward({ environment, chemistry, inverseTemperature: Number(options.beta) }),
        moleculeOf: environment.moleculeOf,
        modeScores: [1],
      };
    },
  }),
  define({
    name: 'seh',
    summary: 'Molecules as trees of fragments, rewarded by predicted binding to soluble epoxide hydrolase.',
    options: [
      {
        name: 'data',
        kind: 'data-folder',
        files: [SEH_FRAGMENTS_FILE, SEH_WEIGHTS_FILE, SEH_MOLECULES_FILE],
        help: 'folder that holds the fragments, the weights of the predictor and molecules to compare with',
      },
      {
        name: 'mostFragments',
        kind: 'integer',
        default: 9,
        minimum: 1,
        maximum: MOST_FRAGMENTS_LIMIT,
        help: 'the most fragments of a molecule',
      },
      {
        name: 'beta',
        kind: 'number',
        default: 16,
        minimum: 0,
        maximum: 1000,
        help: 'the inverse temperature: the reward is a power of the prediction',
      },
      {
        name: 'vocabulary',
        kind: 'choice',
        default: 'full',
        choices: SEH_VOCABULARIES,
        help: 'the 72 published fragments, or a set of 18',
      },
    ],
    async make(options, read) {
      const mostFragments = Number(options.mostFragments);
      const vocabulary = options.vocabulary === 'reduced' ? 'reduced' : 'full';
      const fragments = parseSehFragments(await read(SEH_FRAGMENTS_FILE), vocabulary);
      const weights = parseSehWeights(await read(SEH_WEIGHTS_FILE));
      const environment = sehFragments(fragments, { mostFragments, vocabulary });
      const task: AnyTask = {
        environment,
        reward: sehReward({ weights, trees: environment, beta: Number(options.beta) }),
        moleculeOf: environment.moleculeOf,
        modeScores: [7, 8],
      };
      // The published molecules are made of the full vocabulary.
      if (vocabulary === 'reduced') return task;
      return { ...task, heldOut: parseSehMolecules(await read(SEH_MOLECULES_FILE), environment, mostFragments) };
    },
  }),
];

/** @throws Error on an unknown name, with the nearest known one. */
export function findTask(name: string): TaskDefinition {
  const found = taskDefinitions.find((task) => task.name === name);
  if (found !== undefined) return found;
  const names = taskDefinitions.map((task) => task.name);
  const nearest = nearestName(name, names);
  throw new Error(
    `There is no environment called "${name}".${nearest === undefined ? '' : ` Did you mean ${nearest}?`} ` +
      `Known are: ${names.join(', ')}.`,
  );
}

/**
 * The task's summary and its options with their defaults and bounds, as lines of text for a help page.
 * @throws Error on an unknown name.
 */
export function describeTask(name: string): string {
  const { summary, options } = findTask(name);
  return [
    `${name}: ${summary}`,
    ...options.map((option) => `  --${flagName(option.name)} ${describeOption(option)}`),
  ].join('\n');
}

function describeOption(option: TaskOption): string {
  switch (option.kind) {
    case 'integer':
    case 'number':
      return `${option.kind === 'integer' ? 'N' : 'X'}  ${option.help}; from ${option.minimum} to ${option.maximum}, ${option.default} by default`;
    case 'choice':
      return `${option.choices.join('|')}  ${option.help}; ${option.default} by default`;
    case 'data-folder':
      return `DIR  ${option.help} (${option.files.join(', ')})`;
  }
}

interface TaskRecipe {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly TaskOption[];
  make(
    options: Readonly<Record<string, TaskOptionValue>>,
    read: DataReader,
    openChemistry: () => Promise<Chemistry>,
  ): Promise<AnyTask>;
}

function define({ name, summary, options, make }: TaskRecipe): TaskDefinition {
  const folder = options.find((option) => option.kind === 'data-folder');
  return {
    name,
    summary,
    options,
    async create(given = {}, data, { chemistry } = {}) {
      const complete = checkTaskOptions(name, options, given);
      const read: DataReader = (fileName) => {
        if (data !== undefined) return data(fileName);
        throw new Error(`${name} reads ${fileName}: give the folder that holds it (${folder?.name ?? 'data'}).`);
      };
      const openChemistry = async (): Promise<Chemistry> => {
        if (chemistry !== undefined) return chemistry();
        throw new Error(`${name} needs a chemistry package: give what opens one, in Node openNodeChemistry.`);
      };
      return make(complete, read, openChemistry);
    },
  };
}
