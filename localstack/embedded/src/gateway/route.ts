import type { Method, RestApi } from './rest-api.ts';

export interface Route {
  readonly method: Method;
  /** Whether it serves whatever method no other one does. */
  readonly isOfAny: boolean;
  /** The path template, for `resource`. */
  readonly resource: string;
  readonly pathParameters: Record<string, string>;
}

/** Finds the method that serves a request: a literal path before one with parameters, the method itself before ANY. */
export type FindRoute = (httpMethod: string, path: string) => Route | undefined;

export const routesOf = ({ paths }: Pick<RestApi, 'paths'>): FindRoute => {
  const candidates = [...paths]
    .sort(([a], [b]) => a.split('{').length - b.split('{').length)
    .map(([resource, methods]) => ({ resource, methods, expression: pattern(resource) }));
  return (httpMethod, path) => {
    for (const { resource, methods, expression } of candidates) {
      const match = expression.exec(path);
      if (!match) continue;
      const own = methods.get(httpMethod);
      const method = own ?? methods.get('ANY');
      return method && { method, isOfAny: !own, resource, pathParameters: { ...match.groups } };
    }
    return undefined;
  };
};

/** `/a/{id}/{proxy+}` as an expression with named groups. */
const pattern = (resource: string): RegExp => {
  const source = resource
    .split('/')
    .map((segment) => {
      const [, name, greedy] = /^\{(\w+)(\+?)\}$/.exec(segment) ?? [];
      if (name) return `(?<${name}>${greedy ? '.+' : '[^/]+'})`;
      return segment.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    })
    .join('/');
  return new RegExp(`^${source}/?$`);
};
