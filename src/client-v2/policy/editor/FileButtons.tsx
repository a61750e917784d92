import { Button, Upload } from 'antd';
import React, { useState } from 'react';
import { saveFile } from '../../host/saveFile';
import { useT } from '../../locale';
import { fileOf } from './model';
import { ImportModal } from './ImportModal';

const NAME = 'maintenance-policy.json';
const LARGEST = 1_000_000;

export interface FileButtonsProps {
  readonly document: unknown;
  /** See `PolicyBody`. */
  readonly known: readonly string[];
  readonly editable: boolean;
  /** Stores what the file says; rejects with what is wrong with it. */
  readonly onImport: (document: unknown) => Promise<void>;
}

/** The policy as a file, to be kept or taken to another cluster, and back. */
export function FileButtons({ document, known, editable, onImport }: FileButtonsProps) {
  const t = useT();
  const [text, setText] = useState<string>();
  const choose = (file: File) => {
    void file.slice(0, LARGEST).text().then(setText);
    return false;
  };
  return (
    <>
      <Button onClick={() => download(document)}>{t('Export')}</Button>
      {editable && (
        <Upload accept=".json,application/json" showUploadList={false} maxCount={1} beforeUpload={choose}>
          <Button>{`${t('Import')}…`}</Button>
        </Upload>
      )}
      <ImportModal text={text} known={known} onImport={onImport} onClose={() => setText(undefined)} />
    </>
  );
}

export function download(document: unknown): void {
  saveFile(NAME, fileOf(document));
}
