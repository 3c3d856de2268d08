export { buildPackages } from './build.ts';
export { toolchainError } from './errors.ts';
export { findJava, javaCommand } from './java.ts';
export { errorsOf, LocalError } from './local-error.ts';
export { type PassedOn, passOn } from './pass-on.ts';
export { assertPortFree, freePort } from './port.ts';
export { type Environment, endAll, type Output, output, ProgramFailed, run } from './program.ts';
export { findPython, pip, virtualEnvironment } from './python.ts';
export { type PlannedChange, type Resource, TerraformCopy } from './terraform.ts';
