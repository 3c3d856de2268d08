import {
  type CommandRecord,
  type NotificationQuery,
  parseAnswer,
  parseQuery,
  readPage,
  toAnswer,
  toNotificationRow,
} from '@notify/shared-domain';
import { InMemoryNotificationReader } from '@notify/shared-domain/testing';
import type { Question } from './questions.ts';

type Row = Readonly<Record<string, unknown>>;

/** What the system should answer: the model reader over the rows of the commands. */
export class Expectation {
  readonly #model: InMemoryNotificationReader;

  constructor(commands: Iterable<CommandRecord>) {
    this.#model = new InMemoryNotificationReader([...commands].map(toNotificationRow));
  }

  /** What differs between the whole answer to a question, over all its pages, and the model's; undefined when nothing does. */
  async difference(question: Question, limit: number): Promise<string | undefined> {
    const query: NotificationQuery = parseQuery(question.query_type, { ...question.query, limit: 1000 });
    const expected = rowsOf(toAnswer(query, await readPage(this.#model, query)));
    const actual: Row[] = [];
    for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
      const body = await question.ask(cursor === undefined ? { limit } : { limit, cursor });
      const answer = parseAnswer(question.query_type, body);
      if (answer === undefined) return `no answer of this generation: ${JSON.stringify(body).slice(0, 200)}`;
      actual.push(...rowsOf(answer));
      cursor = answer.next_cursor;
    }
    if (times(actual) !== times(expected)) {
      return `${actual.length} rows, not the ${expected.length} that were written, or in another order`;
    }
    const [given, wanted] = [actual.map(text).sort(), expected.map(text).sort()];
    const at = wanted.findIndex((row, index) => row !== given[index]);
    return at < 0 ? undefined : `${given[at]} instead of ${wanted[at]}`;
  }
}

const rowsOf = (answer: object): readonly Row[] =>
  'items' in answer ? (answer.items as Row[]) : (answer as { data: Row[] }).data;

/** Rows of the same millisecond have no order of their own. */
const times = (rows: readonly Row[]): string => rows.map((row) => row['created_at']).join();

const text = (row: Row): string => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
