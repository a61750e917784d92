import { useCallback, useState } from 'react';
import type { Resolution } from '../../shared/domain';
import { RequestProblem, useClusterApi } from './api';

export interface Resolve {
  readonly busy: boolean;
  /** Why the last try failed. */
  readonly problem: RequestProblem | undefined;
  /** Resolves to true once the server has accepted. */
  readonly resolve: (operationId: string, resolution: Resolution) => Promise<boolean>;
  readonly forget: () => void;
}

/** The way out of a held operation. The server decides; a refusal is kept to be shown, never thrown. */
export function useResolve(): Resolve {
  const api = useClusterApi();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<RequestProblem>();
  const resolve = useCallback(
    async (operationId: string, resolution: Resolution) => {
      setBusy(true);
      setProblem(undefined);
      try {
        await api.resolve({ operationId, resolution });
        return true;
      } catch (error) {
        setProblem(error instanceof RequestProblem ? error : new RequestProblem('unreachable', ''));
        return false;
      } finally {
        setBusy(false);
      }
    },
    [api],
  );
  const forget = useCallback(() => setProblem(undefined), []);
  return { busy, problem, resolve, forget };
}
