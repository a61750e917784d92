import { PACKAGE_NAME } from '../shared/api';

/** Key of the settings menu in both lanes: `/admin/settings/cluster-maintenance`. */
export const SETTINGS_KEY = 'cluster-maintenance';
export const SETTINGS_ICON = 'DeploymentUnitOutlined';
/** NocoBase loads a plugin's locales under the name of its package. */
export const NAMESPACE = PACKAGE_NAME;
export const TITLE = 'Cluster maintenance';

/** Said to whoever still works with the plugins of before. */
export const PLUGINS_CHANGED = 'The plugins have changed since this page was opened. Reload it to use them.';
