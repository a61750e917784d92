import type { Right } from '../../shared/policy-api';
import { RIGHT_SNIPPETS } from '../../shared/rights';
import { useRights } from '../host/rights';

/** Whether the role of who looks has this right, as far as a browser knows; the server decides all the same. */
export function useRight(right: Right): boolean {
  return useRights()(RIGHT_SNIPPETS[right]);
}
