/**
 * State, and views of it that are drawn at most once per frame, and only if they changed. Views that would take longer than
 * a frame together are drawn over several.
 */
export interface Store<State> {
  get(): State;
  set(change: Partial<State>): void;
  /** Calls `render` before the next frame whenever the values that `select` reads have changed, and initially. */
  watch<const Inputs extends readonly unknown[]>(
    select: (state: State) => Inputs,
    render: (inputs: Inputs) => void,
  ): void;
  /** The same for actions that must not be repeated if only colours or sizes have changed: `redraw` skips them. */
  react<const Inputs extends readonly unknown[]>(
    select: (state: State) => Inputs,
    effect: (inputs: Inputs) => void,
  ): void;
  /** Redraws all views of `watch` with the next frame, for new colours or sizes. */
  redraw(): void;
}

interface Watcher<State> {
  readonly select: (state: State) => readonly unknown[];
  readonly render: (inputs: readonly unknown[]) => void;
  readonly draws: boolean;
  seen: readonly unknown[] | undefined;
}

/** Milliseconds of drawing after which the rest waits for the next frame. */
const patience = 12;

/** @param nextFrame `requestAnimationFrame`, or its substitute */
export function createStore<State>(initial: State, nextFrame: (draw: () => void) => void): Store<State> {
  let state = initial;
  let isWaiting = false;
  let next = 0;
  const watchers: Watcher<State>[] = [];
  const draw = () => {
    isWaiting = false;
    const begun = performance.now();
    // In turn, so that the last views are drawn too if the first ones change with every frame.
    for (let left = watchers.length; left > 0; left--) {
      const watcher = watchers[next % watchers.length];
      const inputs = watcher.select(state);
      const { seen } = watcher;
      const isSame = seen?.length === inputs.length && inputs.every((input, i) => Object.is(input, seen[i]));
      if (!isSame && performance.now() - begun > patience) return schedule();
      next++;
      if (isSame) continue;
      watcher.seen = inputs;
      watcher.render(inputs);
    }
  };
  const schedule = () => {
    if (isWaiting) return;
    isWaiting = true;
    nextFrame(draw);
  };
  return {
    get: () => state,
    set(change) {
      state = { ...state, ...change };
      schedule();
    },
    watch(select, render) {
      watchers.push({ select, render: render as Watcher<State>['render'], draws: true, seen: undefined });
      schedule();
    },
    react(select, effect) {
      watchers.push({ select, render: effect as Watcher<State>['render'], draws: false, seen: undefined });
      schedule();
    },
    redraw() {
      for (const watcher of watchers) if (watcher.draws) watcher.seen = undefined;
      schedule();
    },
  };
}
