import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { LanguageProvider } from './i18n/language.tsx';
import { router } from './router.tsx';
import './theme.css';

const queries = new QueryClient({
  defaultOptions: {
    // Whether there is a network is for the request to find out: the service may stand on this machine.
    queries: {
      networkMode: 'always',
      // The client does, as the API asks.
      retry: false,
      staleTime: 1_000,
    },
  },
});

const root = document.getElementById('console');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </LanguageProvider>
    </StrictMode>,
  );
}
