import { Plugin } from '@nocobase/client';
import { installAnnouncements } from '../client-v2/announcements/install';
import { NAMESPACE, PLUGINS_CHANGED, SETTINGS_ICON, SETTINGS_KEY, TITLE } from '../client-v2/constants';
import { keepTyping, watchTyping } from '../client-v2/host/keepTyping';
import { adoptMaintenanceScreens } from '../client-v2/host/maintenanceScreens';
import { RIGHTS_OF_ROLES, rightsOf } from '../client-v2/host/rights';
import { keepErrorsSteady } from '../client-v2/host/steadyErrors';
import { connectPage } from '../client-v2/pages/connectPage';
import { installPolicy } from '../client-v2/policy/install';
import { ACL_SNIPPET } from '../shared/api';

export class ClusterMaintenanceClient extends Plugin {
  override async load() {
    const settings = this.app.pluginSettingsManager;
    const Component = connectPage(this.app.apiClient, rightsOf(settings));
    settings.add(SETTINGS_KEY, {
      title: compiled(TITLE),
      icon: SETTINGS_ICON,
      Component,
      aclSnippet: ACL_SNIPPET,
    });
    // The host lists the right to each page that it knows among those of a role, also to one that is in no menu. As a
    // child of the page it would take the place of the page.
    for (const { key, title, aclSnippet } of RIGHTS_OF_ROLES) {
      const names = { title: compiled(TITLE, title), aclSnippet };
      settings.add(`${SETTINGS_KEY}-${key}`, { ...names, Component, hidden: true, isTopLevel: false });
    }
    adoptMaintenanceScreens(this.app);
    installPolicy(this.app);
    installAnnouncements(this.app);
    keepTyping(this.app, watchTyping, () => this.t(PLUGINS_CHANGED));
    keepErrorsSteady(this.app.apiClient.axios);
  }
}

/** The v1 lane compiles titles each time it draws them. */
function compiled(...words: readonly string[]): string {
  const translated = words.map((word) => `t(${JSON.stringify(word)}, { ns: ${JSON.stringify(NAMESPACE)} })`);
  return `{{${translated.join(' + ": " + ')}}}`;
}
