import type { Names } from './names';

/** Name of this tool's own connections: what they do is not noted. */
export const WATCHER = 'chaos';

/** Tables whose rows say what an operation did. */
const CHANGED_TABLES = ['applicationPlugins', 'applicationVersion', 'migrations'];

/**
 * To be run on an empty database, before the first node starts. Tables get their triggers at the moment of their
 * creation, so that not even the first row of an install is missed.
 */
export function watchSql({ guard }: Names, written: string): string {
  const attach = [
    ...CHANGED_TABLES.map((table) => attachSql(table, 'change')),
    attachSql(written, 'write'),
    attachSql('cluster_maintenance_state', 'epoch'),
  ];
  return [TABLE, insideSql(guard), NOTE, ON_ROW, ON_EPOCH, onDdlSql(attach), ON_DROP].join('\n');
}

const TABLE = `
CREATE SCHEMA chaos;
CREATE SEQUENCE chaos.seq;
CREATE TABLE chaos.notes (
  seq bigint NOT NULL, at timestamptz NOT NULL, kind text NOT NULL, writer text NOT NULL, inside text, what text
);`;

/** Who holds the lock of the guard now. */
function insideSql({ classid, objid }: Names['guard']): string {
  return `
CREATE FUNCTION chaos.inside() RETURNS text LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
  PERFORM pg_stat_clear_snapshot();
  SELECT split_part(a.application_name, ' ', 1) INTO name
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.granted AND l.mode = 'ExclusiveLock' AND l.objsubid = 1
      AND l.classid = ${classid}::oid AND l.objid = ${objid}::oid;
  RETURN name;
END $$;`;
}

const NOTE = `
CREATE FUNCTION chaos.note(kind text, what text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('application_name') = '${WATCHER}' THEN RETURN; END IF;
  INSERT INTO chaos.notes
    SELECT nextval('chaos.seq'), clock_timestamp(), kind, split_part(current_setting('application_name'), ' ', 1), chaos.inside(), what;
END $$;`;

const ON_ROW = `
CREATE FUNCTION chaos.on_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM chaos.note(TG_ARGV[0], TG_OP || ' ' || TG_TABLE_NAME);
  RETURN NULL;
END $$;`;

const ON_EPOCH = `
CREATE FUNCTION chaos.on_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' OR NEW.epoch IS DISTINCT FROM OLD.epoch THEN
    PERFORM chaos.note('epoch', NEW.epoch::text);
  END IF;
  RETURN NULL;
END $$;`;

/** Notes what is made or changed, and gives new tables their triggers. */
function onDdlSql(attach: readonly string[]): string {
  return `
CREATE FUNCTION chaos.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE command record;
BEGIN
  FOR command IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
    CONTINUE WHEN command.schema_name IS DISTINCT FROM 'public';
    IF command.command_tag = 'CREATE TABLE' THEN
      CASE command.object_identity
        ${attach.join('\n        ')}
        ELSE NULL;
      END CASE;
    END IF;
    IF command.object_identity NOT LIKE '%cluster_maintenance_%' THEN
      PERFORM chaos.note('change', command.command_tag || ' ' || command.object_identity);
    END IF;
  END LOOP;
END $$;
CREATE EVENT TRIGGER chaos_ddl ON ddl_command_end EXECUTE FUNCTION chaos.on_ddl();`;
}

const ON_DROP = `
CREATE FUNCTION chaos.on_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE dropped record;
BEGIN
  FOR dropped IN SELECT * FROM pg_event_trigger_dropped_objects() LOOP
    IF dropped.original AND dropped.schema_name = 'public' THEN
      PERFORM chaos.note('change', 'DROP ' || dropped.object_identity);
    END IF;
  END LOOP;
END $$;
CREATE EVENT TRIGGER chaos_drop ON sql_drop EXECUTE FUNCTION chaos.on_drop();`;

/** PostgreSQL writes a name in quotes where it needs them. */
function attachSql(table: string, kind: 'change' | 'write' | 'epoch'): string {
  const identity = /^[a-z_]+$/.test(table) ? `public.${table}` : `public."${table}"`;
  const call = kind === 'epoch' ? 'chaos.on_epoch()' : `chaos.on_row('${kind}')`;
  const trigger = `CREATE TRIGGER chaos AFTER INSERT OR UPDATE OR DELETE ON ${identity} FOR EACH ROW EXECUTE FUNCTION ${call}`;
  return `WHEN '${identity}' THEN EXECUTE '${trigger.replaceAll("'", "''")}';`;
}
