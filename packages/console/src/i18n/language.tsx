import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { en, type Messages } from './en.ts';
import { zhTW } from './zh-TW.ts';

export const LANGUAGES = { en, 'zh-TW': zhTW } as const satisfies Record<string, Messages>;
export type Language = keyof typeof LANGUAGES;

const STORED = 'notify.language';

/** What was chosen, else what the browser prefers: any Chinese gets Traditional Chinese. */
const preferred = (): Language => {
  const stored = localStorage.getItem(STORED);
  if (stored !== null && Object.hasOwn(LANGUAGES, stored)) return stored as Language;
  return navigator.languages.some((language) => /^zh/i.test(language)) && !/^en/i.test(navigator.language)
    ? 'zh-TW'
    : 'en';
};

interface Choice {
  readonly language: Language;
  readonly choose: (language: Language) => void;
}

const Context = createContext<Choice>({ language: 'en', choose: () => {} });

export const LanguageProvider = ({ children }: { readonly children: ReactNode }) => {
  const [language, setLanguage] = useState(preferred);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choose = (chosen: Language) => {
    localStorage.setItem(STORED, chosen);
    setLanguage(chosen);
  };
  return <Context value={{ language, choose }}>{children}</Context>;
};

export const useLanguage = (): Choice => useContext(Context);
export const useMessages = (): Messages => LANGUAGES[useLanguage().language];

const createFormat = (language: Language) => {
  const numbers = new Intl.NumberFormat(language);
  const times = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  const clocks = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' });
  const percents = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  return {
    number: (value: number) => numbers.format(value),
    percent: (value: number) => percents.format(value),
    /** Milliseconds since 1970. */
    time: (ms: number) => times.format(ms),
    /** The same, without the day. */
    clock: (ms: number) => clocks.format(ms),
    duration: (ms: number) => formatDuration(ms, numbers),
  };
};

/** Made once: a list asks for them with each of its rows. */
const FORMATS = new Map<Language, ReturnType<typeof createFormat>>();

/** Numbers and times as people of this language write them. */
export const useFormat = () => {
  const { language } = useLanguage();
  const format = FORMATS.get(language) ?? createFormat(language);
  FORMATS.set(language, format);
  return format;
};

const formatDuration = (ms: number, numbers: Intl.NumberFormat): string => {
  if (ms < 1_000) return `${numbers.format(Math.round(ms))} ms`;
  if (ms < 60_000) return `${numbers.format(Math.round(ms / 100) / 10)} s`;
  if (ms < 3_600_000) return `${numbers.format(Math.round(ms / 6_000) / 10)} min`;
  if (ms < 86_400_000) return `${numbers.format(Math.round(ms / 360_000) / 10)} h`;
  return `${numbers.format(Math.round(ms / 8_640_000) / 10)} d`;
};
