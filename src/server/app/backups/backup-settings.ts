import type { Application } from '@nocobase/server';

/** What is kept of the settings of the host's backup plugin. */
export interface BackupSettings {
  /** So many files stay when old ones are cleaned up; 0: all. */
  readonly keep: number;
  /** Empty: files are not encrypted. */
  readonly encryptionPassword: string;
}

/** Read past the plugin: at a start nothing is loaded yet. Rejects when the table cannot be read. */
export async function readBackupSettings({ db }: Application): Promise<BackupSettings> {
  const { schema, tablePrefix = '', underscored } = db.options as { underscored?: boolean } & typeof db.options;
  const name = `${tablePrefix}${underscored ? 'backup_settings' : 'backupSettings'}`;
  const isMySql = ['mysql', 'mariadb'].includes(db.sequelize.getDialect());
  const quoted = isMySql ? `\`${name}\`` : [...(schema ? [schema] : []), name].map((word) => `"${word}"`).join('.');
  const rows = await db.sequelize.query(`SELECT * FROM ${quoted}`, { type: 'SELECT' });
  const [row = {}] = rows as readonly Record<string, unknown>[];
  const password = row.encryptionPassword ?? row.encryption_password;
  return { keep: Number(row.keep ?? 0), encryptionPassword: typeof password === 'string' ? password : '' };
}
