/** The layers of docs/architecture.md as rules: arrows point inward, within a package and across packages. */
const TESTS = '\\.(test|contract|fixture)\\.ts$|/testing/|/testing\\.ts$|vitest';
const ENTRIES =
  '/src/(index|handler|testing|testing/index|vitest-global-setup)\\.ts$|/proof/index\\.ts$|^terraform/cost/scale-model\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Types are arrows too.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'packages-by-their-face',
      comment: 'A package imports another one by its public face, never its inside.',
      severity: 'error',
      from: { path: '^((?:packages|localstack)/[^/]+|scripts|bench|e2e|fuzz|proof|repository|terraform)/' },
      to: {
        path: '^((packages|localstack)/[^/]+|scripts|bench|e2e|fuzz|proof|repository|terraform)/',
        pathNot: ['^$1/', ENTRIES],
      },
    },
    {
      name: 'domain-is-pure',
      comment: 'The language has no I/O and knows no AWS.',
      severity: 'error',
      from: { path: '^packages/(shared-domain/src|users/src/domain)/', pathNot: TESTS },
      to: {
        path: '^@?aws|node_modules/(@aws|@smithy|@middy|fastify)|^(node:)?(fs|net|http|https|child_process|worker_threads)',
        pathNot: '^packages/',
      },
    },
    {
      name: 'domain-depends-on-no-one',
      severity: 'error',
      from: { path: '^packages/shared-domain/src', pathNot: TESTS },
      to: { path: '^(packages|localstack|scripts)/', pathNot: '^packages/shared-domain/' },
    },
    {
      name: 'dynamodb-knows-no-record',
      comment:
        'What everyone shares who talks to DynamoDB knows the domain’s errors and nothing else of the house.',
      severity: 'error',
      from: { path: '^packages/dynamodb/src', pathNot: TESTS },
      to: { path: '^(packages|localstack|scripts)/', pathNot: '^packages/(dynamodb|shared-domain)/' },
    },
    {
      name: 'engine-knows-no-read-model',
      comment: 'The engine knows DynamoDB and the domain’s errors; no runtime, no function, no notification.',
      severity: 'error',
      from: { path: '^packages/stream-projection/src', pathNot: TESTS },
      to: {
        path: '^(packages|localstack|scripts)/',
        pathNot: '^packages/(stream-projection|dynamodb|shared-domain)/',
      },
    },
    {
      name: 'campaigns-know-no-read-model',
      comment: 'Two projections of one stream meet in nothing but the engine.',
      severity: 'error',
      from: { path: '^packages/campaign-statistics/src', pathNot: TESTS },
      to: {
        path: '^(packages|localstack|scripts)/',
        pathNot: '^packages/(campaign-statistics|stream-projection|dynamodb|shared-domain)/',
      },
    },
    {
      name: 'users-domain-knows-no-outside',
      comment: 'Inside the users: domain <- events, keys <- commands, projection, views.',
      severity: 'error',
      from: { path: '^packages/users/src/domain/', pathNot: TESTS },
      to: { path: '^packages/', pathNot: '^packages/(users/src/domain|shared-domain)/' },
    },
    {
      name: 'users-stores-know-no-use',
      severity: 'error',
      from: { path: '^packages/users/src/(events|keys)/', pathNot: TESTS },
      to: { path: '^packages/users/src/(commands|projection|views)/' },
    },
    {
      name: 'users-uses-know-no-other',
      comment: 'Commands, projection and views meet in the tables, not in the code.',
      severity: 'error',
      from: { path: '^packages/users/src/(commands|projection|views)/', pathNot: TESTS },
      to: { path: '^packages/users/src/(commands|projection|views)/', pathNot: '^packages/users/src/$1/' },
    },
    {
      name: 'lambdas-know-no-lambda',
      severity: 'error',
      from: { path: '^packages/([^/]+-lambda)/' },
      to: { path: '^packages/[^/]+-lambda/', pathNot: '^packages/$1/' },
    },
    {
      name: 'read-model-knows-no-lambda',
      severity: 'error',
      from: { path: '^packages/read-model/src', pathNot: TESTS },
      to: {
        path: '^(packages|localstack|scripts)/',
        pathNot: '^packages/(read-model|stream-projection|dynamodb|shared-domain)/',
      },
    },
    {
      name: 'operator-needs-no-laptop',
      comment: 'What works on AWS imports no local package.',
      severity: 'error',
      from: { path: '^scripts/', pathNot: TESTS },
      to: { path: '^localstack/' },
    },
    {
      name: 'application-knows-no-adapter',
      severity: 'error',
      from: { path: '/src/(domain|application)/', pathNot: TESTS },
      to: { path: '/src/(adapters/|handler\\.ts$|main\\.ts$)' },
    },
    {
      name: 'domain-knows-no-application',
      severity: 'error',
      from: { path: '/src/domain/', pathNot: TESTS },
      to: { path: '/src/application/' },
    },
    {
      name: 'nobody-imports-a-composition-root',
      severity: 'error',
      from: { path: '^packages/[^/]+/src', pathNot: TESTS },
      to: { path: '/src/(handler|main)\\.ts$' },
    },
    {
      name: 'product-needs-no-tools',
      comment: 'What is deployed does not import what only tests and laptops have.',
      severity: 'error',
      from: {
        path: '^packages/',
        pathNot: [
          TESTS,
          'lambda-build',
          '(build|bundle|generate)\\.ts$',
          '^packages/[^/]+/(proof|generate)/',
        ],
      },
      to: {
        path: '^(localstack|scripts|bench|e2e|fuzz|proof|repository)/|^packages/[^/]+/proof/|/testing(/|\\.ts$)',
      },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|coverage)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
