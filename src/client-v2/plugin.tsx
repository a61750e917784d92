import { Plugin } from '@nocobase/client-v2';
import { ACL_SNIPPET, PACKAGE_NAME } from '../shared/api';
import { PLUGINS_CHANGED, SETTINGS_ICON, SETTINGS_KEY, TITLE } from './constants';
import { keepTyping, watchTyping } from './host/keepTyping';
import { adoptMaintenanceScreens } from './host/maintenanceScreens';

export class ClusterMaintenanceClientV2 extends Plugin {
  override async load() {
    const { apiClient } = this.app;
    const title = this.t(TITLE);
    this.pluginSettingsManager.addMenuItem({
      key: SETTINGS_KEY,
      title,
      icon: SETTINGS_ICON,
      aclSnippet: ACL_SNIPPET,
    });
    this.pluginSettingsManager.addPageTabItem({
      menuKey: SETTINGS_KEY,
      key: 'index',
      title,
      aclSnippet: ACL_SNIPPET,
      componentLoader: async () => {
        const { connectPage } = await import('./pages/connectPage');
        return { default: connectPage(apiClient) };
      },
    });
    // For the "Settings" button in the plugin manager. Earlier versions of the host have neither.
    this.pluginSettingsManager.setPluginSettingsLink?.(PACKAGE_NAME, SETTINGS_KEY);
    adoptMaintenanceScreens(this.app);
    keepTyping(this.app, watchTyping, () => this.t(PLUGINS_CHANGED));
  }
}
