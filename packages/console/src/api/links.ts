import { useQuery } from '@tanstack/react-query';
import { client } from './client.ts';

interface Links {
  /** Where the users can be asked for; absent where the service knows no API of theirs. */
  readonly users?: string;
}

/** What this service has, as its front page tells. */
export const useLinks = (): Links => {
  const found = useQuery({
    queryKey: ['links'],
    queryFn: async ({ signal }) => {
      const { body } = await client.send({ method: 'GET', path: '/' }, {}, { signal });
      return (body as { readonly links?: Links } | undefined)?.links ?? {};
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return found.data ?? {};
};
