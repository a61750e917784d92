import { RESOURCE } from '../../shared/api';
import { POLICY_ERROR_CODES } from '../../shared/policy-api';
import { ACTION_RIGHTS, RIGHT_SNIPPETS } from '../../shared/rights';
import { refused, type Operation, type Paths } from './words';

/** The same, each action with the right that it needs and what is answered without it. */
export function withRights(paths: Paths): Paths {
  return Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => [
      path,
      Object.fromEntries(Object.entries(methods).map(([method, operation]) => [method, withRight(path, operation)])),
    ]),
  );
}

function withRight(path: string, operation: Operation): Operation {
  const right = ACTION_RIGHTS[path.slice(`/${RESOURCE}:`.length)];
  if (!right) return operation;
  const { description, responses } = operation as { description?: string; responses: object };
  const needs = `Needs \`${RIGHT_SNIPPETS[right]}\`.`;
  const without = refused({ 403: [POLICY_ERROR_CODES.denied, needs] });
  return {
    ...operation,
    description: [description, needs].filter(Boolean).join(' '),
    responses: { ...responses, ...without },
  };
}
