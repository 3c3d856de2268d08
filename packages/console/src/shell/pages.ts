import { BellIcon, ChartIcon } from '../parts/icons.tsx';

/** The pages that the main menu and the palette name. */
export const PAGES = [
  { to: '/', name: 'search', Icon: BellIcon },
  { to: '/campaigns', name: 'campaigns', Icon: ChartIcon },
] as const;
