// 重新布局。
export const arrange = {
  working: '正在布局 {{count}} 台机器…',
  stop: '停止',
  failed: '没能算出布局。',
  tryAgain: '实验保持原样。如果再次发生，请重新加载页面。',
}
