/**
 * What NocoBase 2.x hands to a plugin at run time. Everything else is bundled, so that an install downloads nothing.
 * The client names are the exact ids that the host defines for its AMD loader; a path below such a package is not
 * defined there, so `antd/es/button` would fail in the browser.
 */
const BOTH_LANES = [
  'react',
  'react-dom',
  'react-router',
  'react-router-dom',
  'antd',
  'antd-style',
  '@ant-design/icons',
  '@ant-design/cssinjs',
  'i18next',
  'react-i18next',
  'ahooks',
  'axios',
  'dayjs',
  'lodash',
  '@emotion/css',
  '@nocobase/utils/client',
  '@nocobase/client-v2',
  '@nocobase/flow-engine',
];

export const CLIENT_MODULES = {
  // The v1 application is built on the v2 one and defines its modules, too.
  client: [...BOTH_LANES, '@nocobase/client', '@nocobase/sdk'],
  'client-v2': BOTH_LANES,
};

/** Small data and plugin files that the host does not define, safe to bundle: they import nothing or the host's. */
const BUNDLED_SUBPATHS = [/^dayjs\/(plugin|locale)\//, /^antd\/(es\/|lib\/)?locale\//];

/** The drivers: only the one of the host's own database is there, so require them late. */
export const SERVER_MODULES = ['@nocobase/*', 'sequelize', 'pg', 'mysql2', 'mariadb'];

export function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Where an import of a client comes from: `host`, `bundle`, or a sentence that says why it cannot work. */
export function clientModuleSource(specifier, lane) {
  const provided = CLIENT_MODULES[lane];
  if (provided.includes(specifier)) return { from: 'host' };
  if (BUNDLED_SUBPATHS.some((pattern) => pattern.test(specifier))) return { from: 'bundle' };
  const name = packageOf(specifier);
  if (provided.some((id) => packageOf(id) === name)) {
    return { refused: `"${specifier}": the host provides only ${name} itself; import what you need from there.` };
  }
  if (name.startsWith('@nocobase/'))
    return { refused: `"${specifier}": the host does not provide it in lane ${lane}.` };
  return { from: 'bundle' };
}
