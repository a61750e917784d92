import { ASKED, DENIED, NOTHING, send, short, type Attempt, type RawRequest } from './policy-attempts';

/** A plugin on disk that nobody has enabled. */
export const VICTIM = 'sample-victim';
/** A table of users, one field of which leads to the rows of plugins. */
export const POSTS = 'posts';

const ENABLE = `pm:enable?filterByTk=${VICTIM}`;
const ENABLED = { enabled: true, installed: true };
const ROW = { name: VICTIM, packageName: VICTIM, ...ENABLED };
const OF_VICTIM = `filter=${encodeURIComponent(JSON.stringify({ name: VICTIM }))}`;

export interface Sender {
  readonly url: string;
  /** Of a person who may do everything that the host lets people do. */
  readonly token: string;
}

/** Another method, another spelling, another address. */
export function byAddress({ url, token }: Sender): readonly Attempt[] {
  const row = rowOf('address', url, token);
  return [
    ...['POST', 'GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].map((method) =>
      row(method, { method, path: ENABLE }, ASKED),
    ),
    row('HEAD, which has no body', { method: 'HEAD', path: ENABLE }, '428'),
    row('one method, and a header that names another', { method: 'GET', path: ENABLE, headers: OVERRIDE }, ASKED),
    row('a body that names another method', { path: ENABLE, body: { __method__: 'GET', __params__: {} } }, ASKED),
    row('small and large letters of the resource', { path: `PM:enable?filterByTk=${VICTIM}` }, NOTHING),
    row('small and large letters of the action', { path: `pm:Enable?filterByTk=${VICTIM}` }, NOTHING),
    row('letters in percent signs', { path: `%70m:%65nable?filterByTk=${VICTIM}` }, ASKED),
    row('the colon in percent signs', { path: `pm%3Aenable?filterByTk=${VICTIM}` }, NOTHING),
    row('percent signs in percent signs', { path: `%2570m:enable?filterByTk=${VICTIM}` }, NOTHING),
    row('a slash at the end', { path: `pm:enable/?filterByTk=${VICTIM}` }, ASKED),
    row('the key in the path', { path: `pm:enable/${VICTIM}` }, ASKED),
    row('the base path in large letters', { path: `/API/${ENABLE}` }, '200'),
    row('two slashes', { path: `/api//${ENABLE}` }, NOTHING),
    row('a step up', { path: `/api/users/../${ENABLE}` }, NOTHING),
    row('another action in the query', { path: `${ENABLE}&actionName=list&resourceName=users` }, ASKED),
    row('the old path of the host', { path: `resourcer/${ENABLE}` }, NOTHING),
    row('a dot after the name', { path: `pm.:enable?filterByTk=${VICTIM}` }, NOTHING),
    row('as if it belonged to a row', { path: `users/1/${ENABLE}` }, NOTHING),
    row('the main app by its address', { path: `/api/__app/main/${ENABLE}` }, ASKED),
    row('the main app by a header', { path: ENABLE, headers: { 'x-app': 'main' } }, ASKED),
    row('the main data source by a header', { path: ENABLE, headers: { 'x-data-source': 'main' } }, ASKED),
    row('a data source that there is not', { path: ENABLE, headers: { 'x-data-source': 'none' } }, '500'),
    row('a list of names', { path: `pm:enable?filterByTk[]=map&filterByTk[]=${VICTIM}` }, ASKED),
    row('names with commas', { path: `pm:enable?filterByTk=map,${VICTIM}` }, ASKED),
    row('names in the body', { path: 'pm:enable', body: { filterByTk: VICTIM } }, ASKED),
    row('waiting for the answer', { path: `${ENABLE}&awaitResponse=true` }, ASKED),
    row('another role', { path: ENABLE, headers: { 'x-role': 'admin' } }, ASKED),
    row('all roles at once', { path: ENABLE, headers: { 'x-role': '__union__' } }, ASKED),
  ];
}

const OVERRIDE = { 'x-http-method-override': 'GET', 'x-http-method': 'GET', 'x-method-override': 'GET' };

