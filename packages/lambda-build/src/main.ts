#!/usr/bin/env node
import { buildLambda } from './build-lambda.ts';

const { bundleBytes, zipHash } = await buildLambda(process.cwd());
process.stdout.write(
  `dist/handler.mjs ${(bundleBytes / 1000).toFixed(1)} kB, dist/function.zip ${zipHash}\n`,
);
