import { Empty, Tabs } from 'antd';
import React from 'react';
import { goTo, useAddress } from '../host/address';
import { useRights } from '../host/rights';
import { useT } from '../locale';
import type { PageTab } from './tabs';

/** Name of the open tab's key in the address. */
const TAB = 'tab';
/** What belongs to one tab and means nothing in another. */
const OF_A_TAB = ['operation'] as const;

/**
 * The tabs that the role of the viewer may use. Which one is open stands in the address, so that a link leads there and
 * a reload stays; only that one exists, so nothing else asks the server.
 */
export function PageTabs({ tabs }: { readonly tabs: readonly PageTab[] }) {
  const t = useT();
  const mayUse = useRights();
  const wanted = useAddress().get(TAB);
  const shown = tabs.filter(({ aclSnippet }) => mayUse(aclSnippet));
  const open = shown.find(({ key }) => key === wanted) ?? shown[0];
  if (!open) return <Empty description={t('You are not allowed to see the cluster.')} />;
  const items = shown.map(({ key, title, component: Content, badge: Badge }) => ({
    key,
    label: Badge ? (
      <span>
        {t(title)}
        <Badge />
      </span>
    ) : (
      t(title)
    ),
    children: key === open.key ? <Content /> : null,
  }));
  return <Tabs activeKey={open.key} items={items} animated={false} onChange={openTab} />;
}

/** Leads to a tab; `more` is what it is to show there. */
export function openTab(key: string, more: Readonly<Record<string, string>> = {}): void {
  goTo({ ...Object.fromEntries(OF_A_TAB.map((name) => [name, undefined])), ...more, [TAB]: key });
}