/** What else brings plugins, backups and tables about. */
export function byAction({ url, token }: Sender): readonly Attempt[] {
  const row = rowOf('action', url, token);
  const file = multipart({ packageName: VICTIM }, 'file');
  return [
    row('pm:add of a package', { path: 'pm:add', body: { packageName: VICTIM } }, ASKED),
    row('pm:add of a file elsewhere', { path: 'pm:add', body: { compressedFileUrl: 'http://localhost/x.tgz' } }, ASKED),
    row('pm:add of a file', { path: 'pm:add', ...file }, ASKED),
    row('pm:update', { path: 'pm:update?filterByTk=map', body: { packageName: '@nocobase/plugin-map' } }, ASKED),
    row('pm:disable', { path: 'pm:disable?filterByTk=data-visualization' }, ASKED),
    row('pm:remove', { path: `pm:remove?filterByTk=${VICTIM}` }, ASKED),
    row('backups:restore', { path: 'backups:restore?filterByTk=none.nbdata', body: {} }, ASKED),
    row('backups:upload', { path: 'backups:upload', ...file }, ASKED),
    row('collections:create', { path: 'collections:create', body: { name: 'strange' } }, ASKED),
    row('collections:setFields', { path: `collections:setFields?filterByTk=${POSTS}`, body: { fields: [] } }, ASKED),
    row('fields:create', { path: 'fields:create', body: { name: 'x', type: 'string', collectionName: POSTS } }, ASKED),
    row(
      'a field of a table',
      { path: `collections/${POSTS}/fields:create`, body: { name: 'x', type: 'string' } },
      ASKED,
    ),
    row('mainDataSource:syncFields', { path: 'mainDataSource:syncFields', body: { collections: [POSTS] } }, ASKED),
    row('sqlCollection:execute', { path: 'sqlCollection:execute', body: { sql: 'select 1' } }, ASKED),
    row('a data source', { path: 'dataSources:refresh?filterByTk=main' }, ASKED),
    // A middleware of the host that has no place of its own makes one before anybody is asked; of this type there is none.
    row('a new data source', { path: 'dataSources:create', body: { key: 'x', type: 'strange' } }, '500'),
  ];
}

