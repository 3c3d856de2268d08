/** A step of the test has failed; `details` is what a program printed. */
export class StepFailed extends Error {
  readonly details: string;

  constructor(message: string, details = '') {
    super(message);
    this.details = details;
  }
}
