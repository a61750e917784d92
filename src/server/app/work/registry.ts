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

/**
 * The commercial migration manager, which declares nothing. It answers before its work has ended, so the work ends with
 * the command that it starts, or with the task that it tells of.
 */
const MIGRATIONS: Readonly<Record<string, DeclaredWork>> = {
  'migration:create': { kind: 'migration', mode: 'quiet', title: 'create', startsCommand: true },
  'migration:execute': { kind: 'migration', mode: 'exclusive', title: 'execute', startsCommand: true },
};

/** What plugins have declared. Outlives the reloads of the app, at each of which they declare it again. */
export class WorkRegistry {
  /** Some plugin has asked for what is offered to it. */
  isUsed = false;
  private readonly actions = new Map<string, DeclaredWork>(Object.entries(MIGRATIONS));

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
