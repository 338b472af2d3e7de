// @ts-check
const KEY = 'romancy-theme';

/** The theme of the system, until another one is chosen here. */
export function chooseTheme() {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const apply = () => {
    document.documentElement.dataset['theme'] = stored() ?? (system.matches ? 'dark' : 'light');
  };
  system.addEventListener('change', apply);
  document.getElementById('theme')?.addEventListener('click', () => {
    const next = document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem(KEY, next);
    } catch {
      // Storage is turned off: the choice lasts until the page is left.
    }
    document.documentElement.dataset['theme'] = next;
  });
  apply();
}

function stored() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