/** Rows that the plugin manager owns, by everything that tables can do. */
export function byRows({ url, token }: Sender): readonly Attempt[] {
  const row = rowOf('rows of plugins', url, token);
  const table = 'applicationPlugins';
  const bare = ['create', 'updateOrCreate', 'firstOrCreate', 'upload', 'importXlsx', 'destroy', 'move'];
  return [
    ...bare.map((action) => row(`:${action}`, { path: `${table}:${action}?${OF_VICTIM}`, body: ROW }, DENIED)),
    ...['add', 'set', 'remove', 'toggle'].map((action) =>
      row(`:${action}`, { path: `${table}:${action}?filterByTk=1`, body: [1] }, DENIED),
    ),
    row(':update', { path: `${table}:update?${OF_VICTIM}`, body: ENABLED }, DENIED),
    row('PUT', { method: 'PUT', path: `${table}/1`, body: ENABLED }, DENIED),
    row('PATCH', { method: 'PATCH', path: `${table}/1`, body: ENABLED }, DENIED),
    row('DELETE', { method: 'DELETE', path: `${table}/1` }, DENIED),
    row('POST', { path: table, body: ROW }, DENIED),
    row('several at once', { path: `${table}:create`, body: [ROW, ROW] }, DENIED),
    row('as a form', { path: `${table}:update?${OF_VICTIM}`, body: 'enabled=true', headers: FORM }, DENIED),
    row('small letters', { path: `applicationplugins:update?${OF_VICTIM}`, body: ENABLED }, NOTHING),
    row('a dot at the end', { path: `${table}.:update?${OF_VICTIM}`, body: ENABLED }, DENIED),
    row('two dots at the end', { path: `${table}..x:update?${OF_VICTIM}`, body: ENABLED }, DENIED),
    row('with a confirmation that nobody gave', { path: `${table}:create`, body: ROW, headers: FORGED }, DENIED),
    row('the version of the app', { path: 'applicationVersion:update?filterByTk=1', body: { value: '0.0.1' } }, DENIED),
    row('the migrations that were run', { path: 'migrations:destroy?filter={"name.$ne":""}' }, DENIED),
  ];
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const FORGED = { 'x-maintenance-confirm': 'zzzzzz.0.0', 'x-maintenance-reason': 'please' };

/** The same rows, and tables, by what leads to them. */
export function byLeads({ url, token }: Sender): readonly Attempt[] {
  const row = rowOf('what leads there', url, token);
  const to = `targetCollection=applicationPlugins&${OF_VICTIM}`;
  const within = { title: 'x', plugins: [ROW] };
  return [
    row('targetCollection', { path: `users:update?${to}`, body: ENABLED }, DENIED),
    row('targetCollection, of one’s own table', { path: `${POSTS}:update?${to}`, body: ENABLED }, DENIED),
    row('targetCollection with a dot', { path: `users:update?${to.replace('&', '.&')}`, body: ENABLED }, DENIED),
    row('a list of it', { path: `users:update?${to.replace('=', '[]=')}`, body: ENABLED }, DENIED),
    row('PUT with it', { method: 'PUT', path: `${POSTS}/1?${to}`, body: ENABLED }, DENIED),
    row('a field', { path: `${POSTS}/1/plugins:create`, body: ROW }, DENIED),
    row('a field, and a word too many', { path: `${POSTS}/1/plugins.x:update?${OF_VICTIM}`, body: ENABLED }, DENIED),
    row('a field, written with a dot', { path: `${POSTS}.plugins:create`, body: ROW }, DENIED),
    row(
      'a field of the table of another',
      { path: `users:update?targetCollection=${POSTS}.plugins&${OF_VICTIM}`, body: {} },
      DENIED,
    ),
    row('rows within a row', { path: `${POSTS}:create`, body: within }, DENIED),
    row('rows within rows', { path: `${POSTS}:create`, body: [{ title: 'a' }, within] }, DENIED),
    row(
      'rows within a change',
      { path: `${POSTS}:update?filterByTk=1&updateAssociationValues[]=plugins`, body: within },
      DENIED,
    ),
    row('a table by its dot', { path: 'collections.:create', body: { name: 'strange' } }, ASKED),
    row(
      'a field by its dot',
      { path: `collections/${POSTS}/fields.x:create`, body: { name: 'x', type: 'string' } },
      ASKED,
    ),
    row('a table within its label', { path: 'collectionCategories:create', body: LABEL }, ASKED),
    row('a data source within a right', { path: 'dataSourcesRoles:create', body: RIGHT }, ASKED),
  ];
}

const LABEL = { name: 'x', collections: [{ name: 'strange' }] };
const RIGHT = { roleName: 'member', dataSources: { key: 'strange', type: 'postgres' } };

/** Of people who may not: without a sign-in, with one that is wrong, and with one of somebody who has no right. */
export function byPeople({ url }: Sender, member: string): readonly Attempt[] {
  const nobody = rowOf('people', url, undefined);
  const other = rowOf('people', url, member);
  const own = 'clusterMaintenance';
  return [
    nobody('no token', { path: ENABLE }, '401 EMPTY_TOKEN'),
    rowOf('people', url, 'x.y.z')('a token of nobody', { path: ENABLE }, '401 INVALID_TOKEN'),
    other('a member: pm:enable', { path: ENABLE }, '403'),
    other('a member as root', { path: ENABLE, headers: { 'x-role': 'root' } }, '401 ROLE_NOT_FOUND_FOR_USER'),
    other('a member: rows of plugins', { path: `applicationPlugins:update?${OF_VICTIM}`, body: ENABLED }, '403'),
    other('a member: the policy', { path: `${own}:updatePolicy`, body: { revision: 0, document: {} } }, '403'),
    other('a member: an approval', { path: `${own}:approve`, body: { id: 'x' } }, '403'),
    other('a member: break-glass', { path: `${own}:breakGlass`, body: { reason: 'x' } }, '403'),
    other('a member: a queue', { path: `${own}:queue`, body: { confirm: 'x', reason: 'x' } }, '403'),
  ];
}

export function rowOf(way: string, url: string, token: string | undefined) {
  return (what: string, request: RawRequest, expected: string): Attempt => ({
    way,
    what: `${what}: ${request.method ?? 'POST'} ${request.path}`,
    send: async () => short(await send(url, token === undefined ? request : { token, ...request })),
    expected,
  });
}

/** A form with one file, as browsers send it. */
export function multipart(
  fields: Readonly<Record<string, string>>,
  file: string,
): Pick<RawRequest, 'body' | 'headers'> {
  const edge = 'edge-of-a-part';
  const parts = Object.entries(fields).map(([name, value]) => `name="${name}"\r\n\r\n${value}`);
  const all = [...parts, `name="${file}"; filename="x.tgz"\r\nContent-Type: application/gzip\r\n\r\nnothing`];
  const body = all.map((part) => `--${edge}\r\nContent-Disposition: form-data; ${part}\r\n`).join('');
  return { body: `${body}--${edge}--\r\n`, headers: { 'content-type': `multipart/form-data; boundary=${edge}` } };
}
