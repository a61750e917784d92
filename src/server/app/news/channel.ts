import type { Application } from '@nocobase/server';
import type { News } from '../../../shared/news';
import { PACKAGE_NAME } from '../../../shared/api';
import { sentence } from '../../core/errors';
import type { Attempt } from './webhook';

const PLUGIN = 'notification-manager';

export interface ChannelTarget {
  /** As the notification manager names it. */
  readonly name: string;
  /** Names of users; empty: those with the role root or admin. */
  readonly users: readonly string[];
}

/** What is asked of the host's plugin. */
interface NotificationPlugin {
  readonly manager: { send(message: object): Promise<{ readonly status: string; readonly reason?: string }> };
  getChannel(name: string): Promise<unknown>;
}

/** Through a channel of NocoBase's notification manager: in-app messages, e-mail, whatever is configured there. */
export async function notify(news: News, target: ChannelTarget, app: Application): Promise<Attempt> {
  const plugin = app.pm.get(PLUGIN);
  if (!isNotificationPlugin(plugin)) {
    return {
      end: 'later',
      problem: 'The plugin Notification manager is not enabled: enable it, or unset the channel.',
    };
  }
  try {
    if (!(await plugin.getChannel(target.name))) {
      return { end: 'later', problem: `The notification manager has no channel "${target.name}".` };
    }
    const ids = await receivers(target, app);
    if (ids.length === 0) return { end: 'never', problem: 'There is no user who should receive it.' };
    const answer = await plugin.manager.send({
      channelName: target.name,
      triggerFrom: PACKAGE_NAME,
      receivers: { type: 'userId', value: ids },
      message: { title: news.title, content: news.text, subject: news.title, contentType: 'text', text: news.text },
    });
    if (answer.status === 'success') return { end: 'sent' };
    return { end: 'later', problem: answer.reason ?? 'The channel did not take it.' };
  } catch (error) {
    return { end: 'later', problem: sentence(error) };
  }
}

async function receivers({ users }: ChannelTarget, app: Application): Promise<unknown[]> {
  const filter = users.length > 0 ? { username: { $in: users } } : { 'roles.name': { $in: ['root', 'admin'] } };
  const found: readonly { get(name: string): unknown }[] = await app.db.getRepository('users').find({ filter });
  return [...new Set(found.map((user) => user.get('id')))];
}

function isNotificationPlugin(plugin: unknown): plugin is NotificationPlugin {
  return typeof plugin === 'object' && plugin !== null && 'manager' in plugin && 'getChannel' in plugin;
}
