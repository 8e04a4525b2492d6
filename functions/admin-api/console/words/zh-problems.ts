/** What the API refuses, in Chinese. */
import type { ProblemName } from '../../http/problems.ts';
import type { ProblemWords } from './problem-words.ts';

const words = (title: string, advice: string): ProblemWords => ({ title, advice });

export const ZH_PROBLEMS: Readonly<Record<ProblemName, ProblemWords>> = {
  request_invalid: words('请检查输入。', '请更正下列字段。'),
  idempotency_key_required: words('更改需要防重复键。', '请重新打开页面后再试。'),
  cursor_invalid: words('这不是该列表的页。', '请从第一页开始。'),
  token_required: words('需要登录。', '请重新登录。'),
  role_required: words('您的角色不允许此操作。', '请申请所需角色。'),
  second_person_required: words('请求人不能批准自己的更改。', '请由具有该角色的另一人决定。'),
  enrolment_refused: words(
    '登记代码错误、已使用或已过期。',
    '请生成新代码：15 分钟内、五次尝试有效。',
  ),
  not_found: words('没有找到。', '请检查地址与编号。'),
  already_exists: words('该编号已存在。', '请换一个编号，或修改现有的。'),
  already_decided: words('此前已作决定。', '请重新打开，查看由谁如何决定。'),
  state_conflict: words('当前状态不允许。', '请重新打开，查看其状态。'),
  still_used: words('仍在使用中。', '请先更改所列内容。'),
  version_stale: words('在您查看之后已被他人更改。', '请重新打开，查看变化后再保存。'),
  body_too_large: words('内容超过 64 KB。', '请分批发送。'),
  media_type_unsupported: words('格式不符。', '请以 JSON 发送。'),
  idempotency_key_reused: words('该表单已用其他内容提交过。', '请重新打开页面后再试。'),
  reference_unknown: words('引用了不存在的内容。', '请先建立所列内容，或更正编号。'),
  payment_refused: words('支付规则拒绝，未移动资金。', '代码含义见 docs/errors.md。'),
  version_required: words('缺少版本。', '请重新打开页面后再试。'),
  internal: words('系统内部出错。', '请再次提交同一表单，不会重复执行。'),
  busy: words('系统繁忙，未作更改。', '请稍后再次提交同一表单。'),
};
