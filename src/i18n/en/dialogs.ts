// Dialogs that are opened by a key or a menu. Their titles, where a button bears them, are with the first texts.
export const unmodelled = {
  introduction: 'What Linux has and this lab leaves out, with what to do instead. A terminal answers the same.',
  topics: 'Parts of the network',
  linkKinds: 'Kinds of interface',
  names: 'Names and addresses from a server',
  machines: 'Containers and virtual machines',
  links: 'Other links',
  traffic: 'Traffic and measuring',
  firewall: 'Other firewalls',
  configuration: 'Configuration of a system',
  programs: 'Other programs',
}

export const command = {
  placeholder: 'A machine, an interface, a lab, a command…',
  found: 'What was found',
  nothing: 'Nothing is called like that. A command such as ip -n a addr can be run from here too.',
  run: 'Run on the bench',
  commands: 'Commands',
  things: 'In this lab',
  labs: 'Labs',
  show: 'Show: {{panel}}',
  picture: 'Save the picture as {{form}}',
}
