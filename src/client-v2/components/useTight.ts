import { Grid } from 'antd';

/** On a telephone the host's menu leaves the page some 160 px: no room for frames, or for labels beside values. */
export function useTight(): boolean {
  return Grid.useBreakpoint().sm === false;
}
