// The frames of interfaces as a capture file, as tcpdump would have written it on each of them.
import type { NetworkView } from '../contract/protocol.ts'
import { TRACE_KIND_CODE } from '../contract/trace-events.ts'
import { emitPcapng } from '../wire/pcapng.ts'
import type { PcapngPacket } from '../wire/pcapng.ts'
import type { TraceStore } from './trace-store.ts'

/**
 * The bytes of a pcapng file with what one interface saw, or all of them, in and out, in the order of time. `device` is a
 * global device id; an interface that saw nothing is in the file too when it is the one that was asked for.
 */
export function captureOf(trace: TraceStore, { namespaces }: NetworkView, device?: number): Uint8Array {
  const names = new Map(
    namespaces.flatMap(({ name, links }) =>
      links.map((link) => [link.device, `${name === '' ? 'bench' : name}/${link.name}`]),
    ),
  )
  const indexes = new Map<number, number>()
  const interfaces: { readonly name: string }[] = []
  const indexOf = (id: number): number => {
    const known = indexes.get(id)
    if (known !== undefined) return known
    indexes.set(id, interfaces.length)
    // An interface that is gone by now has left its number only.
    interfaces.push({ name: names.get(id) ?? `removed interface ${id}` })
    return interfaces.length - 1
  }
  if (device !== undefined) indexOf(device)
  const packets: PcapngPacket[] = []
  for (let i = 0; i < trace.count; i++) {
    const kind = trace.kind[i]
    const isSeen = kind === TRACE_KIND_CODE['net.dev_xmit'] || kind === TRACE_KIND_CODE['net.netif_receive_skb']
    const id = trace.device[i] ?? 0
    if (!isSeen || (device !== undefined && id !== device) || (trace.frameLength[i] ?? 0) === 0) continue
    packets.push({ interfaceIndex: indexOf(id), atNs: Math.round(trace.at[i] ?? 0), bytes: trace.frame(i).slice() })
  }
  return emitPcapng({ interfaces, packets })
}
