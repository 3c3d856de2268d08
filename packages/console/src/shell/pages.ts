import { BellIcon, BoxIcon, ChartIcon, PulseIcon } from '../parts/icons.tsx';

/** The pages that the main menu and the palette name. */
export const PAGES = [
  { to: '/', name: 'search', Icon: BellIcon },
  { to: '/campaigns', name: 'campaigns', Icon: ChartIcon },
  { to: '/pulse', name: 'pulse', Icon: PulseIcon },
  { to: '/quarantine', name: 'quarantine', Icon: BoxIcon },
] as const;
