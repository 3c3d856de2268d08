import { isCancel, select, text } from '@clack/prompts';
import { NotifyError } from './notify-error.ts';
import type { Terminal } from './terminal.ts';

/** Asks for what was not said, where someone can be asked. */
export interface Ask {
  /** @throws NotifyError `INPUT.INVALID` when nobody can be asked and there is no fallback */
  text(message: string, given: string | undefined, fallback?: string): Promise<string>;
  choice<T extends string>(
    message: string,
    given: T | undefined,
    choices: readonly T[],
    fallback: T,
  ): Promise<T>;
}

/** @param wanted whether to ask at all: not when the command was called with arguments */
export const createAsk = (terminal: Terminal, wanted: boolean): Ask => {
  const asks = wanted && terminal.isInteractive;
  return {
    text: async (message, given, fallback) => {
      if (given !== undefined) return given;
      if (!asks) return required(message, fallback);
      const answer = await text({
        message,
        ...(fallback === undefined ? {} : { placeholder: fallback, defaultValue: fallback }),
        validate: (value) => (value || fallback !== undefined ? undefined : 'It is needed.'),
      });
      if (isCancel(answer)) throw cancelled();
      return answer;
    },
    choice: async (message, given, choices, fallback) => {
      if (given !== undefined) return given;
      if (!asks) return fallback;
      const options = choices.map((value) => ({ value: value as string, label: value as string }));
      const answer = await select({ message, options, initialValue: fallback as string });
      if (isCancel(answer)) throw cancelled();
      return answer as typeof fallback;
    },
  };
};

const required = (message: string, fallback: string | undefined): string => {
  if (fallback === undefined) throw new NotifyError('INPUT.INVALID', `${message} is needed.`);
  return fallback;
};

const cancelled = (): NotifyError => new NotifyError('INPUT.INVALID', 'Cancelled.');
