import { Button, Flex, Form, Input } from 'antd';
import React from 'react';
import { useT } from '../../locale';
import type { AuditQuery } from '../api';

export type AuditFilter = Pick<AuditQuery, 'person' | 'action'>;

export interface AuditFiltersProps {
  readonly busy: boolean;
  readonly onFilter: (filter: AuditFilter) => void;
  readonly onReload: () => void;
}

export function AuditFilters({ busy, onFilter, onReload }: AuditFiltersProps) {
  const t = useT();
  const find = ({ person, action }: AuditFilter) =>
    onFilter({
      ...(person?.trim() ? { person: person.trim() } : {}),
      ...(action?.trim() ? { action: action.trim() } : {}),
    });
  return (
    <Form<AuditFilter> name="audit" layout="vertical" onFinish={find}>
      <Flex wrap gap="small" align="end">
        <Form.Item name="person" label={t('Person')} style={{ flex: '1 1 140px', marginBlockEnd: 0 }}>
          <Input allowClear maxLength={200} />
        </Form.Item>
        <Form.Item name="action" label={t('Action or command')} style={{ flex: '1 1 140px', marginBlockEnd: 0 }}>
          <Input allowClear maxLength={200} placeholder="pm:enable" />
        </Form.Item>
        <Button htmlType="submit" type="primary">
          {t('Find')}
        </Button>
        <Button loading={busy} onClick={onReload}>
          {t('Look again')}
        </Button>
      </Flex>
    </Form>
  );
}
