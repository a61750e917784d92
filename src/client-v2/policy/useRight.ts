import { ACL_SNIPPET } from '../../shared/api';
import type { Right } from '../../shared/policy-api';
import { useRights } from '../host/rights';

const SNIPPETS: Readonly<Record<Right, string>> = {
  see: `${ACL_SNIPPET}.see`,
  operate: `${ACL_SNIPPET}.operate`,
  approve: `${ACL_SNIPPET}.approve`,
  policy: `${ACL_SNIPPET}.policy`,
  breakGlass: `${ACL_SNIPPET}.break-glass`,
};

/** Whether the role of who looks has this right, as far as a browser knows; the server decides all the same. */
export function useRight(right: Right): boolean {
  return useRights()(SNIPPETS[right]);
}
