import type { SLOW_TABLE as SlowTable, USER_TABLE as UserTable } from '../world';

/** The same tables as on a real cluster. A light node takes nothing else of this tool, so that it starts quickly. */
export const USER_TABLE: typeof UserTable = 'chaosNotes';
export const SLOW_TABLE: typeof SlowTable = 'chaosSlow';
/** What each operation of a light cluster writes to, row by row. */
export const WORK_TABLE = 'migrations';
