/** A person's data in an event: the text, or null once it has been forgotten. */
export type Personal = string | null;

/** What has happened to a user. */
export type UserEvent =
  | { readonly type: 'USER_CREATED'; readonly name: Personal; readonly email: Personal }
  | { readonly type: 'USER_BALANCE'; readonly delta: number }
  | {
      readonly type: 'USER_UPDATED';
      readonly name?: Personal | undefined;
      readonly email?: Personal | undefined;
    }
  /** The person's data is forgotten; nothing happens to the user after it. */
  | { readonly type: 'USER_ERASED' };
