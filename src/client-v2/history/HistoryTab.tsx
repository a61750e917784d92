import React from 'react';
import { useAddress } from '../host/address';
import { FlightRecorder } from '../recorder/FlightRecorder';
import { HistoryList } from './HistoryList';
import { OPERATION } from './links';

/** What was done, and how each of it went. */
export function HistoryTab() {
  const operation = useAddress().get(OPERATION);
  return operation === null ? <HistoryList /> : <FlightRecorder key={operation} operationId={operation} />;
}
