import { AppError } from '@notify/shared-domain';
import type { AttributeValue as StreamValue } from 'aws-lambda';

/** An item as a stream record carries it in a Lambda event: as JSON, binary values in base64. */
export type StreamImage = Readonly<Record<string, StreamValue>>;

/**
 * Some attributes of an item as plain values. Attributes that are not asked for may be of any type, or broken.
 * @throws AppError `RECORD.INVALID` for a number that is no safe integer (nothing is rounded) and for binaries and sets
 */
export const decodeAttributes = (image: StreamImage, names: readonly string[]): Record<string, unknown> => {
  const plain: Record<string, unknown> = {};
  for (const name of names) {
    // An attribute may have any name, and an image come with any prototype.
    const value = Object.hasOwn(image, name) ? image[name] : undefined;
    if (value !== undefined) plain[name] = decode(value, name);
  }
  return plain;
};

const decode = (value: StreamValue, name: string): unknown => {
  if (value !== null) {
    if (typeof value.S === 'string') return value.S;
    if (typeof value.N === 'string') return decodeInteger(value.N, name);
    if (typeof value.BOOL === 'boolean') return value.BOOL;
    if (value.NULL === true) return null;
    if (Array.isArray(value.L)) return value.L.map((member) => decode(member, name));
    if (isRecord(value.M)) {
      return Object.fromEntries(Object.entries(value.M).map(([key, member]) => [key, decode(member, name)]));
    }
  }
  throw invalid(`${name} has a type that is not projected.`);
};

/**
 * The integer that DynamoDB's number text stands for.
 * @throws AppError `RECORD.INVALID` when a JavaScript number cannot hold it exactly
 */
export const decodeInteger = (text: string, name: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && /^-?\d+(\.0*)?$/.test(text)) return value + 0;
  throw invalid(`${name} is not a safe integer.`);
};

const invalid = (detail: string) => new AppError('RECORD.INVALID', { detail });

const isRecord = (value: unknown): value is Record<string, StreamValue> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether DynamoDB would take this as an item, as far as types tell: each value is one attribute value. */
export const isImage = (image: unknown, depth = 0): image is Record<string, StreamValue> =>
  isRecord(image) && Object.values(image).every((value) => isValue(value, depth));

/** DynamoDB's bound, which is far from that of the stack. */
const MAX_DEPTH = 32;

const isValue = (value: StreamValue, depth: number): boolean => {
  if (depth > MAX_DEPTH || !isRecord(value) || Object.keys(value).length !== 1) return false;
  const { S, N, B, BOOL, NULL: nothing, SS, NS, BS, L, M } = value as Record<string, unknown>;
  return (
    typeof S === 'string' ||
    isNumber(N) ||
    isBytes(B) ||
    typeof BOOL === 'boolean' ||
    nothing === true ||
    isSet(SS, (member) => typeof member === 'string') ||
    isSet(NS, isNumber) ||
    isSet(BS, isBytes) ||
    (Array.isArray(L) && L.every((member) => isValue(member, depth + 1))) ||
    isImage(M, depth + 1)
  );
};

const isNumber = (text: unknown): boolean =>
  typeof text === 'string' && text.trim() !== '' && Number.isFinite(Number(text));

const isBytes = (text: unknown): boolean => typeof text === 'string' && /^[A-Za-z0-9+/]*={0,2}$/.test(text);

const isSet = (value: unknown, isMember: (member: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && value.every(isMember);

/** The most that one item may hold, in bytes of names and values. */
export const MAX_ITEM_BYTES = 400 * 1024;

/**
 * About how many bytes these attributes are to DynamoDB; never fewer than it counts for texts and numbers.
 * See "DynamoDB item sizes and formats" in the DynamoDB developer guide.
 */
export const itemBytes = (attributes: Iterable<readonly [name: string, value: StreamValue]>): number => {
  let bytes = 0;
  for (const [name, value] of attributes) {
    bytes += Buffer.byteLength(name);
    if (value.S !== undefined) bytes += Buffer.byteLength(value.S);
    else if (value.N !== undefined) bytes += Math.ceil(value.N.length / 2) + 1;
    else bytes += 1;
  }
  return bytes;
};
