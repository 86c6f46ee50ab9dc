// 把实验带到别处：给其他工具的文件。
import type { Translation } from '../i18n.ts'

export const exportTo: Translation['exportTo'] = {
  title: '带到别处',
  linux: '用于真实的 Linux',
  linuxHint: '实验前面加上一段开头：为每个命名空间设好实验依赖的设置，拒绝已被占用的名字，并可按要求清理。',
  containerlab: '用于 containerlab',
  containerlabHint: '每台机器一个节点，机器之间的每条线一个链路，其余都写成命令。',
  capture: '抓包文件',
  captureHint: '各接口到目前为止看到的帧，可用 Wireshark 打开。',
  captureOf: '保存哪个接口的帧',
  allInterfaces: '所有接口',
  save: '保存 {{name}}',
  saved: '已保存 {{name}}。',
  'warning_br-netfilter': '它会加载 br_netfilter；真实内核里所有命名空间共用一个，机器自己的网桥也会受影响。',
  warning_log: '它会记录数据包（LOG）：真实内核里所有命名空间共用一份日志，见 dmesg。',
  warning_bench: '它会改动机器自己的命名空间，那里的设置保持原样。',
  warning_benchLinks: '它会在机器自己的命名空间里建立接口：{{links}}。',
  'warning_unknown-names': '有些命名空间的名字要运行时才知道；清理时会留下它们。',
  unsaid_one: '这个实验有一处无法写进拓扑：',
  unsaid_other: '这个实验有 {{count}} 处无法写进拓扑：',
  unsaidKind_action: '之后手动运行',
  unsaidKind_unknown: '运行时才知道做什么',
  unsaidKind_module: '内核属于宿主机',
  unsaidKind_shell: '不只是一条简单命令',
}
