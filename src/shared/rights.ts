import { ACL_SNIPPET } from './api';

/** The right that a tab of the page needs beside that to the page; that of the first tab is the page's own. */
export function tabSnippet(key: string): string {
  return `${ACL_SNIPPET}.${key}`;
}
