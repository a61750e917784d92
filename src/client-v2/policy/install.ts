import type { BaseApplication } from '@nocobase/client-v2';
import { createPolicyApi } from './api';
import { askFirst } from './askFirst';
import { askingProvider } from './dialog/AskingDialog';
import { createKeptRequests } from './keptRequests';
import { QUESTIONS } from './questions';

/** From now on a person is asked whenever the policy refuses a request of this app. */
export function installPolicy(app: Pick<BaseApplication, 'apiClient' | 'addProvider'>): void {
  const kept = keptRequests();
  app.addProvider(askingProvider({ questions: QUESTIONS, kept, api: createPolicyApi(app.apiClient) }));
  askFirst(app.apiClient, QUESTIONS);
}

/** The one store of this browser, for the dialog and for the page. */
export function keptRequests() {
  try {
    return createKeptRequests(window.localStorage);
  } catch {
    // A browser may forbid it.
    return createKeptRequests(undefined);
  }
}
