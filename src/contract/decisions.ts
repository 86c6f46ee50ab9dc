// What the kernel decided about a frame, a route or a neighbour. A frame that is neither passed on nor dropped ended in one of these.
// Order is identity: the trace stores the index, so new decisions go to the end. The meaning of the operands a, b, c is given per row.

/** What a decision means for the frame that it is about. */
export type Outcome = 'answered' | 'forwarded' | 'delivered' | 'ignored' | 'waiting' | 'sent' | 'chosen'

/** `device` is a global id; `ports` holds two, before and after (`packPorts`). */
export type OperandKind = 'ip' | 'mac' | 'device' | 'count' | 'ms' | 'number' | 'ports'

interface DecisionInfo {
  /** Kernel function that decides. */
  readonly where: string
  readonly outcome: Outcome
  /** What the operands a, b, c hold. */
  readonly operands: readonly OperandKind[]
}

const decision = (where: string, outcome: Outcome, ...operands: DecisionInfo['operands']): DecisionInfo => ({
  where,
  outcome,
  operands,
})

export const DECISIONS = {
  'arp.reply': decision('arp_process', 'answered', 'ip', 'ip'),
  'arp.proxy_reply': decision('arp_process', 'answered', 'ip', 'ip', 'device'),
  'arp.proxy_delayed': decision('pneigh_enqueue', 'waiting', 'ip', 'ip', 'ms'),
  'arp.reply_to_probe': decision('arp_process', 'answered', 'ip', 'ip'),
  'arp.not_for_us': decision('arp_process', 'ignored', 'ip', 'ip'),
  'arp.other_host': decision('arp_rcv', 'ignored', 'ip', 'ip'),
  'arp.device_without_arp': decision('arp_rcv', 'ignored', 'ip', 'ip'),
  'arp.target_not_unicast': decision('arp_process', 'ignored', 'ip', 'ip'),
  'arp.source_refused': decision('arp_process', 'ignored', 'ip', 'ip'),
  'arp.same_interface': decision('__mkroute_input', 'ignored', 'ip', 'ip'),
  'arp.ignored_by_arp_ignore': decision('arp_ignore', 'ignored', 'ip', 'ip'),
  'arp.ignored_by_arp_filter': decision('arp_filter', 'ignored', 'ip', 'ip'),
  'arp.no_ipv4_on_device': decision('arp_process', 'ignored', 'ip', 'ip'),
  'arp.reply_accepted': decision('arp_process', 'delivered', 'ip', 'mac'),
  'arp.reply_unsolicited': decision('arp_process', 'ignored', 'ip', 'mac'),
  'arp.neighbour_refreshed': decision('arp_process', 'delivered', 'ip', 'mac'),
  'arp.solicit': decision('arp_solicit', 'sent', 'ip', 'ip', 'mac'),
  'bridge.forward': decision('br_handle_frame_finish', 'forwarded', 'mac', 'device'),
  'bridge.flood': decision('br_flood', 'forwarded', 'mac', 'count'),
  'bridge.deliver_up': decision('br_pass_frame_up', 'delivered', 'mac'),
  'bridge.pass_to_port': decision('br_handle_frame', 'delivered', 'mac'),
  'bridge.transmit': decision('br_dev_xmit', 'sent', 'mac', 'count'),
  'ip.deliver_local': decision('ip_local_deliver', 'delivered', 'ip', 'ip'),
  'ip.forward': decision('ip_forward', 'forwarded', 'ip', 'ip', 'device'),
  'ip.output': decision('ip_route_output_key_hash_rcu', 'sent', 'ip', 'ip', 'device'),
  // b is the index of the error number in ERRNO_CODES.
  'ip.output_refused': decision('ip_route_output_key_hash_rcu', 'ignored', 'ip', 'number'),
  'neigh.wait': decision('__neigh_event_send', 'waiting', 'ip', 'count'),
  'neigh.resolved': decision('neigh_update', 'sent', 'ip', 'count'),
  'neigh.failed': decision('neigh_invalidate', 'ignored', 'ip', 'count'),
  'icmp.echo_reply': decision('icmp_echo', 'answered', 'ip', 'ip'),
  'icmp.error': decision('__icmp_send', 'answered', 'ip', 'number', 'number'),
  'icmp.error_suppressed': decision('__icmp_send', 'ignored', 'ip', 'number', 'number'),
  'icmp.redirect': decision('ip_rt_send_redirect', 'answered', 'ip', 'ip'),
  'icmp.redirect_accepted': decision('__ip_do_redirect', 'delivered', 'ip', 'ip'),
  'icmp.redirect_ignored': decision('__ip_do_redirect', 'ignored', 'ip', 'ip'),
  'icmp.reply_matched': decision('raw_rcv', 'delivered', 'ip', 'number', 'number'),
  'socket.delivered': decision('raw_rcv', 'delivered', 'number'),
  'vlan.to_device': decision('vlan_do_receive', 'delivered', 'number', 'device'),
  'vlan.tag_added': decision('vlan_dev_hard_start_xmit', 'sent', 'number', 'device'),
  'macvlan.to_child': decision('macvlan_handle_frame', 'delivered', 'mac', 'device'),
  'macvlan.to_parent_stack': decision('macvlan_handle_frame', 'delivered', 'mac'),
  'macvlan.broadcast': decision('macvlan_broadcast', 'forwarded', 'mac', 'count'),
  'macvlan.to_sibling': decision('macvlan_queue_xmit', 'forwarded', 'mac', 'device'),
  'macvlan.out_of_parent': decision('macvlan_queue_xmit', 'sent', 'mac', 'device'),
  'ipvlan.to_child': decision('ipvlan_rcv_frame', 'delivered', 'ip', 'device'),
  'ipvlan.to_parent_stack': decision('ipvlan_handle_frame', 'delivered', 'ip'),
  'ipvlan.broadcast': decision('ipvlan_process_multicast', 'forwarded', 'mac', 'count'),
  'ipvlan.out_of_parent': decision('ipvlan_queue_xmit', 'sent', 'ip', 'device'),
  'ipvlan.routed_by_parent': decision('ipvlan_process_v4_outbound', 'sent', 'ip', 'device'),
  'ip.fragmented': decision('ip_do_fragment', 'sent', 'count', 'number'),
  'ip.reassembly_wait': decision('ip_defrag', 'waiting', 'number'),
  'ip.reassembled': decision('ip_defrag', 'delivered', 'count'),
  'netfilter.accept': decision('nf_hook_slow', 'forwarded', 'number'),
  'ip.source_address': decision('inet_select_addr', 'chosen', 'ip', 'ip', 'device'),
  'bridge.neigh_suppress_reply': decision('br_do_proxy_suppress_arp', 'answered', 'ip', 'mac'),
  'macvlan.queued': decision('macvlan_broadcast_enqueue', 'waiting', 'mac', 'count'),
  'macvlan.source_copy': decision('macvlan_forward_source', 'delivered', 'mac', 'device'),
  'ipvlan.queued': decision('ipvlan_multicast_enqueue', 'waiting', 'mac', 'count'),
  // TCP: a is the other end's address. Sequence numbers count from the connection's first.
  'tcp.syn_accepted': decision('tcp_conn_request', 'answered', 'ip', 'number', 'number'),
  'tcp.syn_repeated': decision('tcp_check_req', 'answered', 'ip', 'number', 'number'),
  'tcp.established': decision('tcp_rcv_state_process', 'delivered', 'ip', 'number', 'number'),
  'tcp.connection_refused': decision('tcp_reset', 'delivered', 'ip', 'number'),
  'tcp.acknowledged': decision('tcp_ack', 'delivered', 'ip', 'number', 'count'),
  'tcp.ack_repeated': decision('tcp_ack', 'ignored', 'ip', 'number'),
  'tcp.data_received': decision('tcp_data_queue', 'delivered', 'ip', 'number', 'count'),
  'tcp.out_of_order': decision('tcp_data_queue_ofo', 'waiting', 'ip', 'count', 'count'),
  'tcp.fin_received': decision('tcp_fin', 'delivered', 'ip', 'number', 'number'),
  'tcp.closed': decision('tcp_rcv_state_process', 'delivered', 'ip', 'number'),
  'tcp.reset_received': decision('tcp_reset', 'delivered', 'ip', 'number'),
  'tcp.reset_sent': decision('tcp_v4_send_reset', 'answered', 'ip', 'number', 'number'),
  'tcp.challenge_ack': decision('tcp_send_challenge_ack', 'answered', 'ip', 'number'),
  'tcp.time_wait': decision('tcp_timewait_state_process', 'ignored', 'ip', 'number'),
  'tcp.time_wait_answer': decision('tcp_timewait_state_process', 'answered', 'ip', 'number'),
  'tcp.icmp_error': decision('tcp_v4_err', 'delivered', 'ip', 'number', 'number'),
  'tcp.retransmit': decision('tcp_retransmit_skb', 'sent', 'ip', 'number', 'count'),
  'tcp.loss_probe': decision('tcp_send_loss_probe', 'sent', 'ip', 'number', 'count'),
  'tcp.gave_up': decision('tcp_write_timeout', 'ignored', 'ip', 'number', 'count'),
  // Spanning tree: a is the sending bridge's address, or the port that decides.
  'stp.config_accepted': decision('br_received_config_bpdu', 'delivered', 'mac', 'number'),
  'stp.config_answered': decision('br_reply', 'answered', 'mac', 'number'),
  'stp.config_ignored': decision('br_received_config_bpdu', 'ignored', 'mac', 'number'),
  'stp.tcn_received': decision('br_received_tcn_bpdu', 'answered', 'device'),
  'stp.tcn_ignored': decision('br_received_tcn_bpdu', 'ignored', 'device'),
  'stp.guarded': decision('br_stp_rcv', 'ignored', 'device'),
  'stp.config_sent': decision('br_transmit_config', 'sent', 'device', 'number'),
  'stp.tcn_sent': decision('br_transmit_tcn', 'sent', 'device'),
  'stp.topology_change': decision('br_topology_change_detection', 'chosen', 'number'),
  'stp.neighbour_lost': decision('br_message_age_timer_expired', 'chosen', 'device'),
  // Old and new address, old and new port (for ICMP: id).
  'nat.source': decision('nf_nat_manip_pkt', 'forwarded', 'ip', 'ip', 'ports'),
  'nat.destination': decision('nf_nat_manip_pkt', 'forwarded', 'ip', 'ip', 'ports'),
  // Source, destination and the number of the rule.
  'netfilter.log': decision('nf_log_packet', 'chosen', 'ip', 'ip', 'number'),
  // The other end, and the first byte counted from the connection's start.
  'tcp.copy_waits': decision('skb_still_in_host_queue', 'waiting', 'ip', 'number'),
} as const satisfies Record<string, DecisionInfo>

