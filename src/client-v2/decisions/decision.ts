import type { ClusterApi } from '../status/api';

/** Something a person can decide here, with the words for it in their language. */
export interface Decision {
  /** The question above the consequences. */
  readonly title: string;
  /** What happens when it is taken; one paragraph each. */
  readonly consequences: readonly string[];
  /** The verb on the button that takes it. */
  readonly verb: string;
  /** Nothing brings back what was before. */
  readonly danger: boolean;
  /** Said once the server has accepted. */
  readonly done: string;
  /** Asks the server, which decides. It names what was on the screen: by now it may be something else that runs. */
  readonly send: (api: ClusterApi) => Promise<void>;
}
