// 各个按键的作用。
import type { shortcut as enShortcut } from '../en/shortcut.ts'

export const shortcut: { readonly [Key in keyof typeof enShortcut]: string } = {
  title: '键盘快捷键',
  space: '空格',
  play: '播放或暂停',
  stepForward: '下一帧',
  stepBack: '上一帧',
  toStart: '回到开头',
  toEnd: '到末尾',
  ping: '从选中的位置 ping',
  terminal: '在所选处打开终端',
  gallery: '打开实验库',
  connect: '连接选中的对象',
  rename: '重命名',
  delete: '删除',
  duplicate: '创建副本',
  copy: '复制',
  cut: '剪切，粘贴到哪里就移到哪里',
  paste: '粘贴',
  selectAll: '选中所有机器',
  add: '添加：{{name}}',
  help: '显示此列表',
  address: '编辑所选接口的地址',
  moveFromTree: '在实验树中：在画布上移动它',
  region: '到页面的下一部分',
  move: '移动选中的机器；在实验树中移动',
}
