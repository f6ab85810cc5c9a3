/** What the pages say, in each language: what happened, and what to do now. */
import type { ConnectRefusal } from '../../shared/domain/log-line.ts';
import type { Language } from './language.ts';

/** A page's text. */
export interface PageWords {
  readonly title: string;
  readonly text: string;
}

/** The links below it. */
export const LINK_WORDS: Readonly<Record<Language, { readonly again: string; readonly back: string }>> = {
  en: { again: 'Try again', back: 'Go back' },
  de: { again: 'Noch einmal versuchen', back: 'Zurück' },
  ko: { again: '다시 시도', back: '돌아가기' },
};

const EN: Readonly<Record<ConnectRefusal, PageWords>> = {
  'link-invalid': {
    title: 'This link does not work',
    text: 'It is incomplete or was changed on its way. Go back to the application and choose “Connect calendar” again.',
  },
  'link-expired': {
    title: 'This link has expired',
    text: 'A link is good for ten minutes. Go back to the application and choose “Connect calendar” again.',
  },
  'link-used': {
    title: 'This link was already used',
    text: 'A link connects a calendar once. If your calendar does not show as connected, choose “Connect calendar” again in the application.',
  },
  'other-browser': {
    title: 'This is not the browser you started in',
    text: 'For your safety a calendar is connected in one browser from beginning to end, with cookies allowed. Open the link again in this browser.',
  },
  denied: { title: 'Your calendar is not connected', text: 'You did not give access. Nothing was changed.' },
  'refused-by-google': {
    title: 'Google did not allow the connection',
    text: 'The administrator of your account may have restricted which applications can use your calendar. Ask the administrator, or use another account.',
  },
  'code-refused': {
    title: 'Google did not confirm the connection',
    text: 'The confirmation was used before or took too long. Please try again.',
  },
  'identity-refused': {
    title: 'We could not tell who you are',
    text: 'The answer that came back does not belong to this attempt. Nothing was stored. Please try again.',
  },
  'wrong-account': {
    title: 'That was another account',
    text: 'The application expects the calendar of the account you are signed in with there. Try again, and choose that account at Google.',
  },
  'scope-missing': {
    title: 'Access to your calendar was not granted',
    text: 'Meetings can only follow your calendar if you leave the calendar box ticked on Google’s page. Try again, and tick it.',
  },
  'no-lasting-access': {
    title: 'Google gave no lasting access',
    text: 'Without it your meetings would stop following your calendar within the hour. Please try again from the application.',
  },
  unavailable: {
    title: 'This does not work at the moment',
    text: 'Nothing was lost. Please try again in a minute.',
  },
  misconfigured: {
    title: 'The application is not set up correctly',
    text: 'There is nothing you can do about it. Please tell the people who run the application.',
  },
};

const DE: Readonly<Record<ConnectRefusal, PageWords>> = {
  'link-invalid': {
    title: 'Dieser Link funktioniert nicht',
    text: 'Er ist unvollständig oder wurde unterwegs verändert. Gehen Sie zurück zur Anwendung und wählen Sie erneut „Kalender verbinden“.',
  },
  'link-expired': {
    title: 'Dieser Link ist abgelaufen',
    text: 'Ein Link gilt zehn Minuten. Gehen Sie zurück zur Anwendung und wählen Sie erneut „Kalender verbinden“.',
  },
  'link-used': {
    title: 'Dieser Link wurde schon benutzt',
    text: 'Ein Link verbindet einen Kalender einmal. Falls Ihr Kalender nicht als verbunden erscheint, wählen Sie in der Anwendung erneut „Kalender verbinden“.',
  },
  'other-browser': {
    title: 'Das ist nicht der Browser, in dem Sie begonnen haben',
    text: 'Zu Ihrer Sicherheit wird ein Kalender von Anfang bis Ende in einem Browser verbunden, der Cookies erlaubt. Öffnen Sie den Link noch einmal in diesem Browser.',
  },
  denied: {
    title: 'Ihr Kalender ist nicht verbunden',
    text: 'Sie haben keinen Zugriff gegeben. Nichts wurde verändert.',
  },
  'refused-by-google': {
    title: 'Google hat die Verbindung nicht erlaubt',
    text: 'Vielleicht hat die Verwaltung Ihres Kontos eingeschränkt, welche Anwendungen Ihren Kalender nutzen dürfen. Fragen Sie dort nach, oder nehmen Sie ein anderes Konto.',
  },
  'code-refused': {
    title: 'Google hat die Verbindung nicht bestätigt',
    text: 'Die Bestätigung wurde schon benutzt oder hat zu lange gedauert. Bitte versuchen Sie es noch einmal.',
  },
  'identity-refused': {
    title: 'Wir konnten Sie nicht erkennen',
    text: 'Die Antwort gehört nicht zu diesem Versuch. Nichts wurde gespeichert. Bitte versuchen Sie es noch einmal.',
  },
  'wrong-account': {
    title: 'Das war ein anderes Konto',
    text: 'Die Anwendung erwartet den Kalender des Kontos, mit dem Sie dort angemeldet sind. Versuchen Sie es noch einmal, und wählen Sie bei Google dieses Konto.',
  },
  'scope-missing': {
    title: 'Der Zugriff auf Ihren Kalender wurde nicht erlaubt',
    text: 'Besprechungen können Ihrem Kalender nur folgen, wenn das Häkchen für den Kalender auf Googles Seite gesetzt bleibt. Versuchen Sie es noch einmal, und setzen Sie es.',
  },
  'no-lasting-access': {
    title: 'Google hat keinen dauerhaften Zugriff gegeben',
    text: 'Ohne ihn würden Ihre Besprechungen dem Kalender nach einer Stunde nicht mehr folgen. Bitte beginnen Sie in der Anwendung noch einmal.',
  },
  unavailable: {
    title: 'Das geht im Augenblick nicht',
    text: 'Nichts ist verloren. Bitte versuchen Sie es in einer Minute noch einmal.',
  },
  misconfigured: {
    title: 'Die Anwendung ist nicht richtig eingerichtet',
    text: 'Sie können daran nichts ändern. Bitte sagen Sie es denen, die die Anwendung betreiben.',
  },
};

