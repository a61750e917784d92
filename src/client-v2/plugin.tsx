import { Plugin } from '@nocobase/client-v2';
import { ACL_SNIPPET, PACKAGE_NAME } from '../shared/api';
import { installAnnouncements } from './announcements/install';
import { PLUGINS_CHANGED, SETTINGS_ICON, SETTINGS_KEY, TITLE } from './constants';
import { keepTyping, watchTyping } from './host/keepTyping';
import { adoptMaintenanceScreens } from './host/maintenanceScreens';
import { RIGHTS_OF_ROLES, rightsOf } from './host/rights';
import { installPolicy } from './policy/install';

export class ClusterMaintenanceClientV2 extends Plugin {
  override async load() {
    const { apiClient } = this.app;
    const settings = this.pluginSettingsManager;
    const title = this.t(TITLE);
    const componentLoader = async () => {
      const { connectPage } = await import('./pages/connectPage');
      return { default: connectPage(apiClient, rightsOf(settings)) };
    };
    settings.addMenuItem({ key: SETTINGS_KEY, title, icon: SETTINGS_ICON, aclSnippet: ACL_SNIPPET });
    settings.addPageTabItem({
      menuKey: SETTINGS_KEY,
      key: 'index',
      title,
      aclSnippet: ACL_SNIPPET,
      componentLoader,
    });
    // The host lists the right to each page that it knows among those of a role, also to one that is in no menu.
    for (const { key, title: name, aclSnippet } of RIGHTS_OF_ROLES) {
      const tab = { menuKey: SETTINGS_KEY, key, title: this.t(name), aclSnippet, hidden: true, componentLoader };
      settings.addPageTabItem(tab);
    }
    // For the "Settings" button in the plugin manager. Earlier versions of the host have neither.
    settings.setPluginSettingsLink?.(PACKAGE_NAME, SETTINGS_KEY);
    adoptMaintenanceScreens(this.app);
    installPolicy(this.app);
    installAnnouncements(this.app);
    keepTyping(this.app, watchTyping, () => this.t(PLUGINS_CHANGED));
  }
}