export type DecisionKind = keyof typeof DECISIONS

/** All decisions in the order of their codes. */
export const DECISION_CODES = Object.keys(DECISIONS) as readonly DecisionKind[]

const CODE_OF = new Map<DecisionKind, number>(DECISION_CODES.map((name, code) => [name, code]))

/** The number that the trace stores for a decision. */
export function decisionCode(kind: DecisionKind): number {
  return CODE_OF.get(kind) ?? -1
}

/** Two ports or ICMP ids, before and after, as one operand. */
export function packPorts(before: number, after: number): number {
  return before * 0x1_0000 + after
}

export function unpackPorts(ports: number): { readonly before: number; readonly after: number } {
  return { before: Math.floor(ports / 0x1_0000), after: ports % 0x1_0000 }
}

/** One step of the ladder that led to a decision or a drop. */
export interface Check {
  /** What was asked, in the words of the table of checks (`arp.proxy_arp`). */
  readonly id: string
  /** True when the answer let the frame go on towards this branch. */
  readonly ok: boolean
  /** The value that decided, as Linux prints it. */
  readonly value?: string
  /** Where the value came from: a route, a flag, or a sysctl with both inputs of its pair. */
  readonly source?: string
  /** The device (global id) whose setting decided, where a check is about one of several: a port, a child. */
  readonly device?: number
}

/** The ordered checks that led to one trace event. */
export interface Explanation {
  readonly seq: number
  readonly checks: readonly Check[]
}
