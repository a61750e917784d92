/** Runs in the browser: the page as a lane of the host renders it. Each request is answered by the test. */
import type { APIClient, HttpResponse, RequestConfig } from '@nocobase/client-v2';
import { ConfigProvider, theme } from 'antd';
import React from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { connectPage } from '../../src/client-v2/pages/connectPage';
import { createPolicyApi } from '../../src/client-v2/policy/api';
import { askingProvider } from '../../src/client-v2/policy/dialog/AskingDialog';
import { keptRequests } from '../../src/client-v2/policy/install';
import { QUESTIONS, type Answer as PersonsAnswer } from '../../src/client-v2/policy/questions';
import type { Refusal } from '../../src/client-v2/policy/refusal';
import { hostI18n } from './i18n';
import type { Answer, Question, Wishes } from './live-words';

declare global {
  interface Window {
    answerOf(question: Question): Promise<Answer>;
    /** Shows the page as if it had just been opened. */
    showPage(wishes: Wishes): void;
    /** As if a request of the app had been refused like this. */
    askPerson(refusal: Refusal, request: RequestConfig): Promise<PersonsAnswer> | undefined;
  }
}

const http: Pick<APIClient, 'request'> = {
  async request<T>(config: RequestConfig) {
    const { url, params, data } = config;
    const { status, data: body } = await window.answerOf({ url, params, data });
    const response = { status, data: body, headers: {}, config } as HttpResponse<T>;
    // As axios does it.
    if (status >= 400) throw Object.assign(new Error(`Request failed with status code ${status}`), { response });
    return response;
  },
};

let lacked: readonly string[] = [];
const Page = connectPage(http, (aclSnippet) => !lacked.includes(aclSnippet));
const Asking = askingProvider({ questions: QUESTIONS, kept: keptRequests(), api: createPolicyApi(http) });
let root: Root | undefined;

function leaveQuestions(): void {
  for (let question = QUESTIONS.current(); question; question = QUESTIONS.current()) {
    QUESTIONS.answer(question, { kind: 'left' });
  }
}

window.askPerson = (refusal, request) => QUESTIONS.ask({ refusal, request, before: undefined });

window.showPage = ({ language = 'en-US', dark = false, lacking = [], query = '' }) => {
  lacked = lacking;
  leaveQuestions();
  window.history.replaceState(null, '', `/${query}`);
  root?.unmount();
  document.body.style.background = dark ? '#000' : '#f5f5f5';
  root = createRoot(document.getElementById('root') ?? document.body);
  root.render(
    <ConfigProvider theme={{ algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm }}>
      <I18nextProvider i18n={hostI18n(language)}>
        <Asking>
          <Page />
        </Asking>
      </I18nextProvider>
    </ConfigProvider>,
  );
};
