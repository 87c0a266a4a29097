import { byId } from './dom.ts';

export type TabName = 'settings' | 'state' | 'about';

const names: readonly TabName[] = ['settings', 'state', 'about'];

export interface Tabs {
  open(name: TabName): void;
}

/** The tabs beside the pictures, following the ARIA Authoring Practices. */
export function createTabs(): Tabs {
  const tabOf = (name: TabName) => byId(`tab-${name}`);
  const open = (chosen: TabName) => {
    for (const name of names) {
      const tab = tabOf(name);
      tab.setAttribute('aria-selected', String(name === chosen));
      tab.tabIndex = name === chosen ? 0 : -1;
      byId(`panel-${name}`).hidden = name !== chosen;
    }
  };
  names.forEach((name, i) => {
    const tab = tabOf(name);
    tab.addEventListener('click', () => open(name));
    tab.addEventListener('keydown', ({ key }) => {
      const move = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? names.length - 1 : undefined;
      if (move === undefined) return;
      const next = names[(i + move) % names.length];
      open(next);
      tabOf(next).focus();
    });
  });
  return { open };
}
