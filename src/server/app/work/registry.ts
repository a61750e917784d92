import type { OperationKind } from '../../../shared/domain';
import type { ActionOptions, WorkMode } from './contract';
import { WorkError } from './work-error';

/** An action or a command of another plugin that runs as an operation. */
export interface DeclaredWork {
  readonly kind: OperationKind;
  readonly mode: WorkMode;
  readonly title: string;
  readonly startsCommand: boolean;
}

/** `resource:action`; associations are one resource: `posts.comments`. */
const ACTION = /^[\w.-]+:[\w-]+$/;

/** What plugins have declared. Outlives the reloads of the app, at each of which they declare it again. */
export class WorkRegistry {
  private readonly actions = new Map<string, DeclaredWork>();

  declareAction(name: string, { mode, title = name, startsCommand = false }: ActionOptions): void {
    if (!ACTION.test(name)) {
      throw new WorkError('MAINTENANCE_INVALID_REQUEST', `"${name}" is no action: write resource:action.`);
    }
    if (!isMode(mode)) {
      throw new WorkError('MAINTENANCE_INVALID_REQUEST', `${name}: the mode is "exclusive" or "quiet".`);
    }
    this.actions.set(name, { kind: 'work', mode, title, startsCommand });
  }

  action(resource: string, action: string): DeclaredWork | undefined {
    return this.actions.get(`${resource}:${action}`);
  }
}

function isMode(mode: unknown): mode is WorkMode {
  return mode === 'exclusive' || mode === 'quiet';
}
