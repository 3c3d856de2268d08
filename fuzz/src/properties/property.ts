import fc from 'fast-check';

/** What holds for a decoder whatever it is given. */
export interface Property {
  readonly name: string;
  readonly check: (options: fc.Parameters<unknown>) => Promise<fc.RunDetails<unknown>>;
}

/** @param holds throws when it does not hold */
export const property = <T>(
  name: string,
  input: fc.Arbitrary<T>,
  holds: (input: T) => void | Promise<void>,
): Property => ({
  name,
  check: async (options) =>
    fc.check(
      fc.asyncProperty(input, async (value) => holds(value)),
      options as fc.Parameters<[T]>,
    ) as Promise<fc.RunDetails<unknown>>,
});
