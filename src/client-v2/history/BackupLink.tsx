import { Typography } from 'antd';
import React from 'react';
import type { OperationRecord } from '../../shared/domain';
import { useLanguage } from '../locale';
import { formatMoment } from '../model/time';
import { backupsAddress } from './links';

/** The backup that was taken first, among those of the host. */
export function BackupLink({ backup }: Pick<OperationRecord, 'backup'>) {
  const language = useLanguage();
  if (!backup) return null;
  return (
    <Typography.Link
      href={backupsAddress()}
      title={formatMoment(backup.takenAt, language)}
      style={{ overflowWrap: 'anywhere' }}
    >
      {backup.file}
    </Typography.Link>
  );
}