const KO: Readonly<Record<ConnectRefusal, PageWords>> = {
  'link-invalid': {
    title: '사용할 수 없는 링크입니다',
    text: '링크가 불완전하거나 중간에 변경되었습니다. 애플리케이션으로 돌아가 “캘린더 연결”을 다시 선택하세요.',
  },
  'link-expired': {
    title: '링크가 만료되었습니다',
    text: '링크는 10분 동안만 유효합니다. 애플리케이션으로 돌아가 “캘린더 연결”을 다시 선택하세요.',
  },
  'link-used': {
    title: '이미 사용한 링크입니다',
    text: '링크는 한 번만 사용할 수 있습니다. 캘린더가 연결된 것으로 표시되지 않으면 애플리케이션에서 “캘린더 연결”을 다시 선택하세요.',
  },
  'other-browser': {
    title: '처음 시작한 브라우저가 아닙니다',
    text: '안전을 위해 캘린더는 쿠키가 허용된 하나의 브라우저에서 처음부터 끝까지 연결해야 합니다. 이 브라우저에서 링크를 다시 여세요.',
  },
  denied: { title: '캘린더가 연결되지 않았습니다', text: '접근을 허용하지 않으셨습니다. 변경된 내용은 없습니다.' },
  'refused-by-google': {
    title: 'Google에서 연결을 허용하지 않았습니다',
    text: '계정 관리자가 캘린더를 사용할 수 있는 애플리케이션을 제한했을 수 있습니다. 관리자에게 문의하거나 다른 계정을 사용하세요.',
  },
  'code-refused': {
    title: 'Google에서 연결을 확인하지 않았습니다',
    text: '확인 코드가 이미 사용되었거나 시간이 너무 오래 걸렸습니다. 다시 시도하세요.',
  },
  'identity-refused': {
    title: '사용자를 확인할 수 없습니다',
    text: '돌아온 응답이 이번 시도에 속하지 않습니다. 저장된 내용은 없습니다. 다시 시도하세요.',
  },
  'wrong-account': {
    title: '다른 계정입니다',
    text: '애플리케이션에 로그인한 계정의 캘린더가 필요합니다. 다시 시도하여 Google에서 그 계정을 선택하세요.',
  },
  'scope-missing': {
    title: '캘린더 접근이 허용되지 않았습니다',
    text: 'Google 페이지에서 캘린더 항목을 선택해야 회의가 캘린더를 따라갈 수 있습니다. 다시 시도하여 항목을 선택하세요.',
  },
  'no-lasting-access': {
    title: 'Google에서 지속적인 접근을 허용하지 않았습니다',
    text: '지속적인 접근이 없으면 한 시간 안에 회의가 더 이상 캘린더를 따라가지 않습니다. 애플리케이션에서 다시 시작하세요.',
  },
  unavailable: {
    title: '지금은 연결할 수 없습니다',
    text: '손실된 내용은 없습니다. 잠시 후 다시 시도하세요.',
  },
  misconfigured: {
    title: '애플리케이션 설정이 올바르지 않습니다',
    text: '직접 해결할 수 없는 문제입니다. 애플리케이션 운영자에게 알려 주세요.',
  },
};

/** The text of each page in each language. */
export const WORDS: Readonly<Record<Language, Readonly<Record<ConnectRefusal, PageWords>>>> = {
  en: EN,
  de: DE,
  ko: KO,
};
