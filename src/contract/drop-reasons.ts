// Why a frame died. Each reason of ours names the kernel function where it happens and, where Linux 6.1 has a name for it, that name
// (enum skb_drop_reason). Order is identity: the trace stores the index, so new reasons go to the end.

interface DropReasonInfo {
  /** Kernel function that frees the frame. */
  readonly where: string
  /** Name in Linux 6.1's enum skb_drop_reason; NOT_SPECIFIED where Linux gives none. */
  readonly linux: string
}

const reason = (where: string, linux = 'NOT_SPECIFIED'): DropReasonInfo => ({ where, linux })

export const DROP_REASONS = {
  'xmit.device_down': reason('dev_hard_start_xmit'),
  'xmit.no_carrier': reason('noop_enqueue', 'QDISC_DROP'),
  'rx.device_down': reason('enqueue_to_backlog'),
  'rx.unhandled_protocol': reason('__netif_receive_skb_core', 'UNHANDLED_PROTO'),
  'rx.truncated': reason('eth_type_trans'),
  'veth.peer_down': reason('____dev_forward_skb'),
  'veth.too_long': reason('is_skb_forwardable'),
  'dummy.swallowed': reason('dummy_xmit'),
  'bridge.source_mac_invalid': reason('br_handle_frame', 'NOT_SPECIFIED'),
  'bridge.pause_frame': reason('br_handle_frame'),
  'bridge.port_not_forwarding': reason('br_handle_frame'),
  'bridge.link_local_not_forwarded': reason('br_handle_frame'),
  'bridge.down': reason('br_dev_xmit'),
  'bridge.vlan_ingress': reason('__allowed_ingress'),
  'bridge.port_locked': reason('br_handle_frame_finish'),
  'bridge.learning_only': reason('br_handle_frame_finish'),
  'bridge.same_port': reason('should_deliver'),
  'bridge.no_target': reason('br_flood'),
  'bridge.egress_refused': reason('__br_forward'),
  'bridge.too_long': reason('br_dev_queue_push_xmit'),
  'bridge.local_entry_of_bridge': reason('br_dev_xmit'),
  'vlan.device_down': reason('vlan_do_receive'),
  'vlan.unknown_id': reason('__netif_receive_skb_core'),
  'macvlan.parent_down': reason('macvlan_queue_xmit'),
  'macvlan.child_down': reason('macvlan_handle_frame'),
  'macvlan.queue_full': reason('macvlan_broadcast_enqueue'),
  'macvlan.consumed_own_copy': reason('macvlan_handle_frame'),
  'ipvlan.private_sibling': reason('ipvlan_queue_xmit'),
  'ipvlan.l3_group_address': reason('ipvlan_process_outbound'),
  'ipvlan.no_route_on_parent': reason('ipvlan_process_v4_outbound'),
  'ipvlan.not_ip': reason('ipvlan_process_outbound'),
  'ipvlan.queue_full': reason('ipvlan_multicast_enqueue'),
  'ip.other_host': reason('ip_rcv_core', 'OTHERHOST'),
  'ip.header': reason('ip_rcv_core', 'IP_INHDR'),
  'ip.checksum': reason('ip_rcv_core', 'IP_CSUM'),
  'ip.truncated': reason('ip_rcv_core', 'PKT_TOO_SMALL'),
  'ip.no_ipv4_on_device': reason('ip_route_input_slow'),
  'ip.martian_source': reason('ip_handle_martian_source'),
  'ip.martian_destination': reason('ip_route_input_slow'),
  'ip.source_is_own_address': reason('__fib_validate_source'),
  'ip.rp_filter': reason('__fib_validate_source', 'IP_RPFILTER'),
  'ip.unicast_in_l2_multicast': reason('ip_rcv_finish_core', 'UNICAST_IN_L2_MULTICAST'),
  'ip.forwarding_off': reason('ip_error'),
  'ip.no_route': reason('ip_error', 'IP_INNOROUTES'),
  'ip.route_unreachable': reason('ip_error'),
  'ip.route_prohibit': reason('ip_error'),
  'ip.route_blackhole': reason('dst_discard'),
  'ip.not_unicast_frame': reason('ip_forward'),
  'ip.ttl_exceeded': reason('ip_forward', 'IP_INHDR'),
  'ip.frag_needed': reason('ip_forward', 'PKT_TOO_BIG'),
  'ip.multicast_not_joined': reason('ip_route_input_rcu'),
  'ip.broadcast_not_forwarded': reason('ip_route_input_slow'),
  'ip.no_protocol_handler': reason('ip_protocol_deliver_rcu', 'IP_NOPROTO'),
  'ip.fragment_timeout': reason('ip_expire'),
  'ip.output_no_route': reason('ip_route_output_key_hash_rcu', 'IP_OUTNOROUTES'),
  'ip.output_refused': reason('ip_route_output_key_hash_rcu'),
  'neigh.failed': reason('neigh_invalidate', 'NEIGH_FAILED'),
  'neigh.queue_full': reason('__neigh_event_send', 'NEIGH_QUEUEFULL'),
  'neigh.dead': reason('__neigh_event_send', 'NEIGH_DEAD'),
  'icmp.bad_checksum': reason('icmp_rcv', 'ICMP_CSUM'),
  'icmp.bad_type': reason('icmp_rcv'),
  'icmp.echo_ignored': reason('icmp_echo'),
  'icmp.rate_limited': reason('icmpv4_xrlim_allow'),
  'icmp.no_route_for_reply': reason('icmp_reply'),
  'socket.none': reason('icmp_rcv', 'NO_SOCKET'),
  'socket.buffer_full': reason('sock_queue_rcv_skb', 'SOCKET_RCVBUFF'),
  'udp.bad_checksum': reason('__udp4_lib_rcv', 'UDP_CSUM'),
  'udp.no_socket': reason('__udp4_lib_rcv', 'NO_SOCKET'),
  'tcp.no_socket': reason('tcp_v4_rcv', 'NO_SOCKET'),
  'tcp.bad_checksum': reason('tcp_v4_rcv', 'TCP_CSUM'),
  'netfilter.drop': reason('nf_hook_slow', 'NETFILTER_DROP'),
  'arp.malformed': reason('arp_rcv'),
  'arp.proxy_queue_full': reason('pneigh_enqueue'),
  'arp.proxy_queue_purged': reason('pneigh_queue_purge'),
  'neigh.no_source_for_error': reason('arp_error_report'),
  'device.removed': reason('flush_backlog'),
  'tcp.not_unicast': reason('tcp_v4_rcv'),
  'tcp.truncated': reason('tcp_v4_rcv', 'PKT_TOO_SMALL'),
  'tcp.reset_for_listener': reason('tcp_rcv_state_process', 'TCP_RESET'),
  'tcp.answer_for_listener': reason('tcp_rcv_state_process', 'TCP_FLAGS'),
  'tcp.flags': reason('tcp_rcv_state_process', 'TCP_FLAGS'),
  'tcp.accept_queue_full': reason('tcp_conn_request'),
  'tcp.old_timestamp': reason('tcp_validate_incoming', 'TCP_RFC7323_PAWS'),
  'tcp.out_of_window': reason('tcp_validate_incoming', 'TCP_INVALID_SEQUENCE'),
  'tcp.ack_of_unsent_data': reason('tcp_ack'),
  'tcp.old_ack': reason('tcp_ack', 'TCP_OLD_ACK'),
  'tcp.old_data': reason('tcp_data_queue', 'TCP_OLD_DATA'),
  'tcp.window_closed': reason('tcp_data_queue', 'TCP_ZEROWINDOW'),
  'tcp.data_after_fin': reason('tcp_rcv_state_process'),
  'tcp.data_after_close': reason('tcp_rcv_state_process'),
  'stp.bad_message': reason('br_stp_rcv'),
  'stp.not_a_port': reason('br_stp_rcv'),
  'stp.not_running': reason('br_stp_rcv'),
  'stp.message_too_old': reason('br_stp_rcv'),
  'llc.no_protocol': reason('llc_rcv'),
  'netfilter.reject': reason('reject_tg', 'NETFILTER_DROP'),
  'rx.too_long': reason('is_skb_forwardable'),
  'storm.backlog_full': reason('enqueue_to_backlog', 'CPU_BACKLOG'),
  'storm.ended': reason('flush_backlog'),
} as const satisfies Record<string, DropReasonInfo>

export type DropReason = keyof typeof DROP_REASONS

/** All reasons in the order of their codes. */
export const DROP_REASON_CODES = Object.keys(DROP_REASONS) as readonly DropReason[]

const CODE_OF = new Map<DropReason, number>(DROP_REASON_CODES.map((name, code) => [name, code]))

/** The number that the trace stores for a reason. */
export function dropReasonCode(name: DropReason): number {
  return CODE_OF.get(name) ?? -1
}
