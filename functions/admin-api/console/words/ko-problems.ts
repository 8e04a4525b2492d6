/** What the API refuses, in Korean. */
import type { ProblemName } from '../../http/problems.ts';
import type { ProblemWords } from './problem-words.ts';

const words = (title: string, advice: string): ProblemWords => ({ title, advice });

export const KO_PROBLEMS: Readonly<Record<ProblemName, ProblemWords>> = {
  request_invalid: words('입력을 확인하세요.', '아래 표시된 항목을 고치세요.'),
  idempotency_key_required: words(
    '변경에는 반복 방지 키가 필요합니다.',
    '화면을 다시 열고 시도하세요.',
  ),
  cursor_invalid: words('이 목록의 페이지가 아닙니다.', '첫 페이지부터 다시 보세요.'),
  token_required: words('로그인이 필요합니다.', '다시 로그인하세요.'),
  role_required: words('권한이 없습니다.', '필요한 권한을 요청하세요.'),
  second_person_required: words(
    '요청한 사람은 승인할 수 없습니다.',
    '같은 권한이 있는 다른 사람이 결정해야 합니다.',
  ),
  enrolment_refused: words(
    '등록 코드가 틀렸거나 이미 쓰였거나 오래되었습니다.',
    '새 코드를 만드세요. 15분, 다섯 번까지 쓸 수 있습니다.',
  ),
  not_found: words('없습니다.', '주소와 ID를 확인하세요.'),
  already_exists: words('같은 ID가 이미 있습니다.', '다른 ID를 쓰거나 있는 것을 변경하세요.'),
  already_decided: words('이미 결정되었습니다.', '다시 열어 누가 어떻게 결정했는지 확인하세요.'),
  state_conflict: words('지금 상태에서는 할 수 없습니다.', '다시 열어 상태를 확인하세요.'),
  still_used: words('아직 쓰이고 있습니다.', '표시된 것을 먼저 변경하세요.'),
  version_stale: words(
    '그사이 다른 사람이 변경했습니다.',
    '다시 열어 바뀐 내용을 보고 저장하세요.',
  ),
  body_too_large: words('내용이 64 KB보다 큽니다.', '나누어 보내세요.'),
  media_type_unsupported: words('형식이 맞지 않습니다.', 'JSON으로 보내세요.'),
  idempotency_key_reused: words(
    '이 양식은 다른 내용으로 이미 보냈습니다.',
    '화면을 다시 열어 시도하세요.',
  ),
  reference_unknown: words(
    '없는 것을 가리킵니다.',
    '아래 표시된 것을 먼저 만들거나 ID를 고치세요.',
  ),
  payment_refused: words(
    '결제 규칙이 거부했으며 움직인 금액은 없습니다.',
    '코드의 뜻은 docs/errors.md에 있습니다.',
  ),
  version_required: words('버전을 알 수 없습니다.', '화면을 다시 열어 시도하세요.'),
  internal: words(
    '시스템 내부에서 실패했습니다.',
    '같은 양식을 다시 보내세요. 두 번 반영되지 않습니다.',
  ),
  busy: words('지금 너무 바빠 변경하지 못했습니다.', '잠시 뒤 같은 양식을 다시 보내세요.'),
};
