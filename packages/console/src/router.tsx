import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { CampaignPage } from './campaigns/campaign-page.tsx';
import { CampaignsPage } from './campaigns/campaigns-page.tsx';
import { NotificationPage } from './notification/notification-page.tsx';
import { PulsePage } from './pulse/pulse-page.tsx';
import { QuarantinePage } from './quarantine/quarantine-page.tsx';
import { readSearch } from './search/search.ts';
import { SearchPage } from './search/search-page.tsx';
import { NotFound } from './shell/not-found.tsx';
import { Shell } from './shell/shell.tsx';
import { UserPage } from './users/user-page.tsx';
import { UsersPage } from './users/users-page.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

export const searchRoute = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: readSearch,
  component: SearchPage,
});
export const notificationRoute = createRoute({
  getParentRoute: () => root,
  path: '/notification/$transactionId',
  validateSearch: ({ created_at }: Record<string, unknown>): { created_at?: number } =>
    Number.isSafeInteger(Number(created_at)) && created_at !== undefined && created_at !== ''
      ? { created_at: Number(created_at) }
      : {},
  component: NotificationPage,
});
const campaigns = createRoute({ getParentRoute: () => root, path: '/campaigns', component: CampaignsPage });
export const campaignRoute = createRoute({
  getParentRoute: () => root,
  path: '/campaigns/$marketingId',
  component: CampaignPage,
});

const pulse = createRoute({ getParentRoute: () => root, path: '/pulse', component: PulsePage });
const quarantine = createRoute({
  getParentRoute: () => root,
  path: '/quarantine',
  component: QuarantinePage,
});
const users = createRoute({ getParentRoute: () => root, path: '/users', component: UsersPage });
const user = createRoute({ getParentRoute: () => root, path: '/users/$userId', component: UserPage });

export const router = createRouter({
  routeTree: root.addChildren([
    searchRoute,
    notificationRoute,
    campaigns,
    campaignRoute,
    pulse,
    quarantine,
    users,
    user,
  ]),
  basepath: '/console',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
