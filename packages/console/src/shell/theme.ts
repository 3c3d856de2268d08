import { useState } from 'react';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const STORED = 'notify.theme';

const stored = (): Theme => {
  const value = localStorage.getItem(STORED);
  return value === 'light' || value === 'dark' ? value : 'system';
};

/** The colours that were chosen. public/theme.js sets them before the first paint. */
export const useTheme = () => {
  const [theme, setTheme] = useState(stored);
  const choose = (chosen: Theme) => {
    if (chosen === 'system') {
      localStorage.removeItem(STORED);
      delete document.documentElement.dataset['theme'];
    } else {
      localStorage.setItem(STORED, chosen);
      document.documentElement.dataset['theme'] = chosen;
    }
    setTheme(chosen);
  };
  return { theme, choose };
};
