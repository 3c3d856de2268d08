import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';

const compose = parse(readFileSync(new URL('../../compose.yaml', import.meta.url), 'utf8'));
const requirements = readFileSync(new URL('../executor/requirements.txt', import.meta.url), 'utf8');

it('Docker runs the LocalStack that runs without it', () => {
  const [, version] = /^localstack-core==([\d.]+)/m.exec(requirements) ?? [];
  expect(compose.services.localstack.image).toBe(`localstack/localstack:${version}`);
});

it('every port is bound to loopback', () => {
  for (const { ports } of Object.values<{ ports: string[] }>(compose.services)) {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
  }
});

it('the query service is told what the one without Docker is told', () => {
  const source = readFileSync(new URL('query-service.ts', import.meta.url), 'utf8');
  for (const name of Object.keys(compose.services['query-service'].environment))
    expect(source).toContain(`${name}:`);
});

it('LocalStack is told what the one without Docker is told', () => {
  const source = readFileSync(new URL('localstack.ts', import.meta.url), 'utf8');
  const {
    LAMBDA_DOCKER_NETWORK: _,
    DYNAMODB_IN_MEMORY: __,
    ...shared
  } = compose.services.localstack.environment;
  expect(Object.keys(shared)).toEqual(
    expect.arrayContaining(['PROVIDER_OVERRIDE_DYNAMODB', 'PROVIDER_OVERRIDE_DYNAMODBSTREAMS']),
  );
  for (const [name, value] of Object.entries(shared)) expect(source).toContain(`${name}: '${value}'`);
});

it('every package is held by a hash', () => {
  const packages = requirements.split('\n').filter((line) => /^[a-z0-9]/i.test(line));
  expect(packages.length).toBeGreaterThan(100);
  for (const line of packages) expect(line).toMatch(/^\S+==\S+ .*\\$/);
});
