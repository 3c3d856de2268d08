import type { Notification } from '@notify/shared-domain';
import type { Terminal } from '../session/terminal.ts';
import { CSV_BOM, csvHead, csvLine } from './csv.ts';

export const FORMATS = ['table', 'csv', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

/** Takes notifications page by page and keeps none of them. */
export interface Output {
  write(items: readonly Notification[]): Promise<void>;
  /** The summary: a line of the result beside a table, and no part of what a program reads. */
  end(summary: string): Promise<void>;
}

/** Where the notifications of a query go. */
export const createOutput = (format: Format, terminal: Terminal): Output => {
  switch (format) {
    case 'table':
      return tableOutput(terminal);
    case 'csv':
      return textOutput(terminal, CSV_BOM + csvHead(), csvLine);
    case 'ndjson':
      return textOutput(terminal, '', (item) => `${JSON.stringify(item)}\n`);
  }
};

const textOutput = (
  terminal: Terminal,
  head: string,
  lineOf: (notification: Notification) => string,
): Output => {
  let due = head;
  const flush = async (more: string) => {
    const text = due + more;
    due = '';
    if (text !== '') await terminal.write(text);
  };
  return {
    write: (items) => flush(items.map(lineOf).join('')),
    end: async (summary) => {
      await flush('');
      terminal.note(summary);
    },
  };
};

const HEAD = ['created', 'transaction_id', 'user_id', 'marketing_id', 'status', 'platform', 'title'];

const tableOutput = (terminal: Terminal): Output => {
  const rows = terminal.openTable(HEAD);
  return {
    write: async (items) => {
      await rows.write(
        items.map((item) => [
          new Date(item.created_at),
          item.transaction_id,
          item.user_id,
          item.marketing_id,
          item.status,
          item.platform,
          item.notification_title,
        ]),
      );
    },
    end: async (summary) => {
      await rows.write([]);
      terminal.say(summary);
    },
  };
};
