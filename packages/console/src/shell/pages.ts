import { BellIcon, BoxIcon, ChartIcon, PeopleIcon, PulseIcon } from '../parts/icons.tsx';

/** The pages that the main menu and the palette name. */
const PAGES = [
  { to: '/', name: 'search', Icon: BellIcon },
  { to: '/campaigns', name: 'campaigns', Icon: ChartIcon },
  { to: '/pulse', name: 'pulse', Icon: PulseIcon },
  { to: '/quarantine', name: 'quarantine', Icon: BoxIcon },
] as const;
const USERS = { to: '/users', name: 'users', Icon: PeopleIcon } as const;

/** Those that this service has: of the users only where it knows their API. */
export const pagesOf = (hasUsers: boolean) => (hasUsers ? ([...PAGES, USERS] as const) : PAGES);
