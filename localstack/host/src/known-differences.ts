import type { PlannedChange } from '@notify/toolchain';

/** What LocalStack 4.14.0 does not keep of what it was told, so that a plan shows it as a change. */
export interface KnownDifference {
  readonly address: RegExp;
  /** Exactly these attributes differ, in place. */
  readonly attributes: readonly string[];
  readonly why: string;
}

/** Behind the first apply. A second one puts them right: behind it a plan is clean. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    address: /\.aws_cloudwatch_(metric|composite)_alarm\./,
    attributes: ['tags_all'],
    why: 'Tags given when an alarm is made are dropped; those set later are kept.',
  },
];

/** What is wrong with a plan: changes that nobody knows, and known differences that are no longer there. */
export const unexpected = (
  changes: readonly PlannedChange[],
  known: readonly KnownDifference[],
): string[] => {
  const explains = (difference: KnownDifference, { address, actions, attributes }: PlannedChange) =>
    difference.address.test(address) &&
    actions.join() === 'update' &&
    attributes.join() === difference.attributes.join();
  return [
    ...changes
      .filter((change) => !known.some((difference) => explains(difference, change)))
      .map(({ address, actions, attributes }) => `${address}: ${actions.join()} (${attributes.join()})`),
    ...known
      .filter((difference) => !changes.some((change) => explains(difference, change)))
      .map(({ address }) => `no longer there: ${address.source}`),
  ];
};
