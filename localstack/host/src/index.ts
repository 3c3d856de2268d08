export { PYTHON_FOLDER, type StackFolder, stackFolder } from './folders.ts';
export { apiUrl, readState } from './stack-state.ts';
