import { Plugin } from '@nocobase/client';
import { NAMESPACE, PLUGINS_CHANGED, SETTINGS_ICON, SETTINGS_KEY, TITLE } from '../client-v2/constants';
import { keepTyping, watchTyping } from '../client-v2/host/keepTyping';
import { adoptMaintenanceScreens } from '../client-v2/host/maintenanceScreens';
import { keepErrorsSteady } from '../client-v2/host/steadyErrors';
import { connectPage } from '../client-v2/pages/connectPage';
import { ACL_SNIPPET } from '../shared/api';

export class ClusterMaintenanceClient extends Plugin {
  override async load() {
    this.app.pluginSettingsManager.add(SETTINGS_KEY, {
      // The v1 lane compiles titles each time it draws its menu.
      title: `{{t(${JSON.stringify(TITLE)}, { ns: ${JSON.stringify(NAMESPACE)} })}}`,
      icon: SETTINGS_ICON,
      Component: connectPage(this.app.apiClient),
      aclSnippet: ACL_SNIPPET,
    });
    adoptMaintenanceScreens(this.app);
    keepTyping(this.app, watchTyping, () => this.t(PLUGINS_CHANGED));
    keepErrorsSteady(this.app.apiClient.axios);
  }
}
