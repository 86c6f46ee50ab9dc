// Taking a lab elsewhere: files for other tools.
export const exportTo = {
  title: 'Take it elsewhere',
  linux: 'For a real Linux',
  linuxHint:
    'The lab behind a preamble that gives its namespaces the settings it relies on, refuses names that are taken, and cleans up on request.',
  containerlab: 'For containerlab',
  containerlabHint: 'A node for each machine, a link for each cable between machines, everything else as commands.',
  capture: 'Capture',
  captureHint: 'What interfaces saw so far, for Wireshark.',
  captureOf: 'Interface whose frames to save',
  allInterfaces: 'all interfaces',
  save: 'Save {{name}}',
  saved: 'Saved {{name}}.',
  'warning_br-netfilter':
    'It loads br_netfilter, which a real kernel has once for all namespaces: the machine’s own bridges are concerned too.',
  warning_log: 'It logs packets (LOG): a real kernel has one log for all namespaces. See dmesg.',
  warning_bench: 'It changes the machine’s own namespace, whose settings stay as they are.',
  warning_benchLinks: 'It makes links in the machine’s own namespace: {{links}}.',
  'warning_unknown-names': 'It makes namespaces whose names only a run can tell; cleaning up leaves them.',
  unsaid_one: 'A topology can’t say one thing of this lab:',
  unsaid_other: 'A topology can’t say {{count}} things of this lab:',
  unsaidKind_action: 'to be run by hand afterwards',
  unsaidKind_unknown: 'only a run can tell what it does',
  unsaidKind_module: 'the kernel is the host’s',
  unsaidKind_shell: 'more than a plain command',
} as const
