import { messageOf } from '../text/message-of.ts';

/** The constructors that a pickle may call, by module and name ("numpy.dtype"). All others are refused. */
export type PickleConstructors = ReadonlyMap<string, PickleConstructor>;

export interface PickleConstructor {
  /** Makes a value. Throws an Error that names the arguments if it does not know them. */
  make(args: readonly unknown[]): unknown;
  /** Updates a value that it made; without this method none can be updated. */
  setState?(made: unknown, state: unknown): void;
}

/** The stack machine that runs a pickle, with numbered memory. */
interface Machine {
  /** Takes the next bytes of the pickle. */
  take(count: number): Uint8Array;
  takeByte(): number;
  readonly stack: unknown[];
  pop(): unknown;
  /** Pops everything above the last mark, and the mark. */
  popToMark(): unknown[];
  /** Heights of the stack. */
  readonly marks: number[];
  readonly memory: unknown[];
  readonly constructors: PickleConstructors;
  readonly callable: ReadonlySet<unknown>;
  /** The constructor of each value that can be updated. */
  readonly makers: WeakMap<object, PickleConstructor>;
}

/**
 * Reads a Python pickle of protocol 3 or 4 that holds dictionaries, lists, tuples, strings, bytes, integers, booleans
 * and None, and what `constructors` make. (The opcodes are those of Python's pickletools.) In Python a pickle can call
 * any function; here it can call only `constructors`, and every other opcode is refused. Dictionaries become Maps,
 * lists and tuples arrays, and bytes Uint8Arrays.
 *
 * @throws Error, with the position of the byte, on any other opcode or name, and on a pickle that is cut off.
 */
export function readPickle(bytes: Uint8Array, constructors: PickleConstructors): unknown {
  let position = 0;
  const machine: Machine = {
    take(count) {
      if (position + count > bytes.length) throw new Error('an end before the pickle is complete');
      position += count;
      return bytes.subarray(position - count, position);
    },
    takeByte: () => machine.take(1)[0],
    stack: [],
    pop() {
      if (machine.stack.length <= (machine.marks.at(-1) ?? 0)) throw new Error('an opcode that finds nothing to use');
      return machine.stack.pop();
    },
    popToMark() {
      const height = machine.marks.pop();
      if (height === undefined) throw new Error('an opcode that needs a mark, but there is none');
      return machine.stack.splice(height);
    },
    marks: [],
    memory: [],
    constructors,
    callable: new Set(constructors.values()),
    makers: new WeakMap(),
  };
  let start = 0;
  try {
    if (machine.takeByte() !== PROTOCOL || ![3, 4].includes(machine.takeByte())) {
      throw new Error('not a pickle of protocol 3 or 4');
    }
    for (;;) {
      start = position;
      const code = machine.takeByte();
      if (code === STOP) break;
      const run = opcodes.get(code);
      if (run === undefined) throw new Error(`the opcode 0x${code.toString(16).padStart(2, '0')}, which is refused`);
      run(machine);
    }
    const value = machine.pop();
    const isLast = position === bytes.length && machine.stack.length === 0 && machine.marks.length === 0;
    if (!isLast) throw new Error('an end with something left over');
    return value;
  } catch (error) {
    const found = messageOf(error);
    throw new Error(`Cannot read the pickle: at byte ${start} there is ${found}.`, { cause: error });
  }
}

const PROTOCOL = 0x80;
const STOP = 0x2e;
const LINE_END = 0x0a;

