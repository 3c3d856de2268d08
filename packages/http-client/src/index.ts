export { type GetJsonOptions, getJson } from './get-json.ts';
export { refusal } from './refusal.ts';
