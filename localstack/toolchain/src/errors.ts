import { errorsOf } from './local-error.ts';

/** What can be wrong with the programs and ports of this machine. */
export const toolchainError = errorsOf({
  'BUILD.FAILED': 'Mend what is named there.',
  'JAVA.MISSING': 'Install Java 17 or newer (any JRE) and put `java` on PATH, or set JAVA_HOME.',
  'JAVA.TOO_OLD': 'Install Java 17 or newer (any JRE) and put it first on PATH, or set JAVA_HOME.',
  'PORT.TAKEN': 'Stop what listens there, or choose another port.',
  'PYTHON.MISSING':
    'Install one (python.org, your package manager, or `pyenv install 3.13`), or set PYTHON_313 to where a Python 3.13 is.',
  'TERRAFORM.MISSING': 'Install Terraform 1.11 or newer and put it on PATH.',
});
