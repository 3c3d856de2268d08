import { Link, Outlet, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import { useLinks } from '../api/links.ts';
import { LANGUAGES, type Language, useLanguage, useMessages } from '../i18n/language.tsx';
import { BookIcon, GlobeIcon, SearchIcon, SunIcon } from '../parts/icons.tsx';
import { pagesOf } from './pages.ts';
import { usePaletteKeys } from './palette-keys.ts';
import { THEMES, type Theme, useTheme } from './theme.ts';

/** Comes once the page is there, so that it is at hand when it is called and nobody waits for it before. */
const loadPalette = async () => ({ default: (await import('./palette.tsx')).Palette });
const Palette = lazy(loadPalette);

export const Shell = () => {
  const { nav, shell, name } = useMessages();
  const palette = usePaletteKeys();
  const pages = pagesOf(useLinks().users !== undefined);
  const path = useRouterState({ select: ({ location }) => location.pathname });

  useEffect(() => {
    loadPalette();
  }, []);

  useEffect(() => {
    const page = pages.findLast(({ to }) => path.replace(/^\/console/, '').startsWith(to)) ?? pages[0];
    document.title = `${nav[page.name]} · Notify CQRS`;
  }, [path, nav, pages]);

  return (
    <div className="shell">
      <a className="skip" href="#content">
        {shell.skip}
      </a>
      <header>
        <Link to="/" className="brand">
          <img src="/console/icon.svg" alt="" width="24" height="24" />
          <span>{name}</span>
        </Link>
        <nav aria-label={nav.label}>
          {pages.map(({ to, name: page, Icon }) => (
            <Link key={to} to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
              <Icon />
              <span>{nav[page]}</span>
            </Link>
          ))}
          <a href="/docs">
            <BookIcon />
            <span>{nav.api}</span>
          </a>
        </nav>
        <div className="tools">
          <button
            type="button"
            className="find"
            aria-label={shell.palette}
            onClick={() => palette.onOpenChange(true)}
          >
            <SearchIcon />
            <span>{shell.palette}</span>
            <kbd>Ctrl K</kbd>
          </button>
          <ThemeChoice />
          <LanguageChoice />
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
      <Suspense>{palette.open && <Palette {...palette} pages={pages} />}</Suspense>
    </div>
  );
};

const ThemeChoice = () => {
  const { shell } = useMessages();
  const { theme, choose } = useTheme();
  return (
    <label className="choice">
      <SunIcon />
      <span className="hidden">{shell.theme}</span>
      <select value={theme} onChange={(event) => choose(event.target.value as Theme)}>
        {THEMES.map((value) => (
          <option key={value} value={value}>
            {shell.themes[value]}
          </option>
        ))}
      </select>
    </label>
  );
};

const LanguageChoice = () => {
  const { shell } = useMessages();
  const { language, choose } = useLanguage();
  return (
    <label className="choice">
      <GlobeIcon />
      <span className="hidden">{shell.languages}</span>
      <select value={language} onChange={(event) => choose(event.target.value as Language)}>
        {Object.entries(LANGUAGES).map(([value, { language: own }]) => (
          <option key={value} value={value} lang={value}>
            {own}
          </option>
        ))}
      </select>
    </label>
  );
};
