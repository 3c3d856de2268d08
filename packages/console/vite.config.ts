import { QUERY_ROUTES, REPORT_ROUTES } from '@notify/shared-domain';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Served at /console by the query service; `pnpm --filter @notify/console exec vite` develops it against a running `start`. */
export default defineConfig({
  base: '/console/',
  plugins: [react()],
  build: { target: 'es2023', sourcemap: false, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      [...QUERY_ROUTES, ...REPORT_ROUTES].map(({ path }) => [
        path,
        process.env['NOTIFY_SERVICE_URL'] ?? 'http://127.0.0.1:8000',
      ]),
    ),
  },
});