/** The action of each opcode, except the first and the last of a pickle. */
const opcodes: ReadonlyMap<number, (machine: Machine) => void> = new Map([
  // FRAME: a hint how many bytes to read ahead.
  [0x95, ({ take }: Machine) => void take(8)],
  // NONE, NEWTRUE, NEWFALSE
  [0x4e, ({ stack }) => void stack.push(null)],
  [0x88, ({ stack }) => void stack.push(true)],
  [0x89, ({ stack }) => void stack.push(false)],
  // BININT, BININT1, BININT2: four bytes signed, one and two bytes unsigned
  [0x4a, ({ stack, take }) => void stack.push(viewOf(take(4)).getInt32(0, true))],
  [0x4b, ({ stack, takeByte }) => void stack.push(takeByte())],
  [0x4d, ({ stack, take }) => void stack.push(viewOf(take(2)).getUint16(0, true))],
  // SHORT_BINUNICODE, SHORT_BINBYTES: the length in one byte, then the bytes. BINUNICODE, BINBYTES: the length in four.
  [0x8c, ({ stack, take, takeByte }) => void stack.push(utf8.decode(take(takeByte())))],
  [0x43, ({ stack, take, takeByte }) => void stack.push(take(takeByte()))],
  [0x58, ({ stack, take }) => void stack.push(utf8.decode(take(lengthOf(take))))],
  [0x42, ({ stack, take }) => void stack.push(take(lengthOf(take)))],
  // MARK
  [0x28, ({ stack, marks }) => void marks.push(stack.length)],
  // TUPLE1, TUPLE2, TUPLE3, TUPLE
  [0x85, (machine) => pushTuple(machine, 1)],
  [0x86, (machine) => pushTuple(machine, 2)],
  [0x87, (machine) => pushTuple(machine, 3)],
  [0x74, ({ stack, popToMark }) => void stack.push(popToMark())],
  // EMPTY_DICT, SETITEMS
  [0x7d, ({ stack }) => void stack.push(new Map())],
  [0x75, setItems],
  // EMPTY_LIST, APPENDS
  [0x5d, ({ stack }) => void stack.push([])],
  [0x65, append],
  // MEMOIZE, BINPUT, BINGET: store in memory, at its end or at an index, and load from it
  [0x94, memorise],
  [0x71, (machine) => memorise(machine, machine.takeByte())],
  [0x68, recall],
  // STACK_GLOBAL, GLOBAL: a name of Python's. REDUCE: a call of one. BUILD: an update of the result.
  [0x93, (machine) => pushConstructor(machine, machine.pop(), machine.pop())],
  [0x63, pushNamedConstructor],
  [0x52, construct],
  [0x62, setState],
]);

const utf8 = new TextDecoder('utf-8', { fatal: true });

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function pushTuple({ stack, pop }: Machine, length: number): void {
  const values = Array.from({ length }, pop).reverse();
  stack.push(values);
}

function setItems({ stack, pop, popToMark }: Machine): void {
  const items = popToMark();
  const dictionary = pop();
  if (!(dictionary instanceof Map) || items.length % 2 !== 0) throw new Error('items that are for no dictionary');
  for (let i = 0; i < items.length; i += 2) {
    if (typeof items[i] !== 'string') throw new Error('a dictionary key that is not a string');
    dictionary.set(items[i], items[i + 1]);
  }
  stack.push(dictionary);
}

function append({ stack, pop, popToMark }: Machine): void {
  const items = popToMark();
  const list = pop();
  if (!Array.isArray(list)) throw new Error('items that are for no list');
  for (const item of items) list.push(item);
  stack.push(list);
}

function memorise({ stack, pop, memory }: Machine, place = memory.length): void {
  const value = pop();
  if (place > memory.length) throw new Error('a place in memory that leaves others empty');
  memory[place] = value;
  stack.push(value);
}

function lengthOf(take: Machine['take']): number {
  return viewOf(take(4)).getUint32(0, true);
}

function recall({ stack, takeByte, memory }: Machine): void {
  const place = takeByte();
  if (place >= memory.length) throw new Error('a place in memory that holds nothing');
  stack.push(memory[place]);
}

/** The names follow as two lines of text. */
function pushNamedConstructor(machine: Machine): void {
  const takeLine = (): string => {
    const bytes: number[] = [];
    for (let byte = machine.takeByte(); byte !== LINE_END; byte = machine.takeByte()) bytes.push(byte);
    return utf8.decode(Uint8Array.from(bytes));
  };
  const module = takeLine();
  pushConstructor(machine, takeLine(), module);
}

function pushConstructor({ stack, constructors }: Machine, name: unknown, module: unknown): void {
  // Only texts are quoted: nested lists could be practically endless.
  if (typeof module !== 'string' || typeof name !== 'string') throw new Error('a name that is not a string');
  const maker = constructors.get(`${module}.${name}`);
  if (maker === undefined) throw new Error(`the name ${module}.${name}, which is refused`);
  stack.push(maker);
}

function construct({ stack, pop, callable, makers }: Machine): void {
  const [args, maker] = [pop(), pop()];
  const isCallable = (value: unknown): value is PickleConstructor => callable.has(value);
  if (!isCallable(maker) || !Array.isArray(args)) throw new Error('a call of something that cannot be called');
  const made = maker.make(args);
  if (typeof made === 'object' && made !== null) makers.set(made, maker);
  stack.push(made);
}

function setState({ stack, pop, makers }: Machine): void {
  const [state, made] = [pop(), pop()];
  const maker = typeof made === 'object' && made !== null ? makers.get(made) : undefined;
  if (maker?.setState === undefined) throw new Error('a change to something that cannot be changed');
  maker.setState(made, state);
  stack.push(made);
}
