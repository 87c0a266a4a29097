import { button, byId, make } from './dom.ts';
import type { Failure } from './known-run.ts';
import type { PageState } from './page-state.ts';
import type { Store } from './store.ts';
import { sentence } from './words.ts';

export interface OverlayActions {
  /** Continues from the last good state, or from the start if there is none. @param onCpu on the cpu device */
  continueRun(checkpoint: Uint8Array | undefined, onCpu: boolean): void;
  restart(): void;
  /** Back to the page's initial run. */
  reset(): void;
  save(checkpoint: Uint8Array): void;
}

/** An overlay while the pictures have nothing to show: a device is being opened, or a run has failed. */
export function createOverlay(store: Store<PageState>, actions: OverlayActions): void {
  const place = byId('overlay');
  store.watch(
    ({ knownRuns }) => [
      knownRuns.every(({ opened }) => opened !== undefined),
      knownRuns.map(({ failure }) => failure).find(Boolean),
    ],
    ([isOpen, failure]) => {
      place.hidden = isOpen && failure === undefined;
      if (place.hidden) return;
      if (failure === undefined) {
        place.replaceChildren(make('p', {}, 'Getting ready…'));
        return;
      }
      const { title, text } = tell(failure);
      const heading = make('h2', { tabIndex: -1 }, title);
      place.setAttribute('role', 'alert');
      place.replaceChildren(
        heading,
        make('p', {}, text),
        make('div', { className: 'row' }, ...choices(failure, actions)),
      );
    },
  );
}

/** The messages of browsers, and of the worker itself, for a file that could not be loaded. */
function isNotLoaded(problem: string): boolean {
  return /failed to fetch|dynamically imported|cannot be loaded|networkerror|load failed|importing a module/i.test(
    problem,
  );
}

function tell({ reason, problem, checkpoint }: Failure): { title: string; text: string } {
  const kept = checkpoint ? ' The last good state of the run is kept.' : '';
  if (isNotLoaded(problem)) {
    return { title: 'A part of the page could not be loaded', text: `Check the connection, then try again.${kept}` };
  }
  switch (reason) {
    case 'device-lost':
      return {
        title: 'The GPU was lost',
        text: `This happens when a driver restarts or a computer wakes up.${kept}`,
      };
    case 'not-finite':
      return { title: 'The training diverged', text: `${problem}${kept} A smaller learning rate often helps.` };
    case 'refused':
      return { title: 'This run is not possible', text: sentence(problem) };
    case 'other':
      return { title: 'The run ended early', text: `${problem}${kept}` };
  }
}

function choices({ reason, problem, checkpoint }: Failure, actions: OverlayActions): Node[] {
  if (isNotLoaded(problem)) return [button('Try again', () => actions.continueRun(checkpoint, false), 'primary')];
  const save = checkpoint ? [button('Save it as a file', () => actions.save(checkpoint))] : [];
  const restart = button('Restart', actions.restart);
  if (reason === 'refused') return [button('Go back to the first example', actions.reset, 'primary')];
  if (reason === 'device-lost') {
    return [
      button('Continue', () => actions.continueRun(checkpoint, false), 'primary'),
      button('Continue without the GPU', () => actions.continueRun(checkpoint, true)),
      ...save,
    ];
  }
  if (checkpoint === undefined) return [button('Restart', actions.restart, 'primary')];
  return [button('Continue from there', () => actions.continueRun(checkpoint, false), 'primary'), restart, ...save];
}
