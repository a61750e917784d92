import { Button } from 'antd';
import React, { useRef } from 'react';
import type { StatusBody } from '../../shared/api';
import { PLUGINS_CHANGED } from '../constants';
import { useT } from '../locale';
import { epochAtOpening, pluginsChangedSince } from '../model/pluginChanges';
import { Notice } from './Notice';

/**
 * The host reloads the browsers of the node that made a change, and only those: in all others the app still runs with
 * the plugins it was loaded with. Nothing here is lost by waiting, so when to reload is left to the person.
 */
export function PluginsChangedNotice({ body }: { readonly body: StatusBody }) {
  const t = useT();
  const changed = usePluginsChanged(body);
  if (!changed) return null;
  return (
    <Notice
      type="info"
      message={t(PLUGINS_CHANGED)}
      button={
        <Button size="small" onClick={() => window.location.reload()}>
          {t('Reload page')}
        </Button>
      }
    />
  );
}

/** Stays true: the operation after the change may be one that changes no plugin. */
function usePluginsChanged(body: StatusBody): boolean {
  const epoch = useRef<number>();
  const changed = useRef(false);
  epoch.current ??= epochAtOpening(body);
  changed.current ||= pluginsChangedSince(epoch.current, body);
  return changed.current;
}
