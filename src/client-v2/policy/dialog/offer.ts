import type { ApprovalRequest, QueuedAction } from '../../../shared/policy-api';
import type { Given, Question } from '../questions';

/** What was arranged instead of doing it now. `kept`: the request is in this browser and can be run from there. */
export type Arranged =
  | { readonly kind: 'asked'; readonly request: ApprovalRequest; readonly kept: boolean }
  | { readonly kind: 'queued'; readonly action: QueuedAction };

export interface AskedProps {
  readonly question: Question;
  /** The request is sent again with this. */
  readonly onGive: (given: Given) => void;
  /** It is not. */
  readonly onLeave: () => void;
}

export interface OfferProps extends AskedProps {
  /** Others, or the calendar, come first: the request of now has ended. */
  readonly onArranged: (arranged: Arranged) => void;
}
