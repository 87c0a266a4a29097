import { byId, setText } from './dom.ts';

type Theme = 'system' | 'light' | 'dark';

const order: readonly Theme[] = ['system', 'light', 'dark'];
const key = 'flowtape-theme';

/** The switch between light, dark and the system's theme; remembered if storage allows. */
export function createThemeSwitch(changed: () => void): void {
  let theme = remembered();
  const show = () => {
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    setText(byId('theme-name'), `Theme: ${theme}`);
  };
  show();
  byId('theme').addEventListener('click', () => {
    theme = order[(order.indexOf(theme) + 1) % order.length];
    try {
      localStorage.setItem(key, theme);
    } catch {
      // Storage may be denied; the theme then holds for this visit.
    }
    show();
    changed();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
}

function remembered(): Theme {
  try {
    return order.find((theme) => theme === localStorage.getItem(key)) ?? 'system';
  } catch {
    return 'system';
  }
}
