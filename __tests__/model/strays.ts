import type { Blows } from './blows';
import type { ModelCluster } from './cluster';
import type { ModelNode } from './node';
import type { People } from './people';

/** Until the database has ended the connections of a machine that it hears nothing from, in ms. */
const GONE = 1_100;
/** Longer than two operations of others take, in ms. */
const AWAY = 20_000;

/** Processes that the others do not count on: taken for gone, in no list, or started without a word from anybody. */
export class Strays {
  constructor(
    private readonly cluster: ModelCluster,
    private readonly blows: Blows,
    private readonly people: People,
  ) {}

  /** It stands still while it answers, or loads, is taken for gone, and goes on when others work, or have worked. */
  leftBehind(node: ModelNode, ms: number): void {
    const other = this.otherThan(node);
    if (!other) return;
    const stop = () => {
      this.blows.loseDatabase(node, GONE);
      this.blows.freeze(node, AWAY);
      if (ms % 2 === 0) void this.wakeAfterwards(node, other);
      else this.wakeAtWork(node, other, ms);
    };
    if (ms % 3 !== 0) {
      node.app.request(ms);
      return stop();
    }
    node.links.database.interrupt(1, () => this.blows.later(ms % 300, stop), 'load');
    void this.people.goOn(other);
  }

  /** Neither the store nor the database answers a start, and a moment later the database does. */
  startInTheDark(node: ModelNode, ms: number): void {
    this.blows.inside(ms % 300, () => {
      if (this.cluster.isFull) return;
      const born = this.cluster.boot();
      this.blows.loseStore(born, 'cut', GONE + ms);
      born.links.database.refuse('report', 1 + (ms % 4));
    });
    void this.people.goOn(node);
  }

  /** The database does not take its registration, and when the others look for it, the store does not answer them. */
  unlisted(node: ModelNode, ms: number): void {
    const other = this.otherThan(node);
    if (!other) return;
    node.loseRegistration();
    node.links.database.refuse('join', 1 + (ms % 20));
    node.app.request(100 + (ms % 600));
    other.links.store.refuse('roster', 1 + (ms % 4));
    void this.people.goOn(other);
  }

  private wakeAtWork(node: ModelNode, other: ModelNode, ms: number): void {
    this.blows.later(GONE, () => {
      this.blows.inside(50 + (ms % 500), () => this.cluster.simulation.thaw(node.host));
      void this.people.goOn(other);
    });
  }

  /** What it missed was followed by something that changed nothing. */
  private async wakeAfterwards(node: ModelNode, other: ModelNode): Promise<void> {
    await this.people.goOn(other);
    await this.people.readAt(other);
    this.cluster.simulation.thaw(node.host);
  }

  private otherThan(node: ModelNode): ModelNode | undefined {
    return this.cluster.servers.find((each) => each !== node);
  }
}
