import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { oldestOf } from '../../src/server/app/under-way';

const API = '/api/';

type Headers = Readonly<Record<string, string>>;

function running(requests: readonly { method?: string; url: string; headers?: Headers; answers?: string }[]) {
  return new Map(
    requests.map(({ method = 'POST', url, headers = {}, answers }, index) => {
      const req = { method, url, headers } as unknown as IncomingMessage;
      const res = { getHeader: () => answers } as unknown as ServerResponse;
      return [req, { res, url: undefined, since: index * 1_000 }] as const;
    }),
  );
}

const tellAll = (requests: Parameters<typeof running>[0]) => oldestOf(running(requests), () => true, 10_000, API);
const whatOf = (method: string, url: string) => tellAll([{ method, url }])[0]?.what;

describe('a request under way', () => {
  it.each([
    ['POST', '/api/attachments:create', 'POST attachments:create'],
    ['GET', '/api/users:get/17?token=secret', 'GET users:get/…'],
    ['GET', '/api/users?filter={"email":"a@b.c"}', 'GET users'],
    ['DELETE', '/api/users/17', 'DELETE users/…'],
    ['POST', '/api/users/ada/roles:add/admin', 'POST users/…/roles:add'],
    ['POST', '/api/workflows/3f2a/nodes:create', 'POST workflows/…/nodes:create'],
    ['GET', '/api/t_1a2b:list', 'GET t_1a2b:list'],
    ['GET', '/files/2024/my-salary.pdf', 'GET /files'],
    ['GET', '/api/5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8', 'GET …'],
    ['POST', '/api/eyJhbGciOiJIUzI1NiJ9.e30.abc-def_ghi.jkl-mno-pqr-stu', 'POST …'],
  ])('%s %s is told as "%s": no key, no query, nothing that may be a secret', (method, url, told) => {
    expect(whatOf(method, url)).toBe(told);
  });

  it.each([
    ['upload', { url: '/api/attachments:create', headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    ['import', { url: '/api/posts:importXlsx', headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    ['export', { url: '/api/posts:export' }],
    ['stream', { url: '/api/aiConversations:sendMessages', answers: 'text/event-stream; charset=utf-8' }],
    ['stream', { url: '/api/mcp', headers: { accept: 'text/event-stream' } }],
    ['request', { url: '/api/posts:create', headers: { accept: 'application/json, text/event-stream' } }],
  ] as const)('is told to be: %s', (sort, request) => {
    expect(tellAll([request])[0]?.sort).toBe(sort);
  });

  it('is told with its age, the oldest first, and of the five oldest only', () => {
    const told = tellAll(Array.from({ length: 9 }, (_, index) => ({ url: `/api/r${index}:list` })));
    expect(told.map(({ what }) => what)).toEqual([0, 1, 2, 3, 4].map((index) => `POST r${index}:list`));
    expect(told.map(({ ageMs }) => ageMs)).toEqual([10_000, 9_000, 8_000, 7_000, 6_000]);
  });

  it('is not told when nobody waits for it', () => {
    const requests = running([{ url: '/api/pm:enable' }, { url: '/api/posts:create' }]);
    const [starter] = requests.keys();
    const told = oldestOf(requests, (req) => req !== starter, 10_000, API);
    expect(told.map(({ what }) => what)).toEqual(['POST posts:create']);
  });
});
