/** Where the stack and its pieces write, line by line: `source` is the piece, a function's name for a function. */
export type Log = (source: string, line: string) => void;
