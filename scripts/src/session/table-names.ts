/** The tables that a command works on; the names of terraform/tables.json unless told otherwise. */
export interface TableNames {
  readonly commands: string;
  /** The name of the read model, which is also that of its first table. */
  readonly notifications: string;
  readonly quarantine: string;
  readonly readModels: string;
  readonly campaigns: string;
  readonly positions: string;
}

/** Each with the environment variable that the functions know it by. */
export const TABLE_OPTIONS = {
  commands: { flag: '--command-table', variable: 'COMMAND_TABLE', name: 'command-records' },
  notifications: {
    flag: '--notification-table',
    variable: 'NOTIFICATION_TABLE',
    name: 'notification-records',
  },
  quarantine: { flag: '--quarantine-table', variable: 'QUARANTINE_TABLE', name: 'projection-quarantine' },
  readModels: { flag: '--read-model-table', variable: 'READ_MODEL_TABLE', name: 'read-models' },
  campaigns: { flag: '--campaign-table', variable: 'CAMPAIGN_TABLE', name: 'campaign-statistics' },
  positions: { flag: '--position-table', variable: 'POSITION_TABLE', name: 'projection-positions' },
} as const satisfies Record<keyof TableNames, { flag: string; variable: string; name: string }>;

export const DEFAULT_TABLES: TableNames = {
  commands: TABLE_OPTIONS.commands.name,
  notifications: TABLE_OPTIONS.notifications.name,
  quarantine: TABLE_OPTIONS.quarantine.name,
  readModels: TABLE_OPTIONS.readModels.name,
  campaigns: TABLE_OPTIONS.campaigns.name,
  positions: TABLE_OPTIONS.positions.name,
};
