// 由按键或菜单打开的对话框。
export const unmodelled = {
  title: '没有模拟的内容',
  introduction: 'Linux 有而本实验没有的东西，以及可以改用什么。终端里的回答与此相同（英文）。',
  topics: '网络的各个方面',
  linkKinds: '接口种类',
  names: '由服务器分配的名称和地址',
  machines: '容器与虚拟机',
  links: '其他链路',
  traffic: '流量与测量',
  firewall: '其他防火墙',
  configuration: '系统配置',
  programs: '其他程序',
}

export const command = {
  title: '查找与执行',
  placeholder: '机器、接口、实验、命令……',
  found: '找到的内容',
  nothing: '没有这样的名称。也可以在这里直接运行命令，例如 ip -n a addr。',
  run: '在工作台上运行',
  commands: '命令',
  things: '本实验中',
  labs: '实验',
  show: '显示：{{panel}}',
  picture: '把图保存为 {{form}}',
}
