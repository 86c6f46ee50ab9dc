// “设为起点”。
import type { start as enStart } from '../en/start.ts'

export const start: { readonly [Key in keyof typeof enStart]: string } = {
  title: '设为起点',
  explanation: '选中的命令会成为实验搭建部分的行，实验从它们之后开始：',
  failed: '失败',
  rest: '其余的命令和至今的所有帧都会被忘掉。撤销可以全部恢复。',
  restOwn: '其余的命令和至今的所有帧都会被忘掉；实验自带的操作保留，可以重新运行。撤销可以全部恢复。',
  make_one: '以 {{count}} 条命令开始',
  make_other: '以 {{count}} 条命令开始',
  nothing: '实验开始以来没有输入或绘制过任何东西：这就是起点。',
}
