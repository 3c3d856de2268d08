import { useEffect, useState } from 'react';
import { useMessages } from '../i18n/language.tsx';
import { CheckIcon, CopyIcon } from './icons.tsx';

/** A line of a terminal, to copy. */
const Line = ({ name, text }: { readonly name: string; readonly text: string }) => {
  const { copy } = useMessages();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <div className="line">
      <code>{text}</code>
      <button
        type="button"
        className="quiet"
        aria-label={`${copy.copy}: ${name}`}
        onClick={() => navigator.clipboard.writeText(text).then(() => setCopied(true))}
      >
        {copied ? <CheckIcon /> : <CopyIcon />}
        <span aria-live="polite">{copied ? copy.copied : copy.copy}</span>
      </button>
    </div>
  );
};

interface TerminalProps {
  readonly path: string;
  /** Of `notify`, where it has one for this. */
  readonly command?: string;
}

/** The same as the page shows, from a terminal. */
export const Terminal = ({ path, command }: TerminalProps) => {
  const { copy } = useMessages();
  return (
    <details className="terminal">
      <summary>{copy.label}</summary>
      <Line name={copy.curl} text={`curl '${location.origin}${path}'`} />
      {command && <Line name={copy.notify} text={command} />}
    </details>
  );
};

/** A command to copy, where it is the thing to do. */
export const Command = ({ text }: { readonly text: string }) => <Line name={text} text={text} />;
